/**
 * Which runs of characters look random: keys, session ids, signatures. A guess by shape, made so that names, versions,
 * addresses and codes of programs stay readable; a random value that looks like a word is not found.
 */

/** Runs in which a random value may stand; shorter ones hold too little to be a secret worth the name. */
const RUN = /[A-Za-z0-9+=_]{20,}/g;
/** Hexadecimal digests and keys begin at 128 bits. UUIDs have hyphens and stay: people look for them in logs. */
const HEX = /^[0-9a-f]{32,}$/i;

/** Names in capitals, as of cipher suites and settings: their parts are words and sizes. */
const CONSTANT = /^[A-Z]{2,}(?:_[A-Z0-9]+)+$/;

/** Replaces each run of `text` that looks random. */
export function replaceRandom(text: string, replace: (run: string) => string): string {
  if (text.length < 20) return text;
  return text.replace(RUN, (run) => (looksRandom(run) ? replace(run) : run));
}

/** Random text changes between letters, capitals and digits at every second character; words and camel case have no digits inside. */
export function looksRandom(run: string): boolean {
  if (HEX.test(run)) return /\d/.test(run) && /[a-f]/i.test(run);
  if (CONSTANT.test(run)) return false;
  let digitRuns = 0;
  let changes = 0;
  let before = classOf(run.charCodeAt(0));
  if (before === DIGIT) digitRuns++;
  for (let at = 1; at < run.length; at++) {
    const now = classOf(run.charCodeAt(at));
    if (now !== before) {
      changes++;
      if (now === DIGIT) digitRuns++;
    }
    before = now;
  }
  return digitRuns >= 2 && changes * 4 >= run.length;
}

const DIGIT = 1;

/** Digits, capitals, small letters, and the rest. */
function classOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  if (code >= 0x41 && code <= 0x5a) return 2;
  return code >= 0x61 && code <= 0x7a ? 3 : 0;
}

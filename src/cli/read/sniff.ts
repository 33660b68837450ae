/** What an input is, from its first octets. */

export type Kind = 'capture' | 'trace' | 'log';

/** The first line of a trace file is far shorter. */
const FIRST_LINE_MAX = 4096;
/** Octets by which text is told from anything else. */
const TEXT_SAMPLE = 512;
/** Of 100 octets of a log: colours and stray bytes, not more. */
const CONTROLS_MAX_PERCENT = 5;
const MAGIC_LENGTH = 4;
/** pcap in both orders and resolutions, Kuznetzov's variant, pcapng. */
const MAGICS: readonly string[] = ['a1b2c3d4', 'd4c3b2a1', 'a1b23c4d', '4d3cb2a1', 'a1b2cd34', '34cdb2a1', '0a0d0d0a'];
const OPENING_BRACE = 0x7b;
const LINE_FEED = 0x0a;

/** Undefined while more octets are needed; never when `complete`. */
export function sniff(head: Uint8Array, complete: boolean): Kind | undefined {
  if (head.length < MAGIC_LENGTH && !complete) return undefined;
  if (MAGICS.includes(hex(head.subarray(0, MAGIC_LENGTH)))) return 'capture';
  if (head[0] === OPENING_BRACE) return objectKind(head, complete);
  if (isUtf16(head)) return 'log';
  return isText(head) ? 'log' : 'capture';
}

/** The header of a trace file names the program; a log of JSON objects does not begin like that. */
function objectKind(head: Uint8Array, complete: boolean): Kind | undefined {
  const end = head.indexOf(LINE_FEED);
  if (end < 0 && head.length < FIRST_LINE_MAX && !complete) return undefined;
  const line = String.fromCharCode(...head.subarray(0, end < 0 ? FIRST_LINE_MAX : Math.min(end, FIRST_LINE_MAX)));
  return /"calmwire"\s*:/.test(line) ? 'trace' : 'log';
}

/** The byte order mark of either order. */
function isUtf16(head: Uint8Array): boolean {
  return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
}

function isText(head: Uint8Array): boolean {
  const sample = head.subarray(0, TEXT_SAMPLE);
  if (sample.length === 0) return false;
  const controls = sample.reduce((count, octet) => count + (isControl(octet) ? 1 : 0), 0);
  return !sample.includes(0) && controls * 100 <= sample.length * CONTROLS_MAX_PERCENT;
}

/** Without tab, line feed, carriage return and escape. */
function isControl(octet: number): boolean {
  return octet < 0x20 && octet !== 0x09 && octet !== 0x0a && octet !== 0x0d && octet !== 0x1b;
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((octet) => octet.toString(16).padStart(2, '0')).join('');
}

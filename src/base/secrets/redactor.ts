/**
 * Hides secrets in what is meant to be shared. Equal values get equal marks within one report, `***(43-chars,id-3fa1c2)`, so
 * that they can still be told apart and matched; nobody who lacks the salt can try values against a mark.
 */
import { replaceRandom } from './entropy.ts';
import { replaceQueries, secretPatterns } from './patterns.ts';

/** A short digest of a text under a salt that is thrown away with the report; text and result are plain ASCII or Latin-1. */
export type SecretHash = (text: string) => string;

export interface RedactorOptions {
  /** Without it equal values cannot be matched. */
  readonly hash?: SecretHash | undefined;
  /** Marks take as many characters as what they hide: where the sizes of fields must stay what they were. */
  readonly keepLength?: boolean | undefined;
}

/** Values of secret fields that are looked for in texts: servers repeat a refused token in their message. */
const WORDS_MAX = 500;
/** Shorter values stand in texts by chance. */
const WORD_MIN = 6;
/** What a mark looks like: hiding it again changes nothing. It has no blank, so that it stays one value in an address or a row. */
const MARK = /^(?:\*{3}\(\d+-chars(?:,id-[0-9a-f]+)?\)\**|\*+)$/;
/** No text that is short of this holds more than a name. */
const TEXT_MIN = 8;
/** Results of `repeated` that are kept, and how long their texts may be: the paths of a server's methods. */
const REPEATED_MAX = 500;
const REPEATED_LENGTH_MAX = 200;

export class Redactor {
  readonly #hash: SecretHash | undefined;
  readonly #keepLength: boolean;
  readonly #words = new Set<string>();
  /** The words, longest first: one may be part of another. */
  #ordered: readonly string[] | undefined = [];
  readonly #repeated = new Map<string, string>();
  /** How many values it has learnt: what was redacted with fewer may hold one that is known by now. */
  learnt = 0;

  constructor(options: RedactorOptions = {}) {
    this.#hash = options.hash;
    this.#keepLength = options.keepLength ?? false;
  }

  /** The mark that stands for `value`. */
  hide(value: string): string {
    if (value === '' || MARK.test(value)) return value;
    const mark = `***(${value.length}-chars${this.#digest(value)})`;
    if (!this.#keepLength) return mark;
    return mark.length > value.length ? '*'.repeat(value.length) : mark.padEnd(value.length, '*');
  }

  /** `value` is secret wherever it stands from now on. */
  learn(value: string): void {
    if (value.length < WORD_MIN || this.#words.has(value) || MARK.test(value)) return;
    if (this.#words.size >= WORDS_MAX) {
      const oldest = this.#words.values().next();
      if (!oldest.done) this.#words.delete(oldest.value);
    }
    this.#words.add(value);
    this.#ordered = undefined;
    this.#repeated.clear();
    this.learnt++;
  }

  /** A text of a peer or a log, with its secrets hidden: known ones, and those that their shape or surroundings give away. */
  text(text: string): string {
    if (text.length < WORD_MIN) return text;
    const known = this.#withoutWords(text);
    return known.length < TEXT_MIN ? known : this.#withoutPatterns(known);
  }

  /** The same for a text of which there are few, and each many times: what became of it is remembered. */
  repeated(text: string): string {
    const before = this.#repeated.get(text);
    if (before !== undefined) return before;
    const result = this.text(text);
    if (text.length > REPEATED_LENGTH_MAX) return result;
    if (this.#repeated.size >= REPEATED_MAX) this.#repeated.clear();
    this.#repeated.set(text, result);
    return result;
  }

  /** The value of a field that is no secret by its name. */
  value(value: string): string {
    if (value.length < WORD_MIN) return value;
    if (this.#words.has(value)) return this.hide(value);
    return value.length < TEXT_MIN ? value : this.#withoutPatterns(value);
  }

  #withoutWords(text: string): string {
    this.#ordered ??= [...this.#words].sort((one, other) => other.length - one.length);
    let result = text;
    for (const word of this.#ordered) {
      if (result.includes(word)) result = result.replaceAll(word, this.hide(word));
    }
    return result;
  }

  #withoutPatterns(text: string): string {
    const hide = (value: string) => this.hide(value);
    let result = replaceQueries(text, hide);
    for (const pattern of secretPatterns) {
      result = result.replace(pattern, (_whole, before: string, secret: string) => before + hide(secret));
    }
    return replaceRandom(result, hide);
  }

  #digest(value: string): string {
    return this.#hash === undefined ? '' : `,id-${this.#hash(value)}`;
  }
}

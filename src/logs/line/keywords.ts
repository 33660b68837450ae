/**
 * The prefilter: finds which of some words a line holds, whatever their number, in one pass over its octets
 * (Aho and Corasick, 1975). Only lines with a word are decoded and looked at, so the speed does not depend on how many
 * wordings are known, and no expression meets a line that cannot match. Letters match in both cases.
 */

const ALPHABET = 256;
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;
const TO_LOWER = 0x20;

interface Automaton {
  /** `next[state * 256 + octet]` is the state after the octet. */
  readonly next: Uint16Array;
  /** The words that end in a state; undefined for nearly all. */
  readonly found: readonly (readonly number[] | undefined)[];
  readonly ends: Uint8Array;
}

export class Keywords {
  readonly #words: readonly string[];
  /** Built for the first line: whoever reads no log does not wait for it. */
  #automaton: Automaton | undefined;

  /** `words` in lower case, ASCII. */
  constructor(words: readonly string[]) {
    this.#words = words;
  }

  /** Adds the indices of the words in the octets from `start` to `end` to `into`; false when there is none. */
  search(bytes: Uint8Array, start: number, end: number, into: Set<number>): boolean {
    this.#automaton ??= build(this.#words);
    const { next, found, ends } = this.#automaton;
    let state = 0;
    for (let at = start; at < end; at++) {
      state = next[state * ALPHABET + bytes[at]!]!;
      if (ends[state] === 1) for (const word of found[state] ?? []) into.add(word);
    }
    return into.size > 0;
  }
}

function build(words: readonly string[]): Automaton {
  const trie = new Trie(words);
  const next = trie.automaton();
  return { next, found: trie.found, ends: Uint8Array.from(trie.found, (found) => (found === undefined ? 0 : 1)) };
}

class Trie {
  readonly #children: Map<number, number>[] = [new Map()];
  readonly found: (number[] | undefined)[] = [undefined];

  constructor(words: readonly string[]) {
    words.forEach((word, index) => {
      this.#add(word, index);
    });
  }

  #add(word: string, index: number): void {
    let state = 0;
    for (let at = 0; at < word.length; at++) {
      const octet = word.charCodeAt(at);
      let child = this.#children[state]?.get(octet);
      if (child === undefined) {
        child = this.#children.length;
        this.#children.push(new Map());
        this.found.push(undefined);
        this.#children[state]?.set(octet, child);
      }
      state = child;
    }
    this.found[state] = [...(this.found[state] ?? []), index];
  }

  /** Breadth first: the state to fall back to is always complete before it is needed. */
  automaton(): Uint16Array {
    const next = new Uint16Array(this.#children.length * ALPHABET);
    const fallback = new Uint16Array(this.#children.length);
    const queue: number[] = [0];
    for (let head = 0; head < queue.length; head++) {
      const state = queue[head]!;
      const back = fallback[state]!;
      if (state !== 0) {
        for (let octet = 0; octet < ALPHABET; octet++) next[state * ALPHABET + octet] = next[back * ALPHABET + octet]!;
        const inherited = this.found[back];
        if (inherited !== undefined) this.found[state] = [...(this.found[state] ?? []), ...inherited];
      }
      for (const [octet, child] of this.#children[state] ?? []) {
        fallback[child] = state === 0 ? 0 : next[back * ALPHABET + octet]!;
        next[state * ALPHABET + octet] = child;
        queue.push(child);
      }
    }
    foldCase(next);
    return next;
  }
}

/** Upper-case letters lead where lower-case ones do. */
function foldCase(next: Uint16Array): void {
  for (let row = 0; row < next.length; row += ALPHABET) {
    for (let octet = UPPER_A; octet <= UPPER_Z; octet++) next[row + octet] = next[row + octet + TO_LOWER]!;
  }
}

/**
 * Seeded chance. A generator can be split by name: the branch depends on the seed and the names only, not on what has been
 * drawn before, so a new consumer does not change what the others draw.
 */
import { invariant } from '#base';

/** sfc32 by Chris Doty-Humphrey: 128 bits of state, passes PractRand, four additions a draw. */
export class Prng {
  readonly #key: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(key: number | string) {
    this.#key = String(key);
    // Three hashes of the key that start differently; then some rounds, so that similar keys have nothing in common.
    this.#a = hashText(this.#key, 0x9e3779b9);
    this.#b = hashText(this.#key, 0x243f6a88);
    this.#c = hashText(this.#key, 0xb7e15162);
    for (let round = 0; round < 12; round++) this.bits();
  }

  /** The branch of this name; the same one whenever it is asked for. */
  fork(name: string | number): Prng {
    return new Prng(`${this.#key}/${name}`);
  }

  /** 32 random bits as a whole number. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 up to but not including 1. Bound: it is a `Chance`. */
  readonly next = (): number => this.bits() / 0x1_0000_0000;

  /** A whole number, both bounds included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  between(least: number, most: number): number {
    return least + this.next() * (most - least);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    invariant(list.length > 0, 'there is nothing to pick from');
    return list[Math.floor(this.next() * list.length)]!;
  }

  /** Each magnitude is as likely as the others: sizes and times of real programs span several. Whole numbers. */
  magnitude(least: number, most: number): number {
    return Math.floor(Math.exp(this.between(Math.log(least), Math.log(most + 1))));
  }

  /** Waiting time of events that know nothing of each other. */
  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }
}

/** FNV-1a with an avalanche behind it (MurmurHash3's). */
function hashText(text: string, basis: number): number {
  let hash = basis | 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

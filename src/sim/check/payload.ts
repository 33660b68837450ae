/**
 * What messages consist of: noise that depends on the call, the direction and the number of the message, so that a message that
 * is lost, doubled, swapped or damaged shows without anything being remembered.
 */
import { Prng } from '../prng.ts';

/** A message begins somewhere in the noise; the longest one must fit behind that. */
const NOISE_BYTES = 4_194_304;
const BEGINNINGS = 1_048_576;

let noise: Uint8Array | undefined;

/** Made when it is first needed: tests of other things shall not wait for it. */
function noiseBytes(): Uint8Array {
  if (noise !== undefined) return noise;
  const words = new Uint32Array(NOISE_BYTES / 4);
  const chance = new Prng('noise');
  for (let at = 0; at < words.length; at++) words[at] = chance.bits();
  noise = new Uint8Array(words.buffer);
  return noise;
}

/** Which of the two sends. */
export type Direction = 'request' | 'response';

/** Of noise, what a message may consist of: all of it, or what the simulator's compression makes shorter. */
export const ANY_OCTET = 0xff;
export const LOW_OCTET = 0x0f;

/** Octets of the message with this number in its call and direction. A copy: its receiver may do with it what it likes. */
export function makeMessage(
  call: number,
  direction: Direction,
  sequence: number,
  length: number,
  mask = ANY_OCTET,
): Uint8Array {
  const start = beginning(call, direction, sequence);
  const bytes = noiseBytes().slice(start, start + length);
  if (mask !== ANY_OCTET) for (let at = 0; at < length; at++) bytes[at]! &= mask;
  return bytes;
}

/** What is wrong with a message that should be this one; undefined when nothing is. */
export function checkMessage(
  bytes: Uint8Array,
  call: number,
  direction: Direction,
  sequence: number,
  length: number,
  mask = ANY_OCTET,
): string | undefined {
  const what = `${direction} message ${sequence} of call ${call}`;
  if (bytes.length !== length) return `${what} has ${bytes.length} octets, ${length} were sent`;
  const start = beginning(call, direction, sequence);
  const expected = noiseBytes();
  for (let at = 0; at < length; at++) {
    if (bytes[at] !== (expected[start + at]! & mask)) return `${what} differs at octet ${at} of ${length}`;
  }
  return undefined;
}

function beginning(call: number, direction: Direction, sequence: number): number {
  let hash =
    Math.imul(call, 0x9e3779b1) ^ Math.imul(sequence + 1, 0x85ebca77) ^ (direction === 'request' ? 0 : 0x5bd1e995);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash ^= hash >>> 12;
  return (hash >>> 0) % BEGINNINGS;
}

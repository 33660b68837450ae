/** A small seeded generator (mulberry32): fuzzing must be repeatable from its seed alone. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A mutant of `seed`: bits flipped, octets set to telling values, ranges removed, repeated, spliced or cut. */
export function mutate(seed: Uint8Array, other: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes: Uint8Array = seed.slice();
  for (let round = random(6); round >= 0; round--) bytes = mutations[random(mutations.length)]!(bytes, other, random);
  return bytes;
}

type Mutation = (bytes: Uint8Array, other: Uint8Array, random: (below: number) => number) => Uint8Array;

/** Lengths, limits and sign bits break parsers more often than random octets do. */
const TELLING = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x09, 0x40];

const mutations: readonly Mutation[] = [
  (bytes, _other, random) => {
    if (bytes.length > 0) bytes[random(bytes.length)]! ^= 1 << random(8);
    return bytes;
  },
  (bytes, _other, random) => {
    if (bytes.length > 0) bytes[random(bytes.length)] = TELLING[random(TELLING.length)]!;
    return bytes;
  },
  (bytes, _other, random) => bytes.slice(0, random(bytes.length + 1)),
  (bytes, _other, random) => {
    const start = random(bytes.length + 1);
    const end = start + random(bytes.length - start + 1);
    return join(bytes.subarray(0, start), bytes.subarray(end));
  },
  (bytes, _other, random) => {
    const start = random(bytes.length + 1);
    const end = Math.min(bytes.length, start + random(64));
    return join(bytes.subarray(0, end), bytes.subarray(start, end), bytes.subarray(end));
  },
  (bytes, other, random) => join(bytes.subarray(0, random(bytes.length + 1)), other.subarray(random(other.length + 1))),
  (bytes, _other, random) => {
    const noise = Uint8Array.from({ length: random(16) }, () => random(256));
    const at = random(bytes.length + 1);
    return join(bytes.subarray(0, at), noise, bytes.subarray(at));
  },
];

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * The entries of a recording: numbers in rows, and beside them what is not a number. Rows are plain arrays, because those lie in
 * the JavaScript heap, which is compacted: buffers of thousands of connections would be pieces of the C heap, and what lies
 * between pieces stays resident for good. At rest the numbers are one string, of some ten octets an entry.
 */
import { fromLatin1, toLatin1 } from '#base';
import { FRAME_HEADER_BYTES } from '#h2';
import { type Entry, Kind } from './recorder-events.ts';

/**
 * Numbers of an entry: time; what it is and on which stream; its octets, negative if they are ours, none if it is no frame; value;
 * and the two windows.
 */
export const NUMBERS = 6;
/** Where the octets stand in an entry. */
export const OCTETS = 2;

/** One more than the highest stream. What an entry is takes 20 bits above it: together they stay exact in a double. */
const STREAMS = 0x80000000;

export interface Entries {
  readonly numbers: number[];
  readonly objects: unknown[];
}

/** What an entry is, and on which stream, as one number. */
export function whatOf(kind: Kind, own: boolean, type: number, flags: number, stream: number): number {
  return ((type << 12) | (flags << 4) | (kind << 1) | (own ? 1 : 0)) * STREAMS + stream;
}

/** The entry in row `place`. */
export function readEntry({ numbers, objects }: Entries, place: number): Entry {
  const at = place * NUMBERS;
  const what = Math.floor(numbers[at + 1]! / STREAMS);
  return {
    timeMs: numbers[at]!,
    kind: kindOf(what),
    own: (what & 1) === 1,
    type: what >> 12,
    flags: (what >> 4) & 0xff,
    stream: numbers[at + 1]! - what * STREAMS,
    length: Math.max(0, Math.abs(numbers[at + OCTETS]!) - FRAME_HEADER_BYTES),
    value: numbers[at + 3]!,
    window: numbers[at + 4]!,
    connectionWindow: numbers[at + 5]!,
    object: objects[place],
  };
}

function kindOf(what: number): Kind {
  return ((what >> 1) & 7) as Kind;
}

/** The rows `places`, in that order. */
export function pickEntries({ numbers, objects }: Entries, places: readonly number[]): Entries {
  const picked: Entries = { numbers: [], objects: [] };
  for (const place of places) {
    for (let at = place * NUMBERS; at < (place + 1) * NUMBERS; at++) picked.numbers.push(numbers[at]!);
    picked.objects.push(objects[place]);
  }
  return picked;
}

/** Entries at rest. */
export interface PackedEntries {
  /** One character an octet. */
  readonly text: string;
  /** Those that there are, in the order of their entries. */
  readonly objects: readonly unknown[];
}

/** What follows the octet that an entry begins with. */
const HAS_TIME = 1;
const HAS_OBJECT = 2;
const HAS_NUMBERS = 4;

export function packEntries({ numbers, objects }: Entries): PackedEntries {
  const octets = new Octets(new Uint8Array(objects.length * ENTRY_OCTETS_MAX));
  let timeMs = Number.NaN;
  for (let place = 0; place < objects.length; place++) {
    const at = place * NUMBERS;
    const isLater = numbers[at] !== timeMs;
    const what = Math.floor(numbers[at + 1]! / STREAMS);
    const isFrame = kindOf(what) === Kind.FRAME;
    const hasObject = objects[place] !== undefined;
    octets.count((isLater ? HAS_TIME : 0) | (hasObject ? HAS_OBJECT : 0) | (isFrame ? HAS_NUMBERS : 0));
    timeMs = numbers[at]!;
    if (isLater) octets.double(timeMs);
    octets.count(what);
    octets.count(numbers[at + 1]! - what * STREAMS);
    if (!isFrame) continue;
    octets.signed(numbers[at + OCTETS]!);
    octets.count(numbers[at + 3]!);
    octets.signed(numbers[at + 4]!);
    octets.signed(numbers[at + 5]!);
  }
  const held = objects.filter((object) => object !== undefined);
  return { text: toLatin1(octets.bytes, 0, octets.at), objects: held };
}

export function unpackEntries({ text, objects }: PackedEntries): Entries {
  const octets = new Octets(fromLatin1(text));
  const entries: Entries = { numbers: [], objects: [] };
  let timeMs = 0;
  let next = 0;
  while (octets.at < octets.bytes.length) {
    const has = octets.readCount();
    if (has & HAS_TIME) timeMs = octets.readDouble();
    const what = octets.readCount() * STREAMS + octets.readCount();
    if (has & HAS_NUMBERS) {
      entries.numbers.push(timeMs, what, octets.readSigned(), octets.readCount());
      entries.numbers.push(octets.readSigned(), octets.readSigned());
    } else {
      entries.numbers.push(timeMs, what, 0, 0, 0, 0);
    }
    entries.objects.push(has & HAS_OBJECT ? objects[next++] : undefined);
  }
  return entries;
}

/** One for what there is, the time, what it is, and five numbers of up to 33 bits. */
const ENTRY_OCTETS_MAX = 1 + 8 + 3 + 5 * 5;

const double = new Float64Array(1);
const octetsOfDouble = new Uint8Array(double.buffer);

/** Numbers as octets, seven bits each, the lowest first. */
class Octets {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  count(value: number): void {
    let left = value;
    while (left >= 0x80) {
      this.bytes[this.at++] = 0x80 | (left % 0x80);
      left = Math.floor(left / 0x80);
    }
    this.bytes[this.at++] = left;
  }

  readCount(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const octet = this.bytes[this.at++]!;
      if (octet < 0x80) return value + octet * unit;
      value += (octet - 0x80) * unit;
      unit *= 0x80;
    }
  }

  signed(value: number): void {
    this.count(value < 0 ? -2 * value - 1 : 2 * value);
  }

  readSigned(): number {
    const count = this.readCount();
    return count % 2 === 0 ? count / 2 : -(count + 1) / 2;
  }

  double(value: number): void {
    double[0] = value;
    this.bytes.set(octetsOfDouble, this.at);
    this.at += 8;
  }

  readDouble(): number {
    for (let index = 0; index < 8; index++) octetsOfDouble[index] = this.bytes[this.at++]!;
    return double[0]!;
  }
}

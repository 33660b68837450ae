/**
 * The entries of a recording: numbers in rows, and beside them what is not a number. Rows are plain arrays, because those lie in
 * the JavaScript heap, which is compacted: buffers of thousands of connections would be pieces of the C heap, and what lies
 * between pieces stays resident for good. They come in blocks, because arrays that grow leave several times their size behind.
 * At rest the numbers are one string, of some ten octets an entry.
 */
import { fromLatin1 } from '#base';
import { FRAME_HEADER_BYTES } from '#h2';
import { Octets } from './octets.ts';
import { type Entry, type HeadersNote, Kind } from './recorder-events.ts';
import { sharedNote } from './shared-notes.ts';

/** Entries of a block, a power of two: the beginning of a connection with its first two or three calls. */
const BLOCK_BITS = 5;
const BLOCK_ENTRIES = 1 << BLOCK_BITS;

/**
 * Numbers of an entry: time; what it is and on which stream; its octets, negative if they are ours, none if it is no frame; value;
 * and the two windows.
 */
const NUMBERS = 6;

/** One more than the highest stream. What an entry is takes 20 bits above it: together they stay exact in a double. */
const STREAMS = 0x80000000;

/** What an entry is, and on which stream, as one number. */
export function whatOf(kind: Kind, own: boolean, type: number, flags: number, stream: number): number {
  return ((type << 12) | (flags << 4) | (kind << 1) | (own ? 1 : 0)) * STREAMS + stream;
}

function kindOf(what: number): Kind {
  return ((what >> 1) & 7) as Kind;
}

interface Block {
  readonly numbers: number[];
  readonly objects: unknown[];
}

function newBlock(): Block {
  return {
    // Not a whole number: the array is one of doubles from the beginning.
    numbers: new Array<number>(BLOCK_ENTRIES * NUMBERS).fill(Number.NaN),
    objects: new Array<unknown>(BLOCK_ENTRIES).fill(undefined),
  };
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

/** One for what there is, the time, what it is, and five numbers of up to 33 bits. */
const ENTRY_OCTETS_MAX = 1 + 8 + 3 + 5 * 5;

export class Entries {
  readonly #blocks: Block[] = [];

  /** Puts an entry down, places in their order at first. Returns the octets of the one that was there before, if any. */
  put(
    place: number,
    timeMs: number,
    what: number,
    octets: number,
    value: number,
    window: number,
    connectionWindow: number,
    object: unknown,
  ): number {
    const index = place >>> BLOCK_BITS;
    if (index === this.#blocks.length) this.#blocks.push(newBlock());
    const { numbers, objects } = this.#blocks[index]!;
    const row = place & (BLOCK_ENTRIES - 1);
    const at = row * NUMBERS;
    const before = numbers[at + 2]!;
    numbers[at] = timeMs;
    numbers[at + 1] = what;
    numbers[at + 2] = octets;
    numbers[at + 3] = value;
    numbers[at + 4] = window;
    numbers[at + 5] = connectionWindow;
    objects[row] = object;
    return before;
  }

  timeAt(place: number): number {
    return this.#number(place, 0);
  }

  /** It left later than it was put down. */
  delay(place: number, timeMs: number): void {
    const { numbers } = this.#blocks[place >>> BLOCK_BITS]!;
    const at = (place & (BLOCK_ENTRIES - 1)) * NUMBERS;
    if (numbers[at]! < timeMs) numbers[at] = timeMs;
  }

  /** Octets of the frame on the wire, negative if it is ours; 0 if it is no frame. */
  octetsAt(place: number): number {
    return this.#number(place, 2);
  }

  read(place: number): Entry {
    const number = this.#number(place, 1);
    const what = Math.floor(number / STREAMS);
    return {
      timeMs: this.#number(place, 0),
      kind: kindOf(what),
      own: (what & 1) === 1,
      type: what >> 12,
      flags: (what >> 4) & 0xff,
      stream: number - what * STREAMS,
      length: Math.max(0, Math.abs(this.#number(place, 2)) - FRAME_HEADER_BYTES),
      value: this.#number(place, 3),
      window: this.#number(place, 4),
      connectionWindow: this.#number(place, 5),
      object: this.#objectAt(place),
    };
  }

  /** The entries at `places`, in that order; they are few, for each of their octets is an argument of one call. */
  pack(places: readonly number[]): PackedEntries {
    const octets = new Octets(new Uint8Array(places.length * ENTRY_OCTETS_MAX));
    let timeMs = Number.NaN;
    for (const place of places) {
      this.#packOne(octets, place, timeMs);
      timeMs = this.timeAt(place);
    }
    // In one piece: a string made of parts is a tree of them, which takes several times as much.
    const text = String.fromCharCode(...octets.bytes.subarray(0, octets.at));
    const objects = places.map((place) => this.#restingObject(place)).filter((object) => object !== undefined);
    // `slice` leaves no room for more.
    return { text, objects: objects.slice() };
  }

  #restingObject(place: number): unknown {
    const object = this.#objectAt(place);
    return this.#kindAt(place) === Kind.HEADERS ? sharedNote(object as HeadersNote) : object;
  }

  #kindAt(place: number): Kind {
    return kindOf(Math.floor(this.#number(place, 1) / STREAMS));
  }

  #packOne(octets: Octets, place: number, beforeMs: number): void {
    const timeMs = this.timeAt(place);
    const number = this.#number(place, 1);
    const what = Math.floor(number / STREAMS);
    const isLater = timeMs !== beforeMs;
    const hasObject = this.#objectAt(place) !== undefined;
    const isFrame = kindOf(what) === Kind.FRAME;
    octets.count((isLater ? HAS_TIME : 0) | (hasObject ? HAS_OBJECT : 0) | (isFrame ? HAS_NUMBERS : 0));
    if (isLater) octets.double(timeMs);
    octets.count(what);
    octets.count(number - what * STREAMS);
    if (!isFrame) return;
    octets.signed(this.#number(place, 2));
    octets.count(this.#number(place, 3));
    octets.signed(this.#number(place, 4));
    octets.signed(this.#number(place, 5));
  }

  static unpack({ text, objects }: PackedEntries): Entries {
    const octets = new Octets(fromLatin1(text));
    const entries = new Entries();
    let timeMs = 0;
    let next = 0;
    for (let place = 0; octets.at < octets.bytes.length; place++) {
      const has = octets.readCount();
      if (has & HAS_TIME) timeMs = octets.readDouble();
      const what = octets.readCount() * STREAMS + octets.readCount();
      const isFrame = (has & HAS_NUMBERS) !== 0;
      const wire = isFrame ? octets.readSigned() : 0;
      const value = isFrame ? octets.readCount() : 0;
      const window = isFrame ? octets.readSigned() : 0;
      const connectionWindow = isFrame ? octets.readSigned() : 0;
      const object = has & HAS_OBJECT ? objects[next++] : undefined;
      entries.put(place, timeMs, what, wire, value, window, connectionWindow, object);
    }
    return entries;
  }

  #number(place: number, index: number): number {
    return this.#blocks[place >>> BLOCK_BITS]!.numbers[(place & (BLOCK_ENTRIES - 1)) * NUMBERS + index]!;
  }

  #objectAt(place: number): unknown {
    return this.#blocks[place >>> BLOCK_BITS]!.objects[place & (BLOCK_ENTRIES - 1)];
  }
}

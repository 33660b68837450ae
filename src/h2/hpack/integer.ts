/** Integers with a prefix of N bits (RFC 7541 §5.1), and the cursor that HPACK decoding moves over a block. */
import type { ByteBuffer } from '../frames/byte-buffer.ts';

/**
 * The greatest integer taken: no table, string or index comes near it, and sums of two stay exact. RFC 7541 §5.1 asks
 * for such a limit, in value and in octets.
 */
export const INTEGER_MAX = 0x7fffffff;

/** Octets after the prefix that can still matter below `INTEGER_MAX`: 7 bits each. */
const MORE_OCTETS_MAX = 5;

const NOTHING = new Uint8Array(0);

/** A place in a header block. The first problem that a reading function meets stays in `problem`. */
export class BlockCursor {
  bytes: Uint8Array = NOTHING;
  at = 0;
  end = 0;
  /** What is wrong with the block, as a sentence; `undefined` as long as nothing is. */
  problem: string | undefined = undefined;
  /** The string read last is printable ASCII without a space at either end, so no rule of values is broken. */
  plain = false;

  /** Starts on `bytes[start .. end)`. */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.problem = undefined;
  }

  /** Lets go of the octets. */
  close(): void {
    this.bytes = NOTHING;
  }
}

/** Reads an integer whose prefix is the low `prefixMask` bits of the octet at the cursor; 0 with `problem` when it cannot. */
export function readInteger(cursor: BlockCursor, prefixMask: number): number {
  const prefix = cursor.bytes[cursor.at++]! & prefixMask;
  return prefix < prefixMask ? prefix : readMore(cursor, prefixMask);
}

function readMore(cursor: BlockCursor, prefix: number): number {
  let value = prefix;
  let factor = 1;
  for (let taken = 0; taken < MORE_OCTETS_MAX; taken++) {
    if (cursor.at >= cursor.end) return fail(cursor, 'the block ends within an integer');
    const octet = cursor.bytes[cursor.at++]!;
    value += (octet & 0x7f) * factor;
    if ((octet & 0x80) === 0) return value <= INTEGER_MAX ? value : fail(cursor, `an integer exceeds ${INTEGER_MAX}`);
    factor *= 128;
  }
  return fail(cursor, `an integer goes on after ${MORE_OCTETS_MAX} octets`);
}

function fail(cursor: BlockCursor, problem: string): number {
  cursor.problem = problem;
  return 0;
}

/** Appends `value` with a prefix of `prefixMask`; `pattern` holds the bits of the first octet above the prefix. */
export function writeInteger(to: ByteBuffer, value: number, prefixMask: number, pattern: number): void {
  if (value < prefixMask) {
    to.u8(pattern | value);
    return;
  }
  let rest = value - prefixMask;
  const at = to.reserve(rest < 0x80 ? 2 : 1);
  to.bytes[at] = pattern | prefixMask;
  if (rest < 0x80) {
    to.bytes[at + 1] = rest;
    return;
  }
  for (; rest >= 0x80; rest >>>= 7) to.u8((rest & 0x7f) | 0x80);
  to.u8(rest);
}

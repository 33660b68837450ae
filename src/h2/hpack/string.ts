/** String literals (RFC 7541 §5.2): plain or Huffman, one character an octet once decoded. */
import { toLatin1 } from '#base';
import type { ByteBuffer } from '../frames/byte-buffer.ts';
import { decodedBytesMax, decodeHuffman, huffmanBytes, RARE_OCTETS, writeHuffman } from './huffman.ts';
import { type BlockCursor, readInteger, writeInteger } from './integer.ts';

const HUFFMAN_BIT = 0x80;
const SPACE = 0x20;

/** Decoding is synchronous, so all decoders share one buffer; longer strings, which are rare, get their own. */
const shared = new Uint8Array(4_096);

/** Reads the string at the cursor and tells whether it is `plain`; the empty string with `problem` when it cannot. */
export function readString(cursor: BlockCursor): string {
  if (cursor.at >= cursor.end) return fail(cursor, 'the block ends before a string');
  const huffman = (cursor.bytes[cursor.at]! & HUFFMAN_BIT) !== 0;
  const length = readInteger(cursor, 0x7f);
  const start = cursor.at;
  const end = start + length;
  if (cursor.problem !== undefined) return '';
  if (end > cursor.end) return fail(cursor, `a string of ${length} octets where ${cursor.end - start} are left`);
  cursor.at = end;
  if (huffman) return huffmanText(cursor, start, end);
  cursor.plain = isPlain(cursor.bytes, start, end);
  return toLatin1(cursor.bytes, start, end);
}

function huffmanText(cursor: BlockCursor, start: number, end: number): string {
  const room = decodedBytesMax(end - start);
  const out = room <= shared.length ? shared : new Uint8Array(room);
  const decoded = decodeHuffman(cursor.bytes, start, end, out);
  if (decoded < 0) return fail(cursor, 'a Huffman string is invalid');
  const length = decoded & ~RARE_OCTETS;
  cursor.plain = length === decoded && (length === 0 || (out[0] !== SPACE && out[length - 1] !== SPACE));
  return toLatin1(out, 0, length);
}

function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return true;
  if (bytes[start] === SPACE || bytes[end - 1] === SPACE) return false;
  for (let at = start; at < end; at++) {
    const octet = bytes[at]!;
    if (octet < SPACE || octet > 0x7e) return false;
  }
  return true;
}

function fail(cursor: BlockCursor, problem: string): string {
  cursor.problem = problem;
  return '';
}

/** Appends `text` in the shorter of its two forms. */
export function writeString(to: ByteBuffer, text: string): void {
  const packed = huffmanBytes(text);
  if (packed < text.length) {
    writeInteger(to, packed, 0x7f, HUFFMAN_BIT);
    writeHuffman(to, text, packed);
  } else {
    writePlainString(to, text);
  }
}

/** Appends `text` as it is. */
export function writePlainString(to: ByteBuffer, text: string): void {
  const { length } = text;
  writeInteger(to, length, 0x7f, 0);
  const at = to.reserve(length);
  const { bytes } = to;
  for (let index = 0; index < length; index++) bytes[at + index] = text.charCodeAt(index);
}

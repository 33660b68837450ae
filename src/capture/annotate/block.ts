/** Blocks of a pcapng file put together (draft-ietf-opsawg-pcapng §3.1): type, length, body padded to 32 bits, length again. */

const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;

export const OPT_COMMENT = 1;
const IF_TSRESOL = 9;
const IF_FCSLEN = 13;

/** An option of a block (draft §3.5). */
export interface Option {
  readonly code: number;
  readonly value: Uint8Array;
}

/** Octets of a comment: options count in 16 bits, and a longer note is no note. */
const COMMENT_MAX = 4_096;

/** Comments as options, one each, in UTF-8. */
export function commentOptions(comments: readonly string[]): Option[] {
  return comments.map((comment) => ({ code: OPT_COMMENT, value: utf8(comment, COMMENT_MAX) }));
}

/** Integers in the byte order of the file. */
export class BlockWriter {
  readonly #little: boolean;

  constructor(little: boolean) {
    this.#little = little;
  }

  /** Options one after the other, with the end mark if `closed` and there are any. */
  options(options: readonly Option[], closed: boolean): Uint8Array {
    const bytes = options.reduce((sum, { value }) => sum + 4 + padded(value.length), 0);
    const result = new Uint8Array(bytes + (closed && options.length > 0 ? 4 : 0));
    let at = 0;
    for (const { code, value } of options) {
      this.#put16(result, at, code);
      this.#put16(result, at + 2, value.length);
      result.set(value, at + 4);
      at += 4 + padded(value.length);
    }
    return result;
  }

  /** A block of this type around its body, which must be padded. */
  block(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
    const total = 12 + parts.reduce((sum, part) => sum + part.length, 0);
    const result = new Uint8Array(total);
    this.#put32(result, 0, type);
    this.#put32(result, 4, total);
    let at = 8;
    for (const part of parts) {
      result.set(part, at);
      at += part.length;
    }
    this.#put32(result, at, total);
    return result;
  }

  /** A section of unknown length: readers go on to the end of the file (draft §4.1). */
  sectionHeader(comments: readonly string[]): Uint8Array {
    const head = new Uint8Array(16).fill(0xff);
    this.#put32(head, 0, BYTE_ORDER_MAGIC);
    this.#put16(head, 4, 1);
    this.#put16(head, 6, 0);
    return this.block(SECTION_HEADER, head, this.options(commentOptions(comments), true));
  }

  /** `digits`: 6 for microseconds, 9 for nanoseconds. `checkBytes`: of the check sequence at the end of frames, if known. */
  interfaceDescription(
    linkType: number,
    snapLength: number,
    digits: number,
    checkBytes: number | undefined,
  ): Uint8Array {
    const head = new Uint8Array(8);
    this.#put16(head, 0, linkType);
    this.#put32(head, 4, snapLength);
    const options = [
      { code: IF_TSRESOL, value: Uint8Array.of(digits) },
      ...(checkBytes === undefined ? [] : [{ code: IF_FCSLEN, value: Uint8Array.of(checkBytes) }]),
    ];
    return this.block(INTERFACE_DESCRIPTION, head, this.options(options, true));
  }

  /** A packet of interface 0. The stamp counts in the unit of its interface. */
  packet(packet: Uint8Array, stamp: bigint, original: number, comments: readonly string[]): Uint8Array {
    const head = new Uint8Array(20);
    this.#put32(head, 4, Number(stamp >> 32n));
    this.#put32(head, 8, Number(stamp & 0xffffffffn));
    this.#put32(head, 12, packet.length);
    this.#put32(head, 16, original);
    const fill = new Uint8Array(padded(packet.length) - packet.length);
    return this.block(ENHANCED_PACKET, head, packet, fill, this.options(commentOptions(comments), true));
  }

  #put16(bytes: Uint8Array, at: number, value: number): void {
    bytes[this.#little ? at : at + 1] = value & 0xff;
    bytes[this.#little ? at + 1 : at] = value >>> 8;
  }

  #put32(bytes: Uint8Array, at: number, value: number): void {
    this.#put16(bytes, this.#little ? at : at + 2, value & 0xffff);
    this.#put16(bytes, this.#little ? at + 2 : at, value >>> 16);
  }
}

/** Rounded up to 32 bits. */
export function padded(length: number): number {
  return (length + 3) & ~3;
}

/** UTF-8, cut before the character that would pass `max` octets. A half of a pair becomes U+FFFD. */
export function utf8(text: string, max: number): Uint8Array {
  const result: number[] = [];
  for (const character of text) {
    const octets = encoded(character.codePointAt(0) ?? 0xfffd);
    if (result.length + octets.length > max) break;
    result.push(...octets);
  }
  return Uint8Array.from(result);
}

function encoded(point: number): readonly number[] {
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), tail(point)];
  if (point >= 0xd800 && point <= 0xdfff) return encoded(0xfffd);
  if (point < 0x10000) return [0xe0 | (point >> 12), tail(point >> 6), tail(point)];
  return [0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point)];
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

/**
 * Request header blocks as grpc-go writes them (golang.org/x/net/http2/hpack): every field indexed, strings in Huffman code,
 * in grpc-go's order. Only the sizes of the dynamic table's entries are kept, so that a block whose metadata differs from
 * call to call costs well under a microsecond.
 */
import { ByteBuffer, HpackEncoder } from '#h2';

const ENTRY_OVERHEAD_BYTES = 32;
const TABLE_BYTES = 4096;
/** Static indices (RFC 7541 appendix A). */
const METHOD_POST = 3;
const SCHEME_HTTP = 6;
const SCHEME_HTTPS = 7;
const STATIC_ENTRIES = 61;
const END_HEADERS = 0x4;

/** Sizes of the dynamic table's entries by sequence number, oldest evicted first. */
class TableSizes {
  #sizes = new Uint16Array(256);
  #next = 1;
  #oldest = 1;
  #bytes = 0;
  #limit;

  constructor(limitBytes) {
    this.#limit = limitBytes;
  }

  insert(size) {
    this.#bytes += size;
    while (this.#bytes > this.#limit && this.#oldest < this.#next) {
      this.#bytes -= this.#sizes[this.#oldest & 255];
      this.#oldest++;
    }
    if (this.#bytes > this.#limit) {
      this.#bytes = 0;
      return 0;
    }
    this.#sizes[this.#next & 255] = size;
    return this.#next++;
  }

  /** The HPACK index of the entry with this sequence number; 0 if it was evicted, or never there. */
  index(sequence) {
    return sequence < this.#oldest ? 0 : STATIC_ENTRIES + this.#next - sequence;
  }
}

/** Huffman codes (RFC 7541 appendix B) of what deadlines and ids are made of: neighbours have neighbouring codes. */
const code = new Uint8Array(128);
const codeBits = new Uint8Array(128);
for (const [chars, first, bits] of [
  ['012ace', 0x0, 5],
  ['-./3456789=A_bdfghlmnpru', 0x16, 6],
]) {
  for (let index = 0; index < chars.length; index++) {
    code[chars.charCodeAt(index)] = first + index;
    codeBits[chars.charCodeAt(index)] = bits;
  }
}
const hex = Uint8Array.from('0123456789abcdef', (char) => char.charCodeAt(0));

/** A field's literal with incremental indexing, new name, as the library's encoder writes it. */
function literal(name, value) {
  const to = new ByteBuffer(256);
  new HpackEncoder().encode([{ name, value, neverIndexed: false }], to);
  return to.bytes.slice(0, to.length);
}

const size = (name, valueLength) => name.length + valueLength + ENTRY_OVERHEAD_BYTES;

/** What `createRequestHeads` makes differ from call to call: gRPC's deadline, a W3C trace context, a request id. */
const TIMEOUT_DIGITS = 7;
const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;
const TRACEPARENT_LENGTH = 55;
const REQUEST_ID_LENGTH = 32;

/** The encoder of one connection. */
export class RequestHeads {
  #table;
  #constants;
  #timeout = { name: 'grpc-timeout', sequence: 0 };
  #traceparent = { name: 'traceparent', sequence: 0 };
  #requestId = { name: 'x-request-id', sequence: 0 };
  #scheme;
  #tableUpdate;
  #random = 0x2545f491;
  /** Octets of the block that is being written; it is copied to the outbox when it is whole. */
  #block = Buffer.alloc(1024);
  #at = 0;
  #lengthAt = 0;
  #packed = 0;
  #packedBits = 0;

  constructor({ path, authority, secure, tableBytes }) {
    const limit = Math.min(TABLE_BYTES, tableBytes);
    this.#table = new TableSizes(limit);
    this.#tableUpdate = limit < TABLE_BYTES ? limit : -1;
    this.#scheme = secure ? SCHEME_HTTPS : SCHEME_HTTP;
    const fields = [
      [':path', path],
      [':authority', authority],
      ['content-type', 'application/grpc'],
      ['user-agent', 'grpc-go/1.85.0'],
      ['te', 'trailers'],
    ];
    this.#constants = fields.map(([name, value]) => ({
      bytes: literal(name, value),
      size: size(name, value.length),
      sequence: 0,
    }));
    const nameLiterals = [this.#timeout, this.#traceparent, this.#requestId];
    for (const field of nameLiterals) field.bytes = nameLiteral(field.name);
  }

  /** Appends a HEADERS frame; with `varying`, deadline, traceparent and request id are new ones. */
  write(outbox, stream, varying) {
    this.#at = 0;
    if (this.#tableUpdate >= 0) {
      this.#integer(this.#tableUpdate, 0x1f, 0x20);
      this.#tableUpdate = -1;
    }
    this.#block[this.#at++] = 0x80 | METHOD_POST;
    this.#block[this.#at++] = 0x80 | this.#scheme;
    for (const field of this.#constants) this.#constant(field);
    if (varying) this.#varying();
    outbox.frameHeader(this.#at, 1, END_HEADERS, stream);
    const to = outbox.reserve(this.#at);
    this.#block.copy(outbox.bytes, to, 0, this.#at);
  }

  #constant(field) {
    const index = this.#table.index(field.sequence);
    if (index > 0) {
      this.#integer(index, 0x7f, 0x80);
    } else {
      this.#block.set(field.bytes, this.#at);
      this.#at += field.bytes.length;
      field.sequence = this.#table.insert(field.size);
    }
  }

  #varying() {
    this.#begin(this.#timeout, TIMEOUT_DIGITS + 1);
    // 1.9 s and some microseconds, as of a deadline of 2 s that was propagated.
    this.#put(0x31);
    this.#put(0x39);
    for (let digit = 2; digit < TIMEOUT_DIGITS; digit++) this.#put(0x30 + (this.#next() % 10));
    this.#put(0x75);
    this.#finish();
    this.#begin(this.#traceparent, TRACEPARENT_LENGTH);
    this.#put(0x30);
    this.#put(0x30);
    this.#put(0x2d);
    this.#hexDigits(TRACE_ID_DIGITS);
    this.#put(0x2d);
    this.#hexDigits(SPAN_ID_DIGITS);
    this.#put(0x2d);
    this.#put(0x30);
    this.#put(0x31);
    this.#finish();
    this.#begin(this.#requestId, REQUEST_ID_LENGTH);
    this.#hexDigits(REQUEST_ID_LENGTH);
    this.#finish();
  }

  /** The name, by index if the table has it, and room for the value's length. */
  #begin(field, valueLength) {
    const index = this.#table.index(field.sequence);
    if (index > 0) {
      this.#integer(index, 0x3f, 0x40);
    } else {
      this.#block.set(field.bytes, this.#at);
      this.#at += field.bytes.length;
    }
    field.sequence = this.#table.insert(size(field.name, valueLength));
    this.#lengthAt = this.#at++;
  }

  #put(char) {
    const bits = codeBits[char];
    this.#packed = (this.#packed << bits) | code[char];
    this.#packedBits += bits;
    while (this.#packedBits >= 8) {
      this.#packedBits -= 8;
      this.#block[this.#at++] = this.#packed >>> this.#packedBits;
    }
    this.#packed &= 0xff;
  }

  #hexDigits(count) {
    for (let done = 0; done < count; done += 4) {
      const random = this.#next();
      this.#put(hex[random & 15]);
      this.#put(hex[(random >>> 4) & 15]);
      this.#put(hex[(random >>> 8) & 15]);
      this.#put(hex[(random >>> 12) & 15]);
    }
  }

  /** Pads with ones and fills the length in: a value's Huffman code is always shorter than 127 octets here. */
  #finish() {
    if (this.#packedBits > 0) {
      this.#block[this.#at++] = (this.#packed << (8 - this.#packedBits)) | (0xff >>> this.#packedBits);
      this.#packed = 0;
      this.#packedBits = 0;
    }
    this.#block[this.#lengthAt] = 0x80 | (this.#at - this.#lengthAt - 1);
  }

  /** Xorshift: the same ids for every stack. */
  #next() {
    let random = this.#random;
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    this.#random = random;
    return random >>> 8;
  }

  #integer(value, mask, pattern) {
    if (value < mask) {
      this.#block[this.#at++] = pattern | value;
      return;
    }
    this.#block[this.#at++] = pattern | mask;
    let rest = value - mask;
    for (; rest >= 0x80; rest >>>= 7) this.#block[this.#at++] = (rest & 0x7f) | 0x80;
    this.#block[this.#at++] = rest;
  }
}

/** The beginning of a literal with incremental indexing whose name is new: without the value. */
function nameLiteral(name) {
  return Buffer.concat([Buffer.from([0x40, name.length]), Buffer.from(name, 'latin1')]);
}

/**
 * Cuts the data octets of one direction of a call into messages. A message that lies whole in the newest chunk is handed
 * out as a view of it, without a copy. The octets of others are kept as they came; once a quarter of a long message is
 * there it gets its own buffer, and the rest is copied straight into it. So each octet is copied once, and memory follows
 * what has arrived, never what a prefix promises.
 */
import { readU32 } from '#base';
import type { MessageFault } from './fault.ts';
import { messageView } from './page.ts';
import { PREFIX_BYTES } from './prefix.ts';

/** What `MessageReader` hands out. */
export interface ReceivedMessage {
  /** As sent: still compressed if `compressed`. May be a view of the chunk that brought it. */
  readonly bytes: Uint8Array;
  readonly compressed: boolean;
}

/**
 * Received messages may have this many octets unless the application says otherwise: the limit of grpc-go, grpc-java and
 * C-core, so services that work with them work here.
 */
export const MESSAGE_BYTES_DEFAULT_MAX = 4_194_304;

/**
 * A piece that waits must be at least this part of the memory that it keeps alive; smaller ones are copied. So a peer that
 * sends little at a time cannot hold more than four times what flow control lets it send.
 */
const PIECE_SHARE_MIN = 1 / 4;

/** Waiting pieces are joined when there are more than this, and they are shorter than `PIECE_BYTES_MIN` on average. */
const PIECES_MAX = 16;

/** A piece costs about 200 octets of its own, so pieces of this size carry their cost; a sixteenth of a full DATA frame. */
const PIECE_BYTES_MIN = 1_024;

/** Messages from this length on get their own buffer early: two full DATA frames. Shorter ones are joined when they are whole. */
const LONG_BYTES = 32_768;

/** The part of a message that must have arrived before all of its memory is asked for. */
const ARRIVED_SHARE_MIN = 1 / 4;

const NOTHING = new Uint8Array(0);
const NO_PIECES: readonly Uint8Array[] = [];

/** The prefix of the next message is not all there yet. */
const LENGTH_UNKNOWN = -1;

export class MessageReader {
  readonly #maxMessageBytes: number;
  /** The oldest octets held: `[#at .. #end)` of a chunk. Empty only if nothing is held. */
  #head: Uint8Array = NOTHING;
  #at = 0;
  #end = 0;
  /** The head is still the chunk that brought it, however large that is. */
  #borrowed = false;
  /** The pieces after the head, in order. */
  #rest: Uint8Array[] | undefined = undefined;
  #heldBytes = 0;
  /** The buffer of a long message: its octets so far, `#filled` of them. Nothing is in the head until it is full. */
  #own: Uint8Array | undefined = undefined;
  #filled = 0;
  /** Of the next message, or `LENGTH_UNKNOWN`. */
  #length = LENGTH_UNKNOWN;
  #compressed = false;
  #fault: MessageFault | undefined = undefined;

  /** `maxMessageBytes`: a longer message is a fault; a compressed one counts as it was sent. */
  constructor(maxMessageBytes = MESSAGE_BYTES_DEFAULT_MAX) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** What is wrong with the data. Nothing is handed out and nothing is held any more. */
  get fault(): MessageFault | undefined {
    return this.#fault;
  }

  /** Octets that were pushed and not handed out, prefixes included. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /**
   * A whole message waits. While none does, all flow-control credit must go back to the peer, or a message longer than its
   * window never gets through; `maxMessageBytes` bounds what is held then.
   */
  get ready(): boolean {
    const whole = this.#isWhole();
    this.#settle();
    return whole;
  }

  /** Takes the next octets. They are kept, not copied: they must not change. */
  push(bytes: Uint8Array, start: number, end: number): void {
    if (this.#fault !== undefined || start === end) return;
    const from = start + this.#fill(bytes, start, end);
    if (from === end) return;
    if (this.#waitingBytes === 0) {
      this.#head = bytes;
      this.#at = from;
      this.#end = end;
      this.#borrowed = true;
    } else {
      this.#settle();
      this.#rest ??= [];
      this.#rest.push(piece(bytes, from, end));
    }
    this.#heldBytes += end - from;
    if (this.#rest !== undefined && this.#rest.length > PIECES_MAX) this.#joinSmall(this.#rest);
  }

  /** The next whole message; `undefined` if none is there, or if there is a `fault`. */
  next(): ReceivedMessage | undefined {
    if (!this.#isWhole()) {
      this.#settle();
      return undefined;
    }
    const length = this.#length;
    const own = this.#own;
    if (own !== undefined) {
      this.#heldBytes -= PREFIX_BYTES + length;
      this.#length = LENGTH_UNKNOWN;
      this.#own = undefined;
      return { bytes: own, compressed: this.#compressed };
    }
    const bytes = this.#end - this.#at >= PREFIX_BYTES + length ? this.#view(length) : this.#join(length);
    this.#heldBytes -= PREFIX_BYTES + length;
    this.#length = LENGTH_UNKNOWN;
    if (this.#at === this.#end) this.#advance();
    return { bytes, compressed: this.#compressed };
  }

  /** What is wrong if no data follows, once the whole messages were taken. */
  endFault(): MessageFault | undefined {
    if (this.#heldBytes === 0 || this.#isWhole() || this.#fault !== undefined) return this.#fault;
    if (this.#length !== LENGTH_UNKNOWN) {
      return { kind: 'truncated', receivedBytes: this.#heldBytes - PREFIX_BYTES, announcedBytes: this.#length };
    }
    const flag = this.#head[this.#at]!;
    if (flag > 1) return { kind: 'bad-flag', flag };
    return { kind: 'truncated', receivedBytes: this.#heldBytes, announcedBytes: undefined };
  }

  #isWhole(): boolean {
    if (this.#length === LENGTH_UNKNOWN && !this.#readPrefix()) return false;
    if (this.#own !== undefined) return this.#filled === this.#length;
    return this.#heldBytes >= PREFIX_BYTES + this.#length;
  }

  /** Reads the prefix of the next message where it stands. False if it is not all there, or is a fault. */
  #readPrefix(): boolean {
    if (this.#heldBytes < PREFIX_BYTES) return false;
    const flag = this.#head[this.#at]!;
    if (flag > 1) return this.#fail({ kind: 'bad-flag', flag });
    const length = this.#end - this.#at >= PREFIX_BYTES ? readU32(this.#head, this.#at + 1) : this.#spreadLength();
    const allowedBytes = this.#maxMessageBytes;
    if (length > allowedBytes) return this.#fail({ kind: 'too-large', announcedBytes: length, allowedBytes });
    this.#length = length;
    this.#compressed = flag === 1;
    return true;
  }

  /** The length of a message whose prefix lies in several pieces. */
  #spreadLength(): number {
    let length = 0;
    for (let index = 1; index < PREFIX_BYTES; index++) length = length * 256 + this.#octet(index);
    return length;
  }

  #octet(index: number): number {
    const inHead = this.#end - this.#at;
    if (index < inHead) return this.#head[this.#at + index]!;
    let at = index - inHead;
    for (const piece of this.#rest ?? NO_PIECES) {
      if (at < piece.length) return piece[at]!;
      at -= piece.length;
    }
    return 0;
  }

  #fail(fault: MessageFault): false {
    this.#fault = fault;
    this.#own = undefined;
    this.#rest = undefined;
    this.#heldBytes = 0;
    this.#advance();
    return false;
  }

  /** Takes a message that lies in the head. */
  #view(length: number): Uint8Array {
    const start = this.#at + PREFIX_BYTES;
    this.#at = start + length;
    return messageView(this.#head, start, this.#at);
  }

  /** Takes a message that begins in the head and ends in a piece after it. */
  #join(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const rest = this.#rest ?? [];
    let skip = PREFIX_BYTES;
    let filled = 0;
    let used = 0;
    for (;;) {
      const start = Math.min(this.#at + skip, this.#end);
      skip -= start - this.#at;
      const end = Math.min(this.#end, start + length - filled);
      if (end > start) bytes.set(this.#head.subarray(start, end), filled);
      filled += end - start;
      this.#at = end;
      if (skip === 0 && filled === length) break;
      this.#begin(rest[used++]!);
    }
    rest.splice(0, used);
    return bytes;
  }

  /** Goes on with the next piece after the head was used up. */
  #advance(): void {
    const next = this.#rest?.shift();
    this.#begin(next ?? NOTHING);
  }

  #begin(head: Uint8Array): void {
    this.#head = head;
    this.#at = 0;
    this.#end = head.length;
    this.#borrowed = false;
  }

  /** Octets that wait in the head and behind it. */
  get #waitingBytes(): number {
    return this.#own === undefined ? this.#heldBytes : this.#heldBytes - PREFIX_BYTES - this.#filled;
  }

  /** Copies octets into the long message's buffer, as far as it needs them; answers how many. */
  #fill(bytes: Uint8Array, start: number, end: number): number {
    const own = this.#own;
    if (own === undefined) return 0;
    const taken = Math.min(end - start, own.length - this.#filled);
    if (taken === 0) return 0;
    own.set(bytes.subarray(start, start + taken), this.#filled);
    this.#filled += taken;
    this.#heldBytes += taken;
    return taken;
  }

  /** A quarter of a long message is there: what has arrived moves into its own buffer. */
  #adopt(): void {
    const length = this.#length;
    if (length < LONG_BYTES || this.#own !== undefined) return;
    const arrived = this.#heldBytes - PREFIX_BYTES;
    if (arrived >= length || arrived < length * ARRIVED_SHARE_MIN) return;
    const own = new Uint8Array(length);
    let skip = PREFIX_BYTES;
    let filled = 0;
    for (let next: Uint8Array | undefined = this.#head.subarray(this.#at, this.#end); next !== undefined; ) {
      const from = Math.min(skip, next.length);
      own.set(from === 0 ? next : next.subarray(from), filled);
      filled += next.length - from;
      skip -= from;
      next = this.#rest?.shift();
    }
    this.#own = own;
    this.#filled = filled;
    this.#begin(NOTHING);
  }

  /** Lets go of the chunk of the transport if little of it is still needed. */
  #settle(): void {
    this.#adopt();
    if (!this.#borrowed || this.#waitingBytes === 0) return;
    this.#begin(piece(this.#head, this.#at, this.#end));
  }

  /** Joins the pieces if they are small: a peer may send an octet a frame. */
  #joinSmall(rest: Uint8Array[]): void {
    const waitingBytes = this.#waitingBytes;
    if (waitingBytes >= rest.length * PIECE_BYTES_MIN) return;
    const joined = new Uint8Array(waitingBytes);
    joined.set(this.#head.subarray(this.#at, this.#end), 0);
    let filled = this.#end - this.#at;
    for (const part of rest) {
      joined.set(part, filled);
      filled += part.length;
    }
    rest.length = 0;
    this.#begin(joined);
  }
}

/** Octets to be held: a view where they are a fair share of the memory behind them, else a copy. */
function piece(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const fair = end - start >= bytes.buffer.byteLength * PIECE_SHARE_MIN;
  return fair ? bytes.subarray(start, end) : bytes.slice(start, end);
}

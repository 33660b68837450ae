/**
 * Cuts the data octets of one direction of a call into messages. A message that lies whole in the newest chunk is handed
 * out as a view of it, or of a page if it is short (`messageView`). Of others, long pieces are kept as they came and short ones
 * are gathered; once a quarter of a long message is there it gets its own buffer, and the rest is copied straight into it.
 * Memory follows what has arrived, never what a prefix promises.
 */
import { readU32 } from '#base';
import type { MessageFault } from './fault.ts';
import { messageView, PAGE_BYTES } from './page.ts';
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

/**
 * Shorter pieces are gathered: copied one behind the other into buffers of this reader. A piece costs about 200 octets of its own,
 * so longer ones carry their cost; it is a sixteenth of a full DATA frame.
 */
const PIECE_BYTES_MIN = 1_024;

/** Buffers for gathering are as long as what waits, within these bounds. The upper one: a message handed out keeps its buffer alive. */
const GATHER_BYTES_MIN = 256;
const GATHER_BYTES_MAX = PAGE_BYTES;

/** Messages from this length on get their own buffer early: two full DATA frames. Shorter ones are joined when they are whole. */
const LONG_BYTES = 32_768;

/** The part of a message that must have arrived before all of its memory is asked for. */
const ARRIVED_SHARE_MIN = 1 / 4;

/** The prefix of the next message is not all there yet. */
const LENGTH_UNKNOWN = -1;

/** What a piece's memory is: the chunk that brought it, however large that is; a fair share of it, or a copy; a buffer with room for more. */
type Memory = 'borrowed' | 'kept' | 'gathering';

/** Octets that wait: `bytes[at .. end)`. */
class Piece {
  readonly bytes: Uint8Array;
  at: number;
  end: number;
  memory: Memory;

  constructor(bytes: Uint8Array, at: number, end: number, memory: Memory) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.memory = memory;
  }

  get length(): number {
    return this.end - this.at;
  }
}

export class MessageReader {
  readonly #maxMessageBytes: number;
  /** What waits, oldest first; none of them is empty. */
  readonly #pieces: Piece[] = [];
  #heldBytes = 0;
  /** The buffer of a long message: its octets so far, `#filled` of them. No piece waits until it is full. */
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
    if (this.#pieces.length === 0) {
      this.#pieces.push(new Piece(bytes, from, end, 'borrowed'));
    } else {
      this.#settle();
      this.#keep(bytes, from, end);
    }
    this.#heldBytes += end - from;
  }

  /** The next whole message; `undefined` if none is there, or if there is a `fault`. */
  next(): ReceivedMessage | undefined {
    if (!this.#isWhole()) {
      this.#settle();
      return undefined;
    }
    const bytes = this.#own ?? this.#take(this.#length);
    this.#own = undefined;
    this.#heldBytes -= PREFIX_BYTES + this.#length;
    this.#length = LENGTH_UNKNOWN;
    return { bytes, compressed: this.#compressed };
  }

  /** What is wrong if no data follows, once the whole messages were taken. */
  endFault(): MessageFault | undefined {
    if (this.#heldBytes === 0 || this.#isWhole() || this.#fault !== undefined) return this.#fault;
    if (this.#length !== LENGTH_UNKNOWN) {
      return { kind: 'truncated', receivedBytes: this.#heldBytes - PREFIX_BYTES, announcedBytes: this.#length };
    }
    const flag = this.#octet(0);
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
    const head = this.#pieces[0]!;
    const flag = head.bytes[head.at]!;
    if (flag > 1) return this.#fail({ kind: 'bad-flag', flag });
    const length = head.length >= PREFIX_BYTES ? readU32(head.bytes, head.at + 1) : this.#spreadLength();
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
    let left = index;
    for (const piece of this.#pieces) {
      if (left < piece.length) return piece.bytes[piece.at + left]!;
      left -= piece.length;
    }
    return 0;
  }

  #fail(fault: MessageFault): false {
    this.#fault = fault;
    this.#own = undefined;
    this.#pieces.length = 0;
    this.#heldBytes = 0;
    return false;
  }

  /** Takes a message and its prefix out of the pieces: a view where it lies in one of them, else joined. */
  #take(length: number): Uint8Array {
    const head = this.#pieces[0]!;
    if (head.length < PREFIX_BYTES + length) {
      const joined = new Uint8Array(length);
      this.#drain(joined, PREFIX_BYTES);
      return joined;
    }
    const start = head.at + PREFIX_BYTES;
    head.at = start + length;
    if (head.length === 0) this.#pieces.shift();
    return messageView(head.bytes, start, start + length);
  }

  /** Passes over `skip` octets, then moves as many as there are and `to` has room for; answers how many. */
  #drain(to: Uint8Array, skip: number): number {
    let skipped = 0;
    let filled = 0;
    let used = 0;
    for (const piece of this.#pieces) {
      const passed = Math.min(skip - skipped, piece.length);
      skipped += passed;
      piece.at += passed;
      const taken = Math.min(to.length - filled, piece.length);
      if (taken > 0) to.set(piece.bytes.subarray(piece.at, piece.at + taken), filled);
      filled += taken;
      piece.at += taken;
      if (piece.length > 0) break;
      used++;
    }
    this.#pieces.splice(0, used);
    return filled;
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
    this.#own = new Uint8Array(length);
    this.#filled = this.#drain(this.#own, PREFIX_BYTES);
  }

  /** Lets go of the chunk of the transport if little of it is still needed. */
  #settle(): void {
    this.#adopt();
    const head = this.#pieces[0];
    if (head?.memory !== 'borrowed') return;
    if (isFair(head.bytes, head.length)) {
      head.memory = 'kept';
      return;
    }
    this.#pieces.length = 0;
    this.#keep(head.bytes, head.at, head.end);
  }

  /** Puts octets behind the others. */
  #keep(bytes: Uint8Array, start: number, end: number): void {
    if (end - start < PIECE_BYTES_MIN) this.#gather(bytes, start, end);
    else if (isFair(bytes, end - start)) this.#pieces.push(new Piece(bytes, start, end, 'kept'));
    else this.#pieces.push(new Piece(new Uint8Array(bytes.subarray(start, end)), 0, end - start, 'kept'));
  }

  /** Octets that came together stay together, so a message that they hold is a view still. */
  #gather(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    let last = this.#pieces.at(-1);
    if (last?.memory !== 'gathering' || last.bytes.length - last.end < length) {
      const size = Math.min(GATHER_BYTES_MAX, Math.max(GATHER_BYTES_MIN, this.#heldBytes));
      last = new Piece(new Uint8Array(Math.max(size, length)), 0, 0, 'gathering');
      this.#pieces.push(last);
    }
    last.bytes.set(bytes.subarray(start, end), last.end);
    last.end += length;
  }
}

/** So many octets are a fair share of the memory that a view of them keeps alive. */
function isFair(bytes: Uint8Array, length: number): boolean {
  return length >= bytes.buffer.byteLength * PIECE_SHARE_MIN;
}

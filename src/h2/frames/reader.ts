/**
 * Cuts one direction of a connection into frames (RFC 9113 §4). Knows no roles and keeps no state above the frame.
 *
 * DATA is passed on as it comes, never assembled: its frame is told when its header has been read, its octets follow in
 * pieces. So a 16 MiB frame costs no memory, a frame that straddles two chunks costs no copy, and octets of a message
 * that was cut off are still seen. Every other frame is told when it is complete, out of the chunk itself where it lies
 * whole in it, else out of a scratch buffer that lives until then.
 */
import { readU24, readU31, UsageError } from '#base';
import { Flag, FRAME_HEADER_BYTES, FrameType } from './codes.ts';
import type { Fault } from './fault.ts';
import { FRAME_BYTES_MAX, GOAWAY_FIXED_BYTES } from './form.ts';
import type { BrokenFrame, DataFrame, Frame, FrameHead } from './frame.ts';
import { bareDataFrame, brokenFrame, cutGoAway, dataFrame, parseFrame, type WholeFrame } from './parse.ts';
import { frameFault } from './validate.ts';

export interface FrameSink {
  /**
   * A frame other than DATA. Its payload is `payload[payloadStart .. payloadEnd)`, valid during the call only; of an
   * incomplete frame it is what the capture kept of it, of another broken frame nothing. `fault` is the rule that the frame
   * breaks by itself.
   */
  frame(
    frame: WholeFrame,
    fault: Fault | undefined,
    payload: Uint8Array,
    payloadStart: number,
    payloadEnd: number,
  ): void;
  /** A DATA frame begins: its header was read, and its pad length where it has one. */
  dataBegin(frame: DataFrame, fault: Fault | undefined): void;
  /** Octets of the frame's body, padding excluded, valid during the call only. Pieces add up to `frame.bodyLength`. */
  data(frame: DataFrame, bytes: Uint8Array, start: number, end: number): void;
  /** `length` octets of the frame's body that the capture lost, at their place among the pieces. */
  dataLost(frame: DataFrame, length: number): void;
  /** The frame's last octet has passed, padding included: END_STREAM takes effect now. */
  dataEnd(frame: DataFrame): void;
}

/**
 * The longest frame other than DATA that is assembled unless told otherwise. Only header blocks get long, and servers
 * refuse header lists from 8 KiB (grpc, Java) over 60 KiB (Envoy) on: 1 MiB shows each of those failures in full.
 */
export const HELD_BYTES_MAX = 1_048_576;

/** A scratch buffer starts no smaller, so that a payload that trickles in is moved a few times only. */
const SCRATCH_BYTES_MIN = 512;

const NOTHING = new Uint8Array(0);

/** Where the next octet belongs. */
const Step = {
  HEADER: 0,
  /** Payload of a frame that is being assembled. */
  HELD: 1,
  /** The pad length octet of a DATA frame. */
  PAD_LENGTH: 2,
  DATA: 3,
  DATA_PADDING: 4,
  /** Payload of a frame that has already been told as broken. */
  SKIPPED: 5,
  /** Unknown: the capture lost a frame header. */
  LOST: 6,
} as const;
type Step = (typeof Step)[keyof typeof Step];

export class FrameReader {
  /** Longer frames are a fault: the SETTINGS_MAX_FRAME_SIZE in force. As long as a frame can be, until it is known. */
  maxFrameBytes: number;
  /**
   * Longer frames other than DATA are not assembled: they are told as broken (`too-long`) at their header, their octets are
   * passed over. An endpoint sets it to its own SETTINGS_MAX_FRAME_SIZE and so learns of such a frame at once.
   */
  maxHeldBytes: number;
  readonly #sink: FrameSink;
  #step: Step = Step.HEADER;
  #type = 0;
  #flags = 0;
  #stream = 0;
  #length = 0;
  /** Octets that the present step still takes. */
  #remaining = 0;
  /** Octets of a frame header that was split between chunks, and how many there are. */
  #header: Uint8Array | undefined = undefined;
  #headerBytes = 0;
  #scratch: Uint8Array = NOTHING;
  #data: DataFrame | undefined = undefined;

  constructor(sink: FrameSink, maxFrameBytes = FRAME_BYTES_MAX, maxHeldBytes = HELD_BYTES_MAX) {
    this.#sink = sink;
    this.maxFrameBytes = maxFrameBytes;
    this.maxHeldBytes = maxHeldBytes;
  }

  /** False after a gap that swallowed a frame header: find a boundary, then `restart()`. */
  get synced(): boolean {
    return this.#step !== Step.LOST;
  }

  /** The next octet pushed is the first of a frame header. What was unfinished is forgotten. */
  restart(): void {
    this.#step = Step.HEADER;
    this.#headerBytes = 0;
    this.#scratch = NOTHING;
    this.#data = undefined;
  }

  /** The frame whose header was read and whose last octet is still to come; what a connection's end cut off. */
  get unfinished(): FrameHead | undefined {
    if (this.#step === Step.HEADER || this.#step === Step.LOST) return undefined;
    return { type: this.#type, flags: this.#flags, stream: this.#stream, length: this.#length };
  }

  /** Octets that the DATA frame at hand still takes, padding included; 0 where another frame or none is under way. */
  get dataLeft(): number {
    const data = this.#data;
    if (data === undefined) return 0;
    const padding = data.length - data.bodyOffset - data.bodyLength;
    return this.#step === Step.DATA
      ? this.#remaining + padding
      : this.#step === Step.DATA_PADDING
        ? this.#remaining
        : 0;
  }

  /**
   * The same for a frame of a header block, whose loss is told with the block. Of other frames what is lost may be the very
   * thing that they say.
   */
  get blockLeft(): number {
    if (this.#step !== Step.HELD && this.#step !== Step.SKIPPED) return 0;
    return this.#type === FrameType.HEADERS || this.#type === FrameType.CONTINUATION ? this.#remaining : 0;
  }

  /** The same for a GOAWAY of which only debug data is still to come. */
  get textLeft(): number {
    if (this.#type !== FrameType.GOAWAY || (this.#step !== Step.HELD && this.#step !== Step.SKIPPED)) return 0;
    return this.#length - this.#remaining >= GOAWAY_FIXED_BYTES ? this.#remaining : 0;
  }

  /** The next octets of the direction, cut anywhere. */
  push(bytes: Uint8Array, start: number, end: number): void {
    if (this.#step === Step.LOST)
      throw new UsageError('push() while not synced: find a frame boundary, then restart()');
    let at = start;
    while (at < end) at = this.#advance(bytes, at, end);
  }

  /** The next `length` octets of the direction were lost by whoever watched it. */
  gap(length: number): void {
    let left = length;
    while (left > 0 && this.#step !== Step.LOST) left -= this.#lose(left);
  }

  #advance(bytes: Uint8Array, at: number, end: number): number {
    switch (this.#step) {
      case Step.HEADER:
        return this.#readHeader(bytes, at, end);
      case Step.HELD:
        return this.#hold(bytes, at, end);
      case Step.PAD_LENGTH:
        this.#beginBody(bytes[at]!);
        return at + 1;
      case Step.DATA:
        return this.#passData(bytes, at, end);
      default:
        return at + this.#skip(end - at);
    }
  }

  #readHeader(bytes: Uint8Array, at: number, end: number): number {
    if (this.#headerBytes === 0 && end - at >= FRAME_HEADER_BYTES) {
      this.#takeHeader(bytes, at);
      return this.#begin(bytes, at + FRAME_HEADER_BYTES, end);
    }
    this.#header ??= new Uint8Array(FRAME_HEADER_BYTES);
    let next = at;
    while (next < end && this.#headerBytes < FRAME_HEADER_BYTES) this.#header[this.#headerBytes++] = bytes[next++]!;
    if (this.#headerBytes < FRAME_HEADER_BYTES) return next;
    this.#headerBytes = 0;
    this.#takeHeader(this.#header, 0);
    return this.#begin(bytes, next, end);
  }

  #takeHeader(bytes: Uint8Array, at: number): void {
    this.#length = readU24(bytes, at);
    this.#type = bytes[at + 3]!;
    this.#flags = bytes[at + 4]!;
    this.#stream = readU31(bytes, at + 5);
  }

  /** Starts on the payload, which begins at `at`; returns where reading goes on. */
  #begin(bytes: Uint8Array, at: number, end: number): number {
    const length = this.#length;
    if (this.#type === FrameType.DATA) {
      const padded = (this.#flags & Flag.PADDED) !== 0;
      if (!padded && end - at >= length) return this.#passWhole(bytes, at);
      if (padded && length > 0) this.#step = Step.PAD_LENGTH;
      else this.#beginBody(0);
      return at;
    }
    if (length > this.maxHeldBytes) {
      this.#tellBroken('too-long', length);
      return at;
    }
    if (end - at >= length) {
      this.#tell(bytes, at);
      return at + length;
    }
    this.#step = Step.HELD;
    this.#remaining = length;
    return at;
  }

  /** Assembles a payload that does not lie whole in one chunk. */
  #hold(bytes: Uint8Array, at: number, end: number): number {
    const taken = Math.min(this.#remaining, end - at);
    const held = this.#length - this.#remaining;
    this.#growScratch(held, held + taken);
    this.#scratch.set(bytes.subarray(at, at + taken), held);
    this.#remaining -= taken;
    if (this.#remaining === 0) {
      const payload = this.#scratch;
      this.restart();
      this.#tell(payload, 0);
    }
    return at + taken;
  }

  /** Grows with the octets that arrived, not with those that a header promises. */
  #growScratch(held: number, needed: number): void {
    if (needed <= this.#scratch.length) return;
    const size = Math.min(this.#length, Math.max(needed, 2 * this.#scratch.length, SCRATCH_BYTES_MIN));
    const grown = new Uint8Array(size);
    grown.set(this.#scratch.subarray(0, held));
    this.#scratch = grown;
  }

  #tell(payload: Uint8Array, payloadStart: number): void {
    const frame = parseFrame(this.#type, this.#flags, this.#stream, this.#length, payload, payloadStart);
    this.#sink.frame(frame, this.#fault(frame), payload, payloadStart, payloadStart + this.#length);
  }

  /** Tells the frame by its header alone; `skipped` octets of its payload are still to come. */
  #tellBroken(reason: BrokenFrame['reason'], skipped: number): void {
    this.#tellCut(brokenFrame(this.#type, this.#flags, this.#stream, this.#length, reason), skipped);
  }

  #tellCut(frame: WholeFrame, skipped: number, kept = 0): void {
    const payload = this.#scratch;
    this.#scratch = NOTHING;
    this.#remaining = skipped;
    this.#step = skipped === 0 ? Step.HEADER : Step.SKIPPED;
    this.#sink.frame(frame, this.#fault(frame), payload, 0, kept);
  }

  #fault(frame: Frame): Fault | undefined {
    return frameFault(frame, this.maxFrameBytes);
  }

  /** The pad length is known, or there is none: the DATA frame can be told. */
  #beginBody(padLength: number): void {
    const frame = dataFrame(this.#flags, this.#stream, this.#length, padLength);
    if (frame.kind === 'broken') {
      this.#tellCut(frame, this.#length - (this.#step === Step.PAD_LENGTH ? 1 : 0));
      return;
    }
    this.#data = frame;
    this.#step = Step.DATA;
    this.#remaining = frame.bodyLength;
    this.#sink.dataBegin(frame, this.#fault(frame));
    if (frame.bodyLength === 0) this.#endBody(frame);
  }

  /** A DATA frame without padding that lies whole in the chunk, as most of small messages do. */
  #passWhole(bytes: Uint8Array, at: number): number {
    const length = this.#length;
    const frame = bareDataFrame(this.#flags, this.#stream, length);
    this.#sink.dataBegin(frame, this.#fault(frame));
    if (length > 0) this.#sink.data(frame, bytes, at, at + length);
    this.#sink.dataEnd(frame);
    return at + length;
  }

  #passData(bytes: Uint8Array, at: number, end: number): number {
    const frame = this.#data!;
    const taken = Math.min(this.#remaining, end - at);
    this.#remaining -= taken;
    this.#sink.data(frame, bytes, at, at + taken);
    if (this.#remaining === 0) this.#endBody(frame);
    return at + taken;
  }

  #endBody(frame: DataFrame): void {
    this.#remaining = frame.length - frame.bodyOffset - frame.bodyLength;
    this.#step = Step.DATA_PADDING;
    if (this.#remaining === 0) this.#endData(frame);
  }

  #endData(frame: DataFrame): void {
    this.#step = Step.HEADER;
    this.#data = undefined;
    this.#sink.dataEnd(frame);
  }

  /** Passes over padding, or over the rest of a broken frame; returns how many octets it took. */
  #skip(available: number): number {
    const taken = Math.min(this.#remaining, available);
    this.#remaining -= taken;
    if (this.#remaining > 0) return taken;
    if (this.#step === Step.DATA_PADDING) this.#endData(this.#data!);
    else this.#step = Step.HEADER;
    return taken;
  }

  /** Takes up to `left` lost octets; returns how many it could place. */
  #lose(left: number): number {
    switch (this.#step) {
      case Step.HEADER:
        this.restart();
        this.#step = Step.LOST;
        return left;
      case Step.HELD:
        this.#loseHeld();
        return 0;
      case Step.PAD_LENGTH:
        this.#tellBroken('incomplete', this.#length);
        return 0;
      case Step.DATA:
        return this.#loseData(left);
      default:
        return this.#skip(left);
    }
  }

  #loseHeld(): void {
    const kept = this.#length - this.#remaining;
    if (this.#type === FrameType.GOAWAY && kept >= GOAWAY_FIXED_BYTES) {
      this.#tellCut(cutGoAway(this.#flags, this.#stream, this.#length, this.#scratch, kept), this.#remaining);
    } else {
      const frame = brokenFrame(this.#type, this.#flags, this.#stream, this.#length, 'incomplete');
      this.#tellCut(frame, this.#remaining, kept);
    }
  }

  #loseData(left: number): number {
    const frame = this.#data!;
    const taken = Math.min(this.#remaining, left);
    this.#remaining -= taken;
    this.#sink.dataLost(frame, taken);
    if (this.#remaining === 0) this.#endBody(frame);
    return taken;
  }
}

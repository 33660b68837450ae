/**
 * Joins HEADERS or PUSH_PROMISE and the CONTINUATION frames after it into one header block (RFC 9113 §4.3, §6.10). Takes
 * every frame of one direction, because no other frame may stand in between. Knows no roles and decodes nothing.
 */
import { Flag, FrameType, frameTypeName } from '../frames/codes.ts';
import type { Fault } from '../frames/fault.ts';
import { PRIORITY_BYTES } from '../frames/form.ts';
import type { ContinuationFrame, Frame, HeadersFrame, PushPromiseFrame } from '../frames/frame.ts';
import type { RuleId } from '../rules.ts';

/** What opens a header block. */
export type OpeningFrame = HeadersFrame | PushPromiseFrame;

export type BlockStep =
  /** The frame has no part in a header block. */
  | { readonly kind: 'none' }
  /** The frame was taken; the block goes on. */
  | { readonly kind: 'open' }
  /** The block is `bytes[start .. end)`, valid until the reader's call returns. */
  | {
      readonly kind: 'complete';
      readonly opening: OpeningFrame;
      readonly bytes: Uint8Array;
      readonly start: number;
      readonly end: number;
    }
  /**
   * A block has ended of which octets are missing: the decoder's table is no longer right. `bytes[start .. end)` is what
   * there is of its beginning.
   */
  | {
      readonly kind: 'lost';
      readonly stream: number;
      readonly bytes: Uint8Array;
      readonly start: number;
      readonly end: number;
    }
  /**
   * The frame breaks a rule. If a block was open it is lost (`lostBlock`). An interrupting frame is otherwise as good as
   * any; if it opens a block itself, `next` says how that went.
   */
  | { readonly kind: 'fault'; readonly fault: Fault; readonly lostBlock: boolean; readonly next: BlockStep };

/**
 * Octets of one encoded block over all its frames. Servers refuse lists from 8 KiB on, grpc-go takes up to 16 MiB decoded;
 * 1 MiB encoded covers what is in use and bounds what a flood of CONTINUATION can hold.
 */
export const BLOCK_BYTES_MAX = 1_048_576;

/** CONTINUATION frames of one block: full frames of the default size reach the octet limit with 64, small ones do not. */
export const BLOCK_CONTINUATIONS_MAX = 1_024;

/** What a block may be at most. An endpoint sets its own; an observer takes what anybody accepts. */
export interface BlockLimits {
  readonly maxBytes: number;
  readonly maxContinuations: number;
}

const WATCHED: BlockLimits = { maxBytes: BLOCK_BYTES_MAX, maxContinuations: BLOCK_CONTINUATIONS_MAX };

const NONE: BlockStep = { kind: 'none' };
const OPEN: BlockStep = { kind: 'open' };
const NOTHING = new Uint8Array(0);

/** Between blocks; within one; within one of which something is missing, whose frames are passed over. */
type State =
  | { readonly kind: 'between' }
  | { readonly kind: 'joining'; readonly stream: number; readonly opening: OpeningFrame }
  | { readonly kind: 'passing'; readonly stream: number };

const BETWEEN: State = { kind: 'between' };

export class BlockAssembler {
  #state: State = BETWEEN;
  /** After a loss of sync the next CONTINUATION may belong to a HEADERS that was not seen. */
  #mayContinue: boolean;
  #scratch: Uint8Array = NOTHING;
  #length = 0;
  #continuations = 0;

  readonly #limits: BlockLimits;

  /** `joined`: the direction is watched from somewhere in its middle. */
  constructor(joined = false, limits: BlockLimits = WATCHED) {
    this.#mayContinue = joined;
    this.#limits = limits;
  }

  /** Octets were lost at a frame boundary or across one. True if a block was open, which is lost with them. */
  interrupt(): boolean {
    const open = this.#state.kind !== 'between';
    this.#close();
    this.#mayContinue = true;
    return open;
  }

  /**
   * Every frame of the direction, in order. The payload starts at `payload[payloadStart]`; DATA needs none. `payloadEnd`
   * says how much there is of a frame that the capture cut.
   */
  accept(
    frame: Frame,
    payload: Uint8Array = NOTHING,
    payloadStart = 0,
    payloadEnd = Math.min(payloadStart + frame.length, payload.length),
  ): BlockStep {
    const state = this.#state;
    if (state.kind === 'between') return this.#begin(frame, payload, payloadStart, payloadEnd);
    if (frame.type !== FrameType.CONTINUATION || frame.stream !== state.stream) {
      return this.#interrupted(state.stream, frame, payload, payloadStart, payloadEnd);
    }
    if (state.kind === 'joining' && frame.kind === 'continuation') {
      return this.#join(state.opening, frame, payload, payloadStart);
    }
    if (state.kind === 'joining') this.#append(payload, payloadStart, payloadEnd);
    return this.#passOn(frame);
  }

  #begin(frame: Frame, payload: Uint8Array, payloadStart: number, payloadEnd: number): BlockStep {
    switch (frame.type) {
      case FrameType.HEADERS:
      case FrameType.PUSH_PROMISE:
        this.#mayContinue = false;
        return frame.kind === 'headers' || frame.kind === 'push-promise'
          ? this.#open(frame, payload, payloadStart)
          : this.#openCut(frame, payload, payloadStart, payloadEnd);
      case FrameType.CONTINUATION:
        return this.#mayContinue ? this.#pass(frame) : this.#unexpected(frame);
      default:
        this.#mayContinue = false;
        return NONE;
    }
  }

  #open(opening: OpeningFrame, payload: Uint8Array, payloadStart: number): BlockStep {
    const start = payloadStart + opening.bodyOffset;
    const end = start + opening.bodyLength;
    if (opening.flags & Flag.END_HEADERS) return { kind: 'complete', opening, bytes: payload, start, end };
    this.#state = { kind: 'joining', stream: opening.stream, opening };
    return this.#append(payload, start, end) ? OPEN : this.#tooLarge(opening);
  }

  #join(opening: OpeningFrame, frame: ContinuationFrame, payload: Uint8Array, payloadStart: number): BlockStep {
    this.#continuations++;
    if (!this.#append(payload, payloadStart, payloadStart + frame.bodyLength)) return this.#tooLarge(frame);
    if ((frame.flags & Flag.END_HEADERS) === 0) return OPEN;
    const complete: BlockStep = { kind: 'complete', opening, bytes: this.#scratch, start: 0, end: this.#length };
    this.#close();
    return complete;
  }

  /** The capture cut a frame that opens a block: of HEADERS the first fields may be there. */
  #openCut(frame: Frame, payload: Uint8Array, payloadStart: number, payloadEnd: number): BlockStep {
    this.#close();
    const start = payloadStart + headersBodyOffset(frame.flags);
    const isCut = frame.kind === 'broken' && frame.reason === 'incomplete' && frame.type === FrameType.HEADERS;
    if (isCut && start < payloadEnd)
      this.#append(payload, start, payloadEnd - padding(frame, payload, payloadStart, payloadEnd));
    return this.#passOn(frame);
  }

  /** A frame of a block of which nothing can be decoded. */
  #pass(frame: Frame): BlockStep {
    this.#close();
    return this.#passOn(frame);
  }

  /** A frame of a block that cannot be decoded any more; what is held is its beginning. */
  #passOn(frame: Frame): BlockStep {
    if ((frame.flags & Flag.END_HEADERS) === 0) {
      this.#state = { kind: 'passing', stream: frame.stream };
      return OPEN;
    }
    const lost: BlockStep = { kind: 'lost', stream: frame.stream, bytes: this.#scratch, start: 0, end: this.#length };
    this.#close();
    return lost;
  }

  #close(): void {
    this.#state = BETWEEN;
    this.#mayContinue = false;
    this.#scratch = NOTHING;
    this.#length = 0;
    this.#continuations = 0;
  }

  /** False when the block would exceed a limit. */
  #append(bytes: Uint8Array, start: number, end: number): boolean {
    const needed = this.#length + end - start;
    const { maxBytes, maxContinuations } = this.#limits;
    if (needed > maxBytes || this.#continuations > maxContinuations) return false;
    if (needed > this.#scratch.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#scratch.length));
      grown.set(this.#scratch.subarray(0, this.#length));
      this.#scratch = grown;
    }
    this.#scratch.set(bytes.subarray(start, end), this.#length);
    this.#length = needed;
    return true;
  }

  #tooLarge(frame: OpeningFrame | ContinuationFrame): BlockStep {
    const held = `${this.#length} octets and ${this.#continuations} CONTINUATION frames`;
    const { maxBytes, maxContinuations } = this.#limits;
    const detail = `header block on stream ${frame.stream} goes on after ${held}, where ${maxBytes} and ${maxContinuations} are allowed`;
    const next = this.#pass(frame);
    return faultStep('headers/block-too-large', frame.stream, detail, true, next);
  }

  #interrupted(stream: number, frame: Frame, payload: Uint8Array, payloadStart: number, payloadEnd: number): BlockStep {
    const detail = `${frameTypeName(frame.type)} on stream ${frame.stream} within the header block of stream ${stream}`;
    this.#close();
    // A CONTINUATION of another stream belongs to nothing: reporting it twice would tell one mistake as two.
    const next =
      frame.type === FrameType.CONTINUATION ? this.#pass(frame) : this.#begin(frame, payload, payloadStart, payloadEnd);
    return faultStep('headers/interrupted-block', stream, detail, true, next);
  }

  #unexpected(frame: Frame): BlockStep {
    const detail = `CONTINUATION on stream ${frame.stream} without a header block to continue`;
    return faultStep('headers/unexpected-continuation', frame.stream, detail, false, this.#pass(frame));
  }
}

/** Where the fields of a HEADERS frame begin (RFC 9113 §6.2). */
function headersBodyOffset(flags: number): number {
  return (flags & Flag.PADDED ? 1 : 0) + (flags & Flag.PRIORITY ? PRIORITY_BYTES : 0);
}

/** Octets at the end of what is left of a frame that are its padding: they come last, so a cut takes them first. */
function padding(frame: Frame, payload: Uint8Array, payloadStart: number, payloadEnd: number): number {
  if ((frame.flags & Flag.PADDED) === 0) return 0;
  return Math.max(0, payload[payloadStart]! - (frame.length - (payloadEnd - payloadStart)));
}

function faultStep(rule: RuleId, stream: number, detail: string, lostBlock: boolean, next: BlockStep): BlockStep {
  return { kind: 'fault', fault: { rule, stream, detail }, lostBlock, next };
}

/**
 * The receive path: octets in, preface and frames out, each frame to its handler. A frame passes here in this order: the log,
 * its place in the connection (preface, header blocks), the rule that it breaks by itself, and its handler by kind.
 */
import { CLIENT_PREFACE, Flag, FrameType, frameTypeName } from '../../frames/codes.ts';
import type { Fault } from '../../frames/fault.ts';
import type { DataFrame } from '../../frames/frame.ts';
import type { WholeFrame } from '../../frames/parse.ts';
import { FrameReader, type FrameSink } from '../../frames/reader.ts';
import { BlockAssembler } from '../../headers/block.ts';
import { HpackDecoder } from '../../hpack/decoder.ts';
import type { Core } from '../core.ts';
import type { Drain } from '../drain.ts';
import type { FrameDetail } from '../log.ts';
import type { Pings } from '../pings.ts';
import type { ActiveStream } from '../stream.ts';
import { onDataBegin, onDataBytes, onDataEnd } from './data.ts';
import { handleFrame } from './dispatch.ts';
import { onHeaders, onPushPromise } from './headers.ts';
import { http1Line } from './http1.ts';

const PREFACE_BYTES = CLIENT_PREFACE.length;

/** What is due at the beginning (RFC 9113 §3.4). */
type Due = 'preface' | 'settings' | 'nothing';

export class Receiver implements FrameSink {
  readonly core: Core;
  readonly pings: Pings;
  readonly drain: Drain;
  readonly decoder: HpackDecoder;
  readonly #reader: FrameReader;
  readonly #assembler: BlockAssembler;
  #due: Due;
  #prefaceBytes = 0;
  #isFirst = true;
  /** Whose DATA frame is passing. Undefined if the frame was refused: its octets only count. */
  dataStream: ActiveStream | undefined = undefined;

  constructor(core: Core, pings: Pings, drain: Drain) {
    this.core = core;
    this.pings = pings;
    this.drain = drain;
    const { limits, maxFrameBytes } = core.config;
    this.decoder = new HpackDecoder(limits.maxHeaderListBytes);
    this.#assembler = new BlockAssembler(false, {
      maxBytes: limits.maxHeaderListBytes,
      maxContinuations: limits.maxContinuations,
    });
    this.#reader = new FrameReader(this, maxFrameBytes, maxFrameBytes);
    this.#due = core.side === 'server' ? 'preface' : 'settings';
  }

  /** The peer's first SETTINGS have come. */
  get hasBegun(): boolean {
    return this.#due === 'nothing';
  }

  receive(bytes: Uint8Array, start: number, end: number): void {
    if (this.#isFirst) {
      this.#isFirst = false;
      const line = http1Line(bytes, start, end);
      if (line !== undefined) {
        const rule = this.core.side === 'server' ? 'preface/invalid' : 'preface/settings-first';
        this.core.violate(rule, 0, `the ${this.core.peerSide} speaks HTTP/1: '${line}'`);
        return;
      }
    }
    const at = this.#due === 'preface' ? this.#takePreface(bytes, start, end) : start;
    if (at < end && !this.core.isOver) this.#reader.push(bytes, at, end);
  }

  /** Lets go of what makes repeated header blocks cheap. */
  rest(): void {
    this.decoder.rest();
  }

  frame(frame: WholeFrame, fault: Fault | undefined, payload: Uint8Array, payloadStart: number): void {
    const { core } = this;
    if (core.isOver) return;
    if (core.log !== undefined) this.#log(frame);
    if (this.#due === 'settings' && !this.#takeFirst(frame)) return;
    const step = this.#assembler.accept(frame, payload, payloadStart);
    if (step.kind === 'fault') {
      core.violate(step.fault.rule, 0, step.fault.detail);
      return;
    }
    if (fault !== undefined) {
      core.violate(fault.rule, fault.stream, fault.detail);
      return;
    }
    if (step.kind === 'none') {
      handleFrame(this, frame);
    } else if (step.kind === 'open') {
      if (core.blockSinceMs === Number.POSITIVE_INFINITY) core.blockSinceMs = core.nowMs;
    } else if (step.kind === 'complete') {
      core.blockSinceMs = Number.POSITIVE_INFINITY;
      const block = this.decoder.decode(step.bytes, step.start, step.end);
      if (block.kind === 'fault') core.violate(block.rule, 0, block.detail);
      else if (step.opening.kind === 'headers') onHeaders(this, step.opening.stream, step.opening.flags, block);
      else onPushPromise(this, step.opening);
    } else if (step.kind === 'lost') {
      // A frame that the reader did not hold is a fault already; this is the rest of its block.
      core.violate('hpack/invalid', 0, `the header block of stream ${step.stream} is not whole`);
    }
  }

  dataBegin(frame: DataFrame, fault: Fault | undefined): void {
    this.dataStream = undefined;
    const { core } = this;
    if (core.isOver) return;
    if (this.#due === 'settings' && !this.#takeFirst(frame)) return;
    const step = this.#assembler.accept(frame);
    if (step.kind === 'fault') core.violate(step.fault.rule, 0, step.fault.detail);
    else if (fault !== undefined) core.violate(fault.rule, fault.stream, fault.detail);
    else onDataBegin(this, frame);
  }

  data(frame: DataFrame, bytes: Uint8Array, start: number, end: number): void {
    if (this.dataStream !== undefined && !this.core.isOver)
      onDataBytes(this, frame, this.dataStream, bytes, start, end);
  }

  dataLost(): void {
    // Nothing is lost on a connection that we are an end of.
  }

  dataEnd(frame: DataFrame): void {
    const stream = this.dataStream;
    this.dataStream = undefined;
    if (stream !== undefined && !this.core.isOver) onDataEnd(this, frame, stream);
  }

  /** Compares octets with the client's preface; returns where the frames begin. */
  #takePreface(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.#prefaceBytes < PREFACE_BYTES) {
      if (bytes[at] !== CLIENT_PREFACE.charCodeAt(this.#prefaceBytes)) {
        const detail = `octet ${this.#prefaceBytes} of the connection is not that of the client preface`;
        this.core.violate('preface/invalid', 0, detail);
        return end;
      }
      this.#prefaceBytes++;
      at++;
    }
    if (this.#prefaceBytes === PREFACE_BYTES) this.#due = 'settings';
    return at;
  }

  #takeFirst(frame: WholeFrame | DataFrame): boolean {
    if (frame.type === FrameType.SETTINGS && (frame.flags & Flag.ACK) === 0) {
      this.#due = 'nothing';
      return true;
    }
    const what = frame.type === FrameType.SETTINGS ? 'SETTINGS acknowledgement' : frameTypeName(frame.type);
    this.core.violate('preface/settings-first', 0, `the first frame is a ${what}`);
    return false;
  }

  #log(frame: WholeFrame): void {
    const { peerSide, nowMs, log, sendCredit } = this.core;
    const { type, flags, stream, length } = frame;
    let value = 0;
    let detail: FrameDetail;
    let connectionWindow = 0;
    if (frame.kind === 'rst-stream') value = frame.errorCode;
    else if (frame.kind === 'ping') detail = frame.payload;
    else if (frame.kind === 'settings') detail = frame.settings;
    else if (frame.kind === 'goaway') detail = frame;
    else if (frame.kind === 'window-update') {
      value = frame.increment;
      if (stream === 0) connectionWindow = sendCredit.connection + value;
    }
    log?.frame(peerSide, nowMs, type, flags, stream, length, value, detail, 0, connectionWindow);
  }
}

/**
 * The send path. Header blocks, and DATA that fits its windows, are written at once, in the order of the calls; other DATA
 * waits on its stream until `fill`, which goes round the streams one frame each. So no stream starves another, and control
 * frames are never behind more than what is already written.
 */
import { UsageError } from '#base';
import { ByteBuffer } from '../frames/byte-buffer.ts';
import { Flag, FrameType } from '../frames/codes.ts';
import { writeFrameHeader, writeHeaderBlock } from '../frames/writer.ts';
import type { HeadersRole } from '../headers/field.ts';
import { type HeaderList, HpackEncoder } from '../hpack/encoder.ts';
import { StreamInput } from '../stream/state.ts';
import type { Core } from './core.ts';
import { REFERRED_BYTES_MIN } from './outgoing.ts';
import type { ActiveStream } from './stream.ts';

/** DATA is written at once while less than this waits to be taken: beyond it fairness needs the queues. */
const AT_ONCE_BYTES = 65_536;
/** `data` asks its caller to wait when more than this is queued on the stream: one write of the transport. */
const QUEUE_HIGH_BYTES = 65_536;
/** A part of what waits is substance from this size on: smaller ones may be forced upon us by tiny windows (CVE-2019-9511). */
const SUBSTANCE_BYTES = 256;
/** Header blocks are collected here; kept between blocks up to this size. */
const KEPT_SCRATCH_BYTES = 16_384;

let scratch = new ByteBuffer(1_024);

/** Shared and never changed: idle connections are many. */
const NO_STREAMS: ActiveStream[] = [];

export class Sender {
  readonly #core: Core;
  readonly encoder = new HpackEncoder();
  /** Header sections and DATA frames written so far. */
  written = 0;
  /** Streams with DATA that their own windows allow, in the order of their turns. */
  #first: ActiveStream | undefined = undefined;
  #last: ActiveStream | undefined = undefined;
  /** Streams whose HEADERS are written and not yet taken. */
  #unannounced = NO_STREAMS;
  #drained = NO_STREAMS;
  /** Streams whose owners wait until the output has been taken. */
  #paused = NO_STREAMS;

  constructor(core: Core) {
    this.#core = core;
  }

  /** There is DATA that the connection's window allows. */
  get hasData(): boolean {
    return this.#first !== undefined && this.#core.sendCredit.connection > 0;
  }

  /** A header section; trailers wait behind queued DATA. The caller has checked that the state allows it. */
  headers(stream: ActiveStream, list: HeaderList, role: HeadersRole, endStream: boolean): void {
    if (stream.queuedBytes > 0) {
      stream.finish = list;
      return;
    }
    this.#writeHeaders(stream, list, role, endStream);
  }

  /** Sends or queues DATA; false when the caller should wait for `writable`. */
  data(stream: ActiveStream, prefix: Uint8Array, body: Uint8Array, endStream: boolean): boolean {
    const core = this.#core;
    const length = prefix.length + body.length;
    // Without octets it costs no credit, and a queue of nothing would never have its turn.
    if (stream.queuedBytes === 0 && (length === 0 || this.#mayGoAtOnce(stream, length))) {
      this.#writeData(stream, length, endStream, true);
      copyShort(prefix, prefix.length, core.out);
      this.#append(body);
      core.wantOutput();
      if (endStream) this.#endOwn(stream, StreamInput.DATA_END);
      else if (core.out.size >= AT_ONCE_BYTES) return this.#pause(stream);
      return true;
    }
    stream.enqueue(prefix, body);
    if (endStream) stream.finish = 'end';
    this.#enter(stream);
    if (this.hasData) core.wantOutput();
    if (stream.queuedBytes <= QUEUE_HIGH_BYTES) return true;
    stream.owesWritable = true;
    return false;
  }

  /** The stream's or the connection's window grew. */
  unblock(stream: ActiveStream | undefined): void {
    if (stream !== undefined && stream.queuedBytes > 0) this.#enter(stream);
    // Not while the connection's window is used up: output that is announced must be there to be taken.
    if (this.hasData) this.#core.wantOutput();
  }

  /** The initial window changed: any stream may go on. */
  unblockAll(): void {
    this.#core.streams.forEach((stream) => {
      if (stream.queuedBytes > 0) this.#enter(stream);
    });
    if (this.hasData) this.#core.wantOutput();
  }

  /** Frames up to about `maxBytes` of queued DATA. */
  fill(maxBytes: number): void {
    let left = maxBytes;
    const { sendCredit } = this.#core;
    while (left > 0 && this.#first !== undefined && sendCredit.connection > 0) {
      const stream = this.#first;
      this.#first = stream.nextInRing;
      if (this.#first === undefined) this.#last = undefined;
      stream.nextInRing = undefined;
      stream.inRing = false;
      left -= this.#turn(stream);
    }
    this.#tellDrained();
  }

  /** What was written has been taken. */
  taken(): void {
    if (this.#unannounced.length > 0) {
      for (const stream of this.#unannounced) stream.announced = true;
      this.#unannounced = NO_STREAMS;
    }
    if (this.#paused.length > 0) {
      const paused = this.#paused;
      this.#paused = NO_STREAMS;
      tellWritable(paused);
    }
  }

  /** The stream is over. It may stay in the ring: its turn finds nothing to send. */
  forget(stream: ActiveStream): void {
    if (stream.queuedBytes > 0 || stream.finish !== 'open') stream.dropQueue();
  }

  /** Lets go of what makes repeated header sections cheap. */
  rest(): void {
    this.encoder.rest();
  }

  #mayGoAtOnce(stream: ActiveStream, length: number): boolean {
    return this.#core.out.size < AT_ONCE_BYTES && length <= this.#room(stream);
  }

  /** What one frame may carry now. */
  #room(stream: ActiveStream): number {
    const { sendCredit, peer, side } = this.#core;
    const window = sendCredit.window(side === 'client' ? stream.client : stream.server);
    return Math.min(peer.maxFrameBytes, sendCredit.connection, window);
  }

  #enter(stream: ActiveStream): void {
    if (stream.inRing) return;
    stream.inRing = true;
    if (this.#last === undefined) this.#first = stream;
    else this.#last.nextInRing = stream;
    this.#last = stream;
  }

  /** One frame of the stream; returns its octets. Without a window the stream leaves the ring until `unblock`. */
  #turn(stream: ActiveStream): number {
    if (stream.queuedBytes === 0) return 0;
    const length = Math.min(stream.queuedBytes, this.#room(stream));
    if (length <= 0) return 0;
    const all = length === stream.queuedBytes;
    const endStream = all && stream.finish === 'end';
    this.#writeData(stream, length, endStream, all);
    stream.dequeue(length, this.#core.out);
    if (!all) {
      this.#enter(stream);
    } else if (stream.finish === 'open') {
      if (stream.owesWritable) this.#drained = added(this.#drained, stream);
    } else if (stream.finish === 'end') {
      stream.finish = 'open';
      this.#endOwn(stream, StreamInput.DATA_END);
    } else {
      const trailers = stream.finish;
      stream.finish = 'open';
      this.#writeHeaders(stream, trailers, 'trailers', true);
    }
    return length;
  }

  #append(bytes: Uint8Array): void {
    if (bytes.length >= REFERRED_BYTES_MIN) this.#core.out.refer(bytes);
    else if (bytes.length > 0) this.#core.out.append(bytes);
  }

  /** The frame's header, and what the frame costs. `isWhole`: all that there was to send, so its size was our own choice. */
  #writeData(stream: ActiveStream, length: number, endStream: boolean, isWhole: boolean): void {
    const core = this.#core;
    const half = core.side === 'client' ? stream.client : stream.server;
    const flags = endStream ? Flag.END_STREAM : 0;
    this.written++;
    core.sendCredit.spend(half, length);
    writeFrameHeader(core.out, length, FrameType.DATA, flags, stream.id);
    if (isWhole || length >= SUBSTANCE_BYTES) core.overhead.giveBack();
    if (core.log === undefined) return;
    const { connection } = core.sendCredit;
    const window = core.sendCredit.window(half);
    core.log.frame(
      core.side,
      core.nowMs,
      FrameType.DATA,
      flags,
      stream.id,
      length,
      length,
      undefined,
      window,
      connection,
    );
  }

  #writeHeaders(stream: ActiveStream, list: HeaderList, role: HeadersRole, endStream: boolean): void {
    const core = this.#core;
    this.written++;
    scratch.clear();
    this.encoder.encodeTemplate(list.template, list.extra, scratch);
    const { length } = scratch;
    const { maxFrameBytes } = core.peer;
    if (length <= maxFrameBytes) {
      const flags = endStream ? Flag.END_HEADERS | Flag.END_STREAM : Flag.END_HEADERS;
      writeFrameHeader(core.out, length, FrameType.HEADERS, flags, stream.id);
      copyShort(scratch.bytes, length, core.out);
      core.log?.frame(core.side, core.nowMs, FrameType.HEADERS, flags, stream.id, length, 0, undefined, 0, 0);
    } else {
      writeHeaderBlock(core.out, stream.id, scratch.toBytes(), endStream, maxFrameBytes);
      this.#logLongBlock(stream.id, length, endStream);
      if (length > KEPT_SCRATCH_BYTES) scratch = new ByteBuffer(1_024);
    }
    core.log?.headers(core.side, stream.id, role, list.template.fields, list.extra, endStream, true);
    if (!stream.announced) this.#unannounced = added(this.#unannounced, stream);
    core.wantOutput();
    if (endStream) this.#endOwn(stream, StreamInput.HEADERS_END);
  }

  #logLongBlock(id: number, length: number, endStream: boolean): void {
    const { log, side, nowMs, peer } = this.#core;
    if (log === undefined) return;
    for (let at = 0; at < length; at += peer.maxFrameBytes) {
      const part = Math.min(peer.maxFrameBytes, length - at);
      const type = at === 0 ? FrameType.HEADERS : FrameType.CONTINUATION;
      const end = at + part === length ? Flag.END_HEADERS : 0;
      const flags = at === 0 && endStream ? end | Flag.END_STREAM : end;
      log.frame(side, nowMs, type, flags, id, part, 0, undefined, 0, 0);
    }
  }

  /** We have sent END_STREAM. */
  #endOwn(stream: ActiveStream, input: StreamInput): void {
    const core = this.#core;
    const { next } = stream.state[core.side][input]!;
    core.streams.move(stream, next);
    if (!next.live) core.closeStream(stream, COMPLETE);
  }

  #tellDrained(): void {
    if (this.#drained.length === 0) return;
    const drained = this.#drained;
    this.#drained = NO_STREAMS;
    tellWritable(drained);
  }

  /** Enough waits to be taken: what came now would only be copied into queues, and out of them again. */
  #pause(stream: ActiveStream): false {
    if (!stream.owesWritable) this.#paused = added(this.#paused, stream);
    stream.owesWritable = true;
    return false;
  }
}

const COMPLETE = { kind: 'complete' } as const;

function added(streams: ActiveStream[], stream: ActiveStream): ActiveStream[] {
  if (streams === NO_STREAMS) return [stream];
  streams.push(stream);
  return streams;
}

/** The streams may be over by now, and their objects those of others. */
function tellWritable(streams: readonly ActiveStream[]): void {
  for (const stream of streams) {
    if (!stream.owesWritable || stream.queuedBytes > 0) continue;
    stream.owesWritable = false;
    stream.handler?.writable(stream);
  }
}

/** Most blocks are shorter than what a call to `set` costs. */
function copyShort(bytes: Uint8Array, length: number, to: ByteBuffer): void {
  if (length > 48) {
    to.append(bytes, 0, length);
    return;
  }
  const at = to.reserve(length);
  const target = to.bytes;
  for (let index = 0; index < length; index++) target[at + index] = bytes[index]!;
}

/** A frame cannot be asked for on a stream of another connection, or of one that is over. */
export function checkSends(stream: ActiveStream, sends: boolean, what: string): void {
  if (!sends || stream.finish !== 'open') {
    throw new UsageError(`${what} on stream ${stream.id}, which we have ended (${stream.state.name})`);
  }
}

/**
 * One end of an HTTP/2 connection, without input or output: octets and time come in, events go to the handler, octets are
 * taken out. Nothing suspends and nothing is late: each call has done its work when it returns.
 *
 * A peer's fault ends the stream or the connection as RFC 9113 says and is told as a value; a caller's fault is a
 * `UsageError` and changes nothing.
 */
import { fromLatin1, type Side, UsageError } from '#base';
import { CLIENT_PREFACE, ErrorCode } from '../frames/codes.ts';
import type { HeadersRole } from '../headers/field.ts';
import type { HeaderList } from '../hpack/encoder.ts';
import { streamStates } from '../stream/state.ts';
import { type ConnectionState, Core } from './core.ts';
import { Deadlines } from './deadlines.ts';
import { Drain } from './drain.ts';
import type { ConnectionEnding, Farewell, LocalReason } from './ending.ts';
import type { ConnectionHandler, StreamHandler } from './handlers.ts';
import type { ConnectionOptions } from './options.ts';
import { Pings } from './pings.ts';
import { Receiver } from './receive/receiver.ts';
import { checkSends } from './sender.ts';
import type { PeerSettings } from './settings.ts';
import type { ActiveStream } from './stream.ts';

/** 2^31-1 is the last odd identifier (RFC 9113 §5.1.1). */
const STREAM_ID_MAX = 0x7fffffff;
const NO_BYTES = new Uint8Array(0);

export class Connection {
  readonly #core: Core;
  readonly #pings: Pings;
  readonly #drain: Drain;
  readonly #deadlines: Deadlines;
  readonly #receiver: Receiver;
  #nextId = 1;
  #lastReceivedMs: number;
  #firstUnansweredMs = Number.POSITIVE_INFINITY;

  constructor(options: ConnectionOptions, handler: ConnectionHandler) {
    this.#core = new Core(options, handler);
    this.#pings = new Pings(this.#core);
    this.#core.pings = this.#pings;
    this.#drain = new Drain(this.#core, this.#pings);
    this.#deadlines = new Deadlines(this.#core);
    this.#receiver = new Receiver(this.#core, this.#pings, this.#drain);
    this.#lastReceivedMs = options.nowMs;
  }

  get side(): Side {
    return this.#core.side;
  }

  get state(): ConnectionState {
    return this.#core.state;
  }

  /** Why it is over; undefined until then. */
  get ending(): ConnectionEnding | undefined {
    return this.#core.ending;
  }

  /** The peer's first SETTINGS have come. */
  get ready(): boolean {
    return this.#core.ready;
  }

  /** The least round trip seen, of SETTINGS and PINGs; undefined until one was acknowledged. */
  get rttMs(): number | undefined {
    return this.#pings.rttMs;
  }

  /** When octets came last. */
  get lastReceivedMs(): number {
    return this.#lastReceivedMs;
  }

  /** When HEADERS or DATA came last; what a server that counts PINGs sent is forgiven for the next one. */
  get lastSubstanceMs(): number {
    return this.#core.substanceMs;
  }

  /** When we wrote first after octets came last; infinity if we have not. */
  get firstUnansweredMs(): number {
    return this.#firstUnansweredMs;
  }

  /** Header sections and DATA frames that we have written: they forgive the peer's next PING (gRFC A8). */
  get framesOfSubstance(): number {
    return this.#core.sender.written;
  }

  /** Streams that are open or half-closed. */
  get openStreams(): number {
    return this.#core.openStreams;
  }

  get peerSettings(): Readonly<PeerSettings> {
    return this.#core.peer;
  }

  get receivedFarewell(): Farewell | undefined {
    return this.#core.receivedFarewell;
  }

  /** Octets that owners of streams have been given and have not consumed. */
  get heldBytes(): number {
    return this.#core.windows.heldBytes;
  }

  /** The highest stream that the client opened. */
  get lastStream(): number {
    return this.#core.streams.highestOfClient;
  }

  /** Client: a stream can be opened now. When it is false for want of room, `openable` comes once there is some. */
  get canOpen(): boolean {
    const core = this.#core;
    if (core.state !== 'open' || this.#nextId > STREAM_ID_MAX) return false;
    if (core.hasRoom) return true;
    core.noteFull();
    return false;
  }

  /** The identifiers are used up: no stream can ever be opened here again. */
  get idsUsedUp(): boolean {
    return this.#nextId > STREAM_ID_MAX;
  }

  /** When `timeout` is to be called; infinity if nothing is due. */
  get nextTimeoutMs(): number {
    return Math.min(this.#deadlines.nextMs, this.#drain.dueMs);
  }

  /** There is something to take. */
  get hasOutput(): boolean {
    return this.#core.out.size > 0 || (this.#core.sender.hasData && !this.#core.isOver);
  }

  /** Sends what a connection begins with (RFC 9113 §3.4). Called once. */
  start(): void {
    const core = this.#core;
    if (core.side === 'client') core.out.append(fromLatin1(CLIENT_PREFACE));
    core.local.announceAll();
    core.windows.open();
  }

  /** The next octets of the peer. They are kept by owners of streams: they must not change afterwards. */
  receive(bytes: Uint8Array, start: number, end: number, nowMs: number): void {
    const core = this.#core;
    core.nowMs = nowMs;
    this.#lastReceivedMs = nowMs;
    this.#firstUnansweredMs = Number.POSITIVE_INFINITY;
    if (core.isOver) return;
    this.#receiver.receive(bytes, start, end);
    const { maxUnreadBytes } = core.config.limits;
    if (core.out.size <= maxUnreadBytes || core.isOver) return;
    core.violate('flood/unread', 0, `${core.out.size} octets of answers wait to be read, ${maxUnreadBytes} are kept`);
  }

  /** The peer ended its direction (FIN). */
  end(nowMs: number): void {
    const core = this.#core;
    core.nowMs = nowMs;
    const farewell = core.receivedFarewell;
    core.finish(core.drainReason?.kind === 'local' && core.openStreams === 0 ? core.drainReason : closing(farewell));
  }

  /** The transport failed. A GOAWAY before it is the better reason. */
  fail(code: string, text: string, nowMs: number): void {
    const core = this.#core;
    core.nowMs = nowMs;
    const farewell = core.receivedFarewell;
    const said = farewell !== undefined && (farewell.errorCode !== ErrorCode.NO_ERROR || core.openStreams === 0);
    core.finish(said ? { kind: 'goaway', farewell } : { kind: 'transport', code, text });
  }

  /** The peer has been silent for too long, in a way that the owner watches over: GOAWAY, for what it is worth, and the end. */
  silent(what: 'ping' | 'progress', afterMs: number, nowMs: number): void {
    const core = this.#core;
    core.nowMs = nowMs;
    const detail = what === 'ping' ? `no answer to PING within ${afterMs} ms` : `no progress within ${afterMs} ms`;
    core.end({ kind: 'silent', what, afterMs }, ErrorCode.NO_ERROR, detail);
  }

  timeout(nowMs: number): void {
    this.#core.nowMs = nowMs;
    this.#drain.timeout(nowMs);
    this.#deadlines.timeout(nowMs);
  }

  /** Client: opens a stream with its request. Throws when `canOpen` is false. */
  open(handler: StreamHandler, fields: HeaderList, endStream: boolean): ActiveStream {
    const core = this.#core;
    if (core.side !== 'client') throw new UsageError('open() at a server: streams are opened by clients');
    if (!this.canOpen)
      throw new UsageError(`open() on a connection that is ${core.state} with ${core.openStreams} streams`);
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = core.streams.hold(id, streamStates.open);
    stream.prepare(handler);
    stream.client.part = 'content';
    core.sender.headers(stream, fields, 'request', endStream);
    return stream;
  }

  /** A response's header section, or trailers (`endStream`), which wait behind queued DATA. */
  headers(stream: ActiveStream, fields: HeaderList, endStream: boolean): void {
    const core = this.#core;
    checkSends(stream, this.#sends(stream), 'HEADERS');
    const half = stream.half(core.side);
    const role: HeadersRole = half.part === 'content' ? 'trailers' : 'response';
    if (role === 'trailers' && !endStream) throw new UsageError(`trailers without END_STREAM on stream ${stream.id}`);
    half.part = 'content';
    core.sender.headers(stream, fields, role, endStream);
  }

  /**
   * DATA: `prefix`, which is copied, and `body`, which must not change until it is sent. False when more than is good is
   * queued: wait for `writable`.
   */
  data(stream: ActiveStream, body: Uint8Array, endStream: boolean, prefix: Uint8Array = NO_BYTES): boolean {
    checkSends(stream, this.#sends(stream), 'DATA');
    return this.#core.sender.data(stream, prefix, body, endStream);
  }

  /** RST_STREAM. The owner is told `closed` before this returns. Does nothing on a stream that is over. */
  reset(stream: ActiveStream, errorCode: number): void {
    if (!stream.state.live || this.#core.isOver) return;
    this.#core.resetStream(stream.id, errorCode, undefined);
    // A request that its owner refuses costs what one beyond SETTINGS_MAX_CONCURRENT_STREAMS costs (CVE-2023-44487).
    if (errorCode === ErrorCode.REFUSED_STREAM && this.side === 'server') this.#core.spendReset();
  }

  /** The owner has done with `octets` of what it was given, and takes as many more. */
  consumed(stream: ActiveStream, octets: number): void {
    if (octets > 0 && !this.#core.isOver) this.#core.windows.consumed(stream, octets);
  }

  /** Sends a PING; `payload` is 16 hexadecimal digits. */
  ping(payload: string, nowMs: number): void {
    if (this.#core.isOver) return;
    this.#core.nowMs = nowMs;
    this.#pings.send(payload);
  }

  /** Ends gracefully: no new streams, the present ones go on, then `closed`. */
  shutdown(reason: LocalReason, nowMs: number, debugData: string = reason): void {
    this.#core.nowMs = nowMs;
    this.#drain.shutdown(reason, debugData);
  }

  /** GOAWAY with a code, and the end of every stream. */
  close(reason: LocalReason, errorCode: number, debugData: string, nowMs: number): void {
    this.#core.nowMs = nowMs;
    this.#core.end({ kind: 'local', reason }, errorCode, debugData);
  }

  /** What is to be written, in order; about `maxDataBytes` of queued DATA are added to it. */
  takeOutput(maxDataBytes: number, nowMs: number): Uint8Array[] {
    const core = this.#core;
    core.nowMs = nowMs;
    if (!core.isOver) core.sender.fill(maxDataBytes);
    const chunks = core.out.take();
    if (this.#firstUnansweredMs === Number.POSITIVE_INFINITY) this.#firstUnansweredMs = nowMs;
    core.log?.flushed(nowMs);
    core.outputTaken();
    // Last, for it tells owners of streams, who may write again.
    core.sender.taken();
    return chunks;
  }

  /**
   * Nothing goes on and nothing will for a while: caches are emptied and ended streams forgotten. What comes late on one of
   * those is passed over.
   */
  rest(): void {
    this.#core.streams.rest();
    this.#core.sender.rest();
    this.#receiver.rest();
  }

  #sends(stream: ActiveStream): boolean {
    return this.side === 'client' ? stream.state.clientSends : stream.state.serverSends;
  }
}

function closing(farewell: Farewell | undefined): ConnectionEnding {
  return farewell === undefined ? { kind: 'peer-closed' } : { kind: 'goaway', farewell };
}

/**
 * What the parts of an active connection share: both sides' settings and windows, the streams, the output, and the ways in
 * which streams and the connection end. Inputs go through `receive/`, output through `sender.ts`, commands through `connection.ts`.
 */
import { otherSide, type Side } from '#base';
import { Credit } from '../flow/credit.ts';
import { ErrorCode, FrameType } from '../frames/codes.ts';
import { writeGoAway, writeRstStream } from '../frames/writer.ts';
import { type RuleId, rules, type Violation, violationScope } from '../rules.ts';
import { StreamInput, streamStates } from '../stream/state.ts';
import { Streams } from '../stream/streams.ts';
import { Budget } from './budget.ts';
import type { ConnectionEnding, Farewell, StreamEnding } from './ending.ts';
import type { ConnectionHandler } from './handlers.ts';
import type { ConnectionLog } from './log.ts';
import { type ConnectionConfig, type ConnectionOptions, connectionConfig } from './options.ts';
import { Outgoing } from './outgoing.ts';
import type { Pings } from './pings.ts';
import { Sender } from './sender.ts';
import { LocalSettings, PeerSettings } from './settings.ts';
import { ActiveStream } from './stream.ts';
import { ReceiveWindows } from './windows.ts';

/**
 * `open`: new streams may come; `draining`: they may not, the present ones go on; `closed`: over, though output may remain
 * to be written.
 */
export type ConnectionState = 'open' | 'draining' | 'closed';

/**
 * Streams whose end is remembered while few are open at once: each costs 300 octets on each of thousands of idle connections.
 * What comes late on a forgotten one is passed over.
 */
const REMEMBERED_STREAMS = 4;

/** The debug data of a GOAWAY is for people: what rule, which numbers. Longer text would only be cut by the receiver. */
const DEBUG_TEXT_MAX = 256;

export class Core {
  readonly config: ConnectionConfig;
  readonly side: Side;
  readonly peerSide: Side;
  readonly handler: ConnectionHandler;
  readonly log: ConnectionLog | undefined;
  /** The time of the present input. */
  nowMs: number;
  /** When the peer last sent HEADERS or DATA. */
  substanceMs: number;
  state: ConnectionState = 'open';
  /** The peer's first SETTINGS have come. */
  ready = false;
  /** Why it is over, from the first cause on. */
  ending: ConnectionEnding | undefined = undefined;
  readonly streams = new Streams(newStream, REMEMBERED_STREAMS);
  /** What the peer lets us send. */
  readonly sendCredit = new Credit();
  /** What we let the peer send. */
  readonly receiveCredit = new Credit();
  readonly out = new Outgoing();
  readonly sender: Sender;
  readonly windows: ReceiveWindows;
  readonly local: LocalSettings;
  readonly peer = new PeerSettings();
  /** Set once, when the connection is put together. */
  pings: Pings | undefined = undefined;
  readonly resets: Budget;
  readonly overhead: Budget;
  /** Farewells sent and received; streams of ours above the received one were told to be unprocessed. */
  sentFarewell: Farewell | undefined = undefined;
  receivedFarewell: Farewell | undefined = undefined;
  /** When the peer began the header block that it has not ended; infinity between blocks. */
  blockSinceMs = Number.POSITIVE_INFINITY;
  /** A graceful end is under way for this reason. */
  drainReason: ConnectionEnding | undefined = undefined;
  /** `output` was told and nothing taken since. */
  #outputTold = false;
  #limitReached = false;

  constructor(options: ConnectionOptions, handler: ConnectionHandler) {
    this.config = options.config ?? connectionConfig(options);
    this.side = options.side;
    this.peerSide = otherSide(options.side);
    this.handler = handler;
    this.log = options.log;
    this.nowMs = options.nowMs;
    this.substanceMs = options.nowMs;
    this.resets = new Budget(this.config.limits.resets, options.nowMs);
    this.overhead = new Budget(this.config.limits.overhead, options.nowMs);
    this.sender = new Sender(this);
    this.windows = new ReceiveWindows(this);
    this.local = new LocalSettings(this);
  }

  /** The least round trip seen. */
  get rttMs(): number | undefined {
    return this.pings?.rttMs;
  }

  get isOver(): boolean {
    return this.state === 'closed';
  }

  /** Something was written: the owner is to fetch it. */
  wantOutput(): void {
    if (this.#outputTold) return;
    this.#outputTold = true;
    this.handler.output();
  }

  outputTaken(): void {
    this.#outputTold = false;
  }

  /** The peer broke a rule: its stream or the connection ends with the rule's code. */
  violate(rule: RuleId, stream: number, detail: string): void {
    if (this.isOver) return;
    const violation: Violation = { rule, by: this.peerSide, stream, detail };
    this.log?.violation(violation);
    // On an idle stream RST_STREAM would be a breach of our own (RFC 9113 §6.4).
    const isIdle = stream !== 0 && this.streams.stateOf(stream) === streamStates.idle;
    if (violationScope(violation) === 'connection' || isIdle) {
      this.end({ kind: 'violation', violation }, ErrorCode[rules[rule].code], `${rule}: ${detail}`);
      return;
    }
    this.resetStream(stream, ErrorCode[rules[rule].code], violation);
    this.spendReset();
  }

  /** A reset that the peer asked for or made us send (CVE-2023-44487, CVE-2025-8671). */
  spendReset(): void {
    if (this.isOver || this.resets.take(this.nowMs)) return;
    const { burst, perSecond } = this.resets.options;
    const detail = `${this.resets.taken} streams reset, ${burst} at once and ${perSecond} a second are allowed`;
    this.violate('flood/resets', 0, detail);
  }

  /** A frame that makes work and carries nothing. */
  spendOverhead(): void {
    if (this.overhead.take(this.nowMs)) return;
    const { burst, perSecond } = this.overhead.options;
    const detail = `${this.overhead.taken} frames without substance, ${burst} at once and ${perSecond} a second are allowed`;
    this.violate('flood/overhead', 0, detail);
  }

  /** RST_STREAM, and the end of the stream if it is held and live. */
  resetStream(id: number, errorCode: number, violation: Violation | undefined): void {
    this.writeReset(id, errorCode);
    const stream = this.streams.find(id);
    if (stream === undefined || !stream.state.live) return;
    stream.resetCode = errorCode;
    this.streams.move(stream, stream.state[this.side][StreamInput.RST_STREAM]!.next);
    this.closeStream(stream, { kind: 'reset', by: 'local', errorCode, violation });
  }

  writeReset(id: number, errorCode: number): void {
    writeRstStream(this.out, id, errorCode);
    this.log?.frame(this.side, this.nowMs, FrameType.RST_STREAM, 0, id, 4, errorCode, undefined, 0, 0);
    this.wantOutput();
  }

  /** Tells the owner that the stream is over; it has been moved to a state in which nothing more is due. */
  closeStream(stream: ActiveStream, ending: StreamEnding): void {
    const { handler } = stream;
    this.windows.release(stream);
    this.sender.forget(stream);
    if (handler === undefined) {
      stream.endedUnowned = ending;
      return;
    }
    stream.handler = undefined;
    handler.closed(stream, ending);
    this.afterClose();
  }

  /** A stream of ours may have become free, and a drained connection is over with its last stream. */
  afterClose(): void {
    if (this.isOver) return;
    if (this.#limitReached && this.hasRoom) {
      this.#limitReached = false;
      this.handler.openable();
    }
    this.finishIfDrained();
  }

  /** A server may end once its real last stream was named, a client with its last stream. */
  finishIfDrained(): void {
    if (this.drainReason === undefined || this.openStreams > 0) return;
    if (this.side === 'client' || this.sentFarewellIsFinal) this.finish(this.drainReason);
  }

  /** Streams that the client opened and that are not over. */
  get openStreams(): number {
    return this.streams.open('client');
  }

  get hasRoom(): boolean {
    return this.streams.open('client') < this.peer.maxConcurrentStreams;
  }

  /** Someone wanted a stream and there was no room: tell when there is. */
  noteFull(): void {
    this.#limitReached = true;
  }

  /** The limit may have been raised. */
  roomMayHaveGrown(): void {
    if (!this.#limitReached || !this.hasRoom) return;
    this.#limitReached = false;
    this.handler.openable();
  }

  /** Our GOAWAY names the real last stream, so no further one will be accepted. */
  get sentFarewellIsFinal(): boolean {
    return this.sentFarewell !== undefined && this.sentFarewell.lastStream !== 0x7fffffff;
  }

  sayFarewell(lastStream: number, errorCode: number, debugData: string): void {
    const text = debugData.slice(0, DEBUG_TEXT_MAX);
    const farewell: Farewell = { lastStream, errorCode, debugData: text };
    this.sentFarewell = farewell;
    writeGoAway(this.out, lastStream, errorCode, text);
    this.log?.frame(this.side, this.nowMs, FrameType.GOAWAY, 0, 0, 8 + text.length, 0, farewell, 0, 0);
    this.wantOutput();
  }

  /** GOAWAY with a code, and the end of everything. */
  end(ending: ConnectionEnding, errorCode: number, debugData: string): void {
    if (this.isOver) return;
    this.sayFarewell(this.streams.highestOf(this.peerSide), errorCode, debugData);
    this.finish(ending);
  }

  /** The connection is over: streams end, then the owner is told. Output may remain. */
  finish(ending: ConnectionEnding): void {
    if (this.isOver) return;
    this.state = 'closed';
    this.ending = ending;
    const by = causeOf(ending, this.side);
    const live: ActiveStream[] = [];
    this.streams.forEach((stream) => {
      if (stream.state.live || stream.handler !== undefined) live.push(stream);
    });
    live.sort((first, second) => first.id - second.id);
    for (const stream of live) {
      this.streams.move(stream, streamStates.closed);
      this.closeStream(stream, { kind: 'connection', ending, by, sent: stream.announced });
    }
    this.log?.closed(ending, this.nowMs);
    this.handler.closed(ending);
  }
}

function newStream(): ActiveStream {
  return new ActiveStream();
}

/** The side that ended the connection; undefined when the network did or nobody can tell. */
function causeOf(ending: ConnectionEnding, self: Side): Side | undefined {
  switch (ending.kind) {
    case 'goaway':
    case 'violation':
    case 'peer-closed':
      return otherSide(self);
    case 'local':
      return self;
    default:
      return undefined;
  }
}

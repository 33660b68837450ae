/**
 * The windows of one direction, as the frames of both sides count them (RFC 9113 §5.2): where the sender had used one up,
 * how long that lasted, and what became of the streams that it stopped.
 */
import type { Side } from '#base';
import { type DataFrame, Flag, WINDOW_DEFAULT, WINDOW_MAX } from '#h2';
import type { FrameEvent } from '#trace';
import type { Call } from '../call.ts';
import type { ConnectionFacts } from '../connection.ts';
import { at, type Mark } from '../mark.ts';
import { CreditLedger } from './credit-ledger.ts';
import { Throttle } from './throttle.ts';

/** A window that the sender has used up. */
export interface Blocked {
  /** 0 for the connection. */
  readonly stream: number;
  /** The DATA that used it up. */
  readonly since: Mark;
  readonly windowBytes: number;
  readonly connectionWindowBytes: number | undefined;
  /** The first WINDOW_UPDATE after it. */
  update: Mark | undefined;
}

/** A stream that was reset, or answered, while its sender could not go on. */
export interface Stall {
  readonly blocked: Blocked;
  readonly call: Call;
  readonly until: Mark;
  /** The sender was in the middle of a gRPC message, or of content that is none. */
  readonly underWay: boolean;
}

/** The sender had no window for long, and went on as soon as it had. */
export interface Pause {
  readonly stream: number;
  readonly since: Mark;
  readonly update: Mark;
  readonly resumed: Mark;
}

/** DATA beyond a window, or WINDOW_UPDATE beyond 2^31-1, by the capture's own count. */
export interface Overrun extends Mark {
  readonly scope: 'stream' | 'connection' | 'increment';
  readonly stream: number;
  readonly overBytes: number;
  /** What the window had left before the frame. */
  readonly windowBytes: number | undefined;
}

/** Blocked streams followed at once: servers allow 100 to 1,024. */
const BLOCKED_MAX = 1_024;
/** Stalled streams kept as examples. */
const STALLS_MAX = 40;
/** Violations of this kind are told 32 times a connection; a window that was overrun stays overrun. */
const OVERRUNS_MAX = 32;
/** A sender that waited goes on at once; programs and schedulers need this long besides the round trip. */
const RESUME_SLACK_MS = 20;
/** Shorter stops are the daily business of flow control. */
const PAUSE_MS = 1_000;
/** On a shorter round trip, as within a host, waiting for a window costs less than a scheduler. */
const THROTTLE_ROUND_TRIP_MS = 1;

export class FlowDirection {
  readonly sender: Side;
  /** Made when first needed, as all that most connections do not need. */
  #blocked: Map<number, Blocked> | undefined = undefined;
  /** The connection's window, while it is used up. */
  connection: Blocked | undefined = undefined;
  /** Streams of this sender that were reset meanwhile. */
  readonly stalls: Stall[] = [];
  readonly connectionStalls: Stall[] = [];
  longestPause: Pause | undefined = undefined;
  throttle: Throttle | undefined = undefined;
  readonly ledger = new CreditLedger();
  readonly overruns: Overrun[] = [];
  /** The largest window of the connection seen after WINDOW_UPDATE. */
  connectionPeak = WINDOW_DEFAULT;

  constructor(sender: Side) {
    this.sender = sender;
  }

  /** DATA of the sender; `half` is its part of the call, not yet changed by the frame. */
  data(connection: ConnectionFacts, event: FrameEvent, frame: DataFrame, call: Call | undefined): void {
    const { streamWindow, connectionWindow } = event;
    const half = call?.half(this.sender);
    if (frame.length > 0) {
      if (this.connection !== undefined || this.#blocked !== undefined) this.#resume(connection, event, frame.stream);
      if (half !== undefined) this.#throttleOn(connection)?.data(connection, event, frame, half);
      if (call?.reset !== undefined) this.ledger.late(frame.length);
    }
    if (connectionWindow === undefined) this.ledger.broken = true;
    else if (connectionWindow <= 0) this.#exhaust(event, frame, connectionWindow);
    if (streamWindow !== undefined && streamWindow <= 0) this.#block(event, frame, streamWindow, connectionWindow);
  }

  /** WINDOW_UPDATE of the receiver. */
  granted(connection: ConnectionFacts, event: FrameEvent, stream: number, increment: number): void {
    const { streamWindow, connectionWindow } = event;
    this.#throttleOn(connection)?.granted(connection, event, stream, increment);
    if (stream === 0) {
      if (connectionWindow === undefined) this.ledger.broken = true;
      else this.#connectionGranted(event, connectionWindow, increment);
      return;
    }
    const blocked = this.#blocked?.get(stream);
    if (blocked !== undefined) blocked.update ??= at(event);
    if (streamWindow !== undefined && streamWindow > WINDOW_MAX) {
      this.#overran(event, 'increment', stream, streamWindow - WINDOW_MAX, streamWindow - increment);
    }
  }

  /** The sender has ended the stream: it waits for nothing more there. */
  ended(stream: number): void {
    this.#blocked?.delete(stream);
  }

  /** The receiver has ended the call, and this sender had not. */
  answered(call: Call, mark: Mark): void {
    if (this.#blocked !== undefined || this.connection !== undefined) this.#over(call, mark);
  }

  /** The stream was reset, by either side. */
  reset(call: Call, mark: Mark): void {
    const half = call.half(this.sender);
    if (half.dataBytes > 0 && half.ended === undefined) {
      this.ledger.reset(mark, call.stream, half.dataBytes);
    }
    this.#over(call, mark);
  }

  /** Streams that are still stopped, without a WINDOW_UPDATE since. */
  stillBlocked(): Blocked[] {
    return [...(this.#blocked?.values() ?? [])].filter(({ update }) => update === undefined);
  }

  #over(call: Call, mark: Mark): void {
    const half = call.half(this.sender);
    const over = { call, until: at(mark), underWay: half.dataBytes > half.framedBytes };
    const blocked = this.#blocked?.get(call.stream);
    if (blocked !== undefined) {
      this.#blocked?.delete(call.stream);
      if (blocked.update === undefined) keep(this.stalls, { ...over, blocked });
    }
    if (this.connection !== undefined && this.connection.update === undefined && half.ended === undefined) {
      keep(this.connectionStalls, { ...over, blocked: this.connection });
    }
  }

  #connectionGranted(event: FrameEvent, window: number, increment: number): void {
    this.ledger.granted(window);
    if (window > this.connectionPeak) this.connectionPeak = window;
    if (this.connection !== undefined && window > 0) this.connection.update ??= at(event);
    if (window > WINDOW_MAX) {
      this.#overran(event, 'increment', 0, window - WINDOW_MAX, window - increment);
    }
  }

  #block(event: FrameEvent, frame: DataFrame, windowBytes: number, connectionWindowBytes: number | undefined): void {
    const { stream } = frame;
    if (windowBytes < 0 && frame.length > 0) {
      this.#overran(event, 'stream', stream, -windowBytes, windowBytes + frame.length);
    }
    this.#blocked ??= new Map();
    if ((frame.flags & Flag.END_STREAM) !== 0 || this.#blocked.size >= BLOCKED_MAX) return;
    if (frame.length === 0 && this.#blocked.has(stream)) return;
    this.#blocked.set(stream, { stream, since: at(event), windowBytes, connectionWindowBytes, update: undefined });
  }

  #exhaust(event: FrameEvent, frame: DataFrame, window: number): void {
    if (frame.length === 0) return;
    if (window < 0) this.#overran(event, 'connection', frame.stream, -window, window + frame.length);
    const windows = { windowBytes: window, connectionWindowBytes: window };
    this.connection = { stream: 0, since: at(event), ...windows, update: undefined };
  }

  #overran(
    event: Mark,
    scope: Overrun['scope'],
    stream: number,
    overBytes: number,
    windowBytes: number | undefined,
  ): void {
    if (this.overruns.length < OVERRUNS_MAX) {
      this.overruns.push({ ...at(event), scope, stream, overBytes, windowBytes });
    }
  }

  /** The sender goes on. Only if it does so at once after WINDOW_UPDATE, the window was what it had waited for. */
  #resume(connection: ConnectionFacts, event: FrameEvent, stream: number): void {
    const blocked = this.#blocked?.get(stream);
    if (blocked !== undefined) {
      this.#blocked?.delete(stream);
      this.#pause(connection, blocked, event);
    }
    this.connection = undefined;
  }

  #pause(connection: ConnectionFacts, { stream, since, update }: Blocked, resumed: Mark): void {
    const pausedMs = resumed.timeMs - since.timeMs;
    if (update === undefined || pausedMs < PAUSE_MS) return;
    if (resumed.timeMs - update.timeMs > RESUME_SLACK_MS + 2 * (connection.roundTrip.ms ?? 0)) return;
    const longest = this.longestPause;
    if (longest !== undefined && longest.resumed.timeMs - longest.since.timeMs >= pausedMs) return;
    this.longestPause = { stream, since, update, resumed: at(resumed) };
  }

  #throttleOn(connection: ConnectionFacts): Throttle | undefined {
    if (this.throttle !== undefined) return this.throttle;
    if ((connection.roundTrip.ms ?? 0) >= THROTTLE_ROUND_TRIP_MS) this.throttle = new Throttle(this.sender);
    return this.throttle;
  }
}

function keep(stalls: Stall[], stall: Stall): void {
  if (stalls.length < STALLS_MAX) stalls.push(stall);
}

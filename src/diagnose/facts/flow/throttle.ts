/**
 * How often a sender had to stop for a window, as the sender saw it. Worth knowing where a round trip takes time, and
 * made only there.
 */
import { otherSide, type Side } from '#base';
import { type DataFrame, Flag, WINDOW_DEFAULT } from '#h2';
import type { FrameEvent, MessageEvent } from '#trace';
import type { Half } from '../call.ts';
import type { ConnectionFacts } from '../connection.ts';
import { at, type Mark } from '../mark.ts';
import { Grants } from './grants.ts';
import { SlowedMessages, Waits } from './waits.ts';

/** Clocks and schedulers: a grant that is nearly due has arrived. */
const DUE_SHARE = 0.95;

export class Throttle {
  readonly stream = new Waits();
  readonly connection = new Waits();
  readonly slowed = new SlowedMessages();
  readonly #sender: Side;
  readonly #grants = new Grants();
  /** The DATA that used up the connection's window. */
  #since: Mark | undefined = undefined;
  #streamPeak = 0;
  #connectionPeak = WINDOW_DEFAULT;

  constructor(sender: Side) {
    this.#sender = sender;
  }

  granted(connection: ConnectionFacts, event: FrameEvent, stream: number, increment: number): void {
    const { streamWindow, connectionWindow } = event;
    if (streamWindow !== undefined && streamWindow > this.#streamPeak) this.#streamPeak = streamWindow;
    if (connectionWindow !== undefined && connectionWindow > this.#connectionPeak) {
      this.#connectionPeak = connectionWindow;
    }
    if (stream === 0) {
      this.#grants.add(event.timeMs, undefined, increment);
      return;
    }
    const half = connection.calls.find(stream)?.half(this.#sender);
    if (half !== undefined) this.#grants.add(event.timeMs, half, increment);
  }

  /** DATA of the sender; `half` is not yet changed by it. */
  data(connection: ConnectionFacts, event: FrameEvent, frame: DataFrame, half: Half): void {
    this.#grants.arrived(event.timeMs - DUE_SHARE * (connection.roundTrip.to(this.#sender) ?? 0));
    this.#resume(connection, event, frame.stream, half);
    if ((frame.flags & Flag.END_STREAM) !== 0) return;
    const { streamWindow, connectionWindow } = event;
    if (streamWindow !== undefined && streamWindow <= half.grantsUnderWay) half.waitsSince = at(event);
    else if (connectionWindow !== undefined && connectionWindow <= this.#grants.connectionBytes)
      this.#since = at(event);
  }

  /** A message is complete in which the sender had stopped. */
  message({ length, timeMs }: MessageEvent, half: Half): void {
    this.slowed.add(length, timeMs - half.messageSinceMs, half.waitedMs);
    half.waits = 0;
    half.waitedMs = 0;
  }

  #resume(connection: ConnectionFacts, event: FrameEvent, stream: number, half: Half): void {
    if (half.waitsSince !== undefined) {
      const initial = connection.initialWindow(otherSide(this.#sender)) ?? WINDOW_DEFAULT;
      this.#wait('stream', stream, half.waitsSince, event, Math.max(initial, this.#streamPeak), half);
      half.waitsSince = undefined;
      this.#since = undefined;
    } else if (this.#since !== undefined) {
      this.#wait('connection', 0, this.#since, event, this.#connectionPeak, half);
      this.#since = undefined;
    }
  }

  /** Only within a message the sender certainly had more to send. */
  #wait(
    scope: 'stream' | 'connection',
    stream: number,
    since: Mark,
    resumed: Mark,
    windowBytes: number,
    half: Half,
  ): void {
    if (half.dataBytes === half.framedBytes) return;
    this[scope].add({ stream, since, resumed }, windowBytes, half.dataBytes);
    half.waits++;
    half.waitedMs += resumed.timeMs - since.timeMs;
  }
}

/** What it costs a sender to stop for WINDOW_UPDATE: how often, how long, and in messages of what size. */
import { at, type Mark } from '../mark.ts';

/** One stop, from the frame that used the window up to the next one. */
export interface Wait {
  readonly stream: number;
  readonly since: Mark;
  readonly resumed: Mark;
}

export function lengthMs({ since, resumed }: Wait): number {
  return resumed.timeMs - since.timeMs;
}

/** Stops shown as evidence. */
const EXAMPLES_MAX = 3;

export class Waits {
  count = 0;
  totalMs = 0;
  readonly examples: Wait[] = [];
  /** The window that the sender had when it began: the initial one, or what WINDOW_UPDATE had raised it to. */
  windowBytes = 0;
  /** The most that a stream had sent when it stopped: stands for the message where the content is no gRPC. */
  bodyBytes = 0;

  add(wait: Wait, windowBytes: number, bodyBytes: number): void {
    this.count++;
    this.totalMs += lengthMs(wait);
    this.windowBytes = windowBytes;
    if (bodyBytes > this.bodyBytes) this.bodyBytes = bodyBytes;
    if (this.examples.length < EXAMPLES_MAX) this.examples.push({ ...wait, resumed: at(wait.resumed) });
  }

  get meanMs(): number {
    return this.totalMs / Math.max(1, this.count);
  }
}

/** Messages in which the sender had to stop: how large they were, how long they took and how much of that was waiting. */
export class SlowedMessages {
  count = 0;
  bytes = 0;
  largestBytes = 0;
  tookMs = 0;
  waitedMs = 0;

  add(bytes: number, tookMs: number, waitedMs: number): void {
    this.count++;
    this.bytes += bytes;
    this.tookMs += tookMs;
    this.waitedMs += waitedMs;
    if (bytes > this.largestBytes) this.largestBytes = bytes;
  }
}

/**
 * Flow-control arithmetic of one direction (RFC 9113 §5.2, §6.9): how much DATA one side may still send, on the
 * connection and on each stream. Used from both ends: by the sender, by the receiver, and by an observer between them.
 */
import type { StreamHalf } from '../stream/stream.ts';

/** Both windows before any SETTINGS or WINDOW_UPDATE (RFC 9113 §6.9.2). */
export const WINDOW_DEFAULT = 65_535;
/** 2^31-1: no window may exceed it (RFC 9113 §6.9.1). */
export const WINDOW_MAX = 2_147_483_647;

export class Credit {
  /** What remains of the connection's window. */
  connection = WINDOW_DEFAULT;
  /** The receiver's SETTINGS_INITIAL_WINDOW_SIZE as far as it is certainly in force. */
  initial = WINDOW_DEFAULT;
  /**
   * The most that the sender may take for it. While the receiver's SETTINGS is not acknowledged, the sender may or may
   * not have applied it: then this is the largest of the values in force and on the way.
   */
  initialMost = WINDOW_DEFAULT;
  /** The least that it may be, for the same reason. */
  initialLeast = WINDOW_DEFAULT;
  /** The highest credit of any stream beside its initial window: spares a walk when the initial window changes. */
  highest = 0;

  /** DATA with `length` payload octets, padding included, was sent (RFC 9113 §6.9.1). `half` is the sender's. */
  spend(half: StreamHalf | undefined, length: number): void {
    this.connection -= length;
    if (half !== undefined) half.credit -= length;
  }

  /** WINDOW_UPDATE on stream 0. */
  grantConnection(increment: number): void {
    this.connection += increment;
  }

  /** WINDOW_UPDATE on a stream. */
  grant(half: StreamHalf, increment: number): void {
    half.credit += increment;
    if (half.credit > this.highest) this.highest = half.credit;
  }

  /** The window of the stream; negative after the receiver lowered its initial window (RFC 9113 §6.9.2) or an overrun. */
  window(half: StreamHalf): number {
    return this.initial + half.credit;
  }

  /** True if the sender went beyond the stream's window whichever SETTINGS it has applied. */
  isOverrun(half: StreamHalf): boolean {
    return this.initialMost + half.credit < 0;
  }

  get isConnectionOverrun(): boolean {
    return this.connection < 0;
  }

  /** True if the stream's window is too large whichever SETTINGS the sender has applied. */
  isOverflow(half: StreamHalf): boolean {
    return this.initialLeast + half.credit > WINDOW_MAX;
  }

  get isConnectionOverflow(): boolean {
    return this.connection > WINDOW_MAX;
  }
}

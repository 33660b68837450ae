/** Time and chance as the portable layers see them. Time is passed on as a number wherever a function can take it. */

export interface Clock {
  /** Milliseconds of a monotonic clock, with fractions; the origin means nothing. */
  now(): number;
  /**
   * Runs `task` once at `atMs` or soon after, never before it; at once in the past, but not before this returns; never for
   * Infinity. A task that waits does not keep the program running: see `Hold`.
   */
  at(atMs: number, task: () => void): Cancel;
  /** Runs `task` after what is being processed now and before any further input: output is gathered and written there. */
  defer(task: () => void): void;
}

/** Takes back what was asked for; harmless when it has already happened. */
export type Cancel = () => void;

/** A number from 0 up to but not including 1: jitter and nothing else, never a secret. */
export type Chance = () => number;

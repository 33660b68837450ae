/** Whether the program must go on: one that has only idle connections and timers may end, one that waits for an answer may not. */

/**
 * Links that a runtime dials and tasks of its clock do not keep a program running by themselves, or a client that is done
 * could never end. Who waits (a channel with calls open, also while it looks a name up or waits for its next attempt to
 * connect; a server that drains) takes the hold meanwhile.
 */
export interface Hold {
  /** The program runs on until `release` was called as often. */
  take(): void;
  release(): void;
}

/** The one platform of a process: a clock, a timer wheel, the system's names, and compression. Channels and servers share it. */
import { Timers } from '#drive';
import { chance, NodeClock, NodeHold, nodeCompressions, SystemNames } from '#node';

const clock = new NodeClock();

export const platform = {
  clock,
  timers: new Timers(clock),
  chance,
  names: new SystemNames(),
  compressions: nodeCompressions(),
} as const;

/** Keeps the process alive while a call waits for its answer, or a channel for its last connection. */
export const hold = new NodeHold();

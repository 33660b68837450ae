/** The one platform of a process: a clock, a timer wheel, the system's names, and compression. Channels and servers share it. */
import { Timers } from '#drive';
import { chance, NodeClock, nodeCompressions, SystemNames } from '#node';

const clock = new NodeClock();

export const platform = {
  clock,
  timers: new Timers(clock),
  chance,
  names: new SystemNames(),
  compressions: nodeCompressions(),
} as const;

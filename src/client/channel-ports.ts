/** What a channel asks of the world. */
import type { Timers } from '#drive';
import type { Chance, Clock, Compression, Dialer, Names } from '#transport';

export interface ChannelPorts {
  readonly clock: Clock;
  /** Shared by all channels of a program: one coarse wheel instead of a timer of the platform for each deadline. */
  readonly timers: Timers;
  readonly chance: Chance;
  /** Carries the credentials: clear text or TLS. */
  readonly dialer: Dialer;
  readonly names: Names;
  /** Algorithms that requests may use and responses may come in. */
  readonly compressions?: readonly Compression[] | undefined;
}

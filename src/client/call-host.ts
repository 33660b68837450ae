/** What a call asks of its channel. */
import type { Timers } from '#drive';
import type { Compression } from '#transport';
import type { CallCore } from './call.ts';
import type { ChannelSettings } from './channel-options.ts';
import type { ChannelConnection } from './connection.ts';
import type { RetryBytes } from './outbox.ts';
import type { RequestHeads } from './request-heads.ts';
import type { RetryPolicy } from './retry.ts';

export interface CallHost {
  readonly timers: Timers;
  readonly settings: ChannelSettings;
  readonly heads: RequestHeads;
  readonly retries: RetryPolicy;
  readonly retryBytes: RetryBytes;
  compression(name: string): Compression | undefined;
  /** The call was not processed and is to be sent again, on whichever connection. */
  callAgain(call: CallCore): void;
  /** The call's stream on the connection is over. */
  streamOver(connection: ChannelConnection): void;
  /** The call is over; it may still wait to be sent. */
  callOver(call: CallCore): void;
  /** What a call without a stream waits for, as a clause. */
  waitingText(): string;
  /** Runs `task` after what is being done now. */
  defer(task: () => void): void;
}

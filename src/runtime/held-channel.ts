/**
 * A channel whose calls keep the process alive and whose idle connections do not: a script that is done ends, also when it has
 * not closed its channel, and one that waits for an answer goes on, also while there is no socket to wait for.
 */
import { type CallListener, type CallStart, ChannelCore, type ClientCall } from '#client';
import { hold } from './platform.ts';

export class HeldChannel extends ChannelCore {
  override call(start: CallStart, listener: CallListener): ClientCall {
    // Taken first: a call that fails at once is over before it is returned.
    hold.take();
    try {
      return super.call(start, listener);
    } catch (error) {
      hold.release();
      throw error;
    }
  }

  override callOver(call: Parameters<ChannelCore['callOver']>[0]): void {
    super.callOver(call);
    hold.release();
  }
}

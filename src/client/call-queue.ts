/** Calls that wait for a stream, in order. Links stand in the calls: taking one out at its deadline costs nothing. */
import { invariant } from '#base';
import type { CallCore } from './call.ts';

export class CallQueue {
  #first: CallCore | undefined = undefined;
  #last: CallCore | undefined = undefined;
  size = 0;

  get first(): CallCore | undefined {
    return this.#first;
  }

  push(call: CallCore): void {
    invariant(call.queue === undefined, 'a call waits in one queue');
    call.queue = this;
    call.previous = this.#last;
    if (this.#last === undefined) this.#first = call;
    else this.#last.next = call;
    this.#last = call;
    this.size++;
  }

  remove(call: CallCore): void {
    invariant(call.queue === this, 'a call leaves the queue that it waits in');
    if (call.previous === undefined) this.#first = call.next;
    else call.previous.next = call.next;
    if (call.next === undefined) this.#last = call.previous;
    else call.next.previous = call.previous;
    call.queue = undefined;
    call.next = undefined;
    call.previous = undefined;
    this.size--;
  }

  /** Those that wait now, in order. */
  toArray(): CallCore[] {
    const calls: CallCore[] = [];
    for (let call = this.#first; call !== undefined; call = call.next) calls.push(call);
    return calls;
  }
}

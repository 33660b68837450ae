/**
 * Calls that hear of an AbortSignal. A signal is often shared, by all calls that a request of a user causes, so this file adds one
 * listener to it whatever the number of calls: Node warns at eleven, and adding one costs more than the rest of a small call.
 */

/** Hears of a signal. */
export interface Abortable {
  aborted(signal: AbortSignal): void;
}

class Hub {
  readonly signal: AbortSignal;
  readonly calls = new Set<Abortable>();

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  /** As an event listener. */
  handleEvent(): void {
    const calls = [...this.calls];
    this.calls.clear();
    for (const call of calls) call.aborted(this.signal);
  }
}

const hubs = new WeakMap<AbortSignal, Hub>();

/** `call.aborted` comes when the signal is aborted; the signal must not be aborted yet. */
export function listen(signal: AbortSignal, call: Abortable): void {
  let hub = hubs.get(signal);
  if (hub === undefined) {
    hub = new Hub(signal);
    hubs.set(signal, hub);
  }
  if (hub.calls.size === 0) signal.addEventListener('abort', hub);
  hub.calls.add(call);
}

/** No more for this call. The last one takes the listener away: signals with listeners are kept alive by the platform. */
export function unlisten(signal: AbortSignal, call: Abortable): void {
  const hub = hubs.get(signal);
  if (hub === undefined || !hub.calls.delete(call)) return;
  if (hub.calls.size === 0) signal.removeEventListener('abort', hub);
}

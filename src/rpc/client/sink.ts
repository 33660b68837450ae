/** Where the messages of a streaming request go. */
import type { ClientCall } from '#client';
import type { Method } from '../method.ts';
import { Pump, type PumpSink } from '../stream/pump.ts';
import { encodeRequest } from './begin.ts';

export class RequestSink implements PumpSink {
  readonly #call: ClientCall;
  readonly #method: Method;
  readonly #pump: Pump;
  readonly #failed: (error: unknown) => void;

  /** `failed` hears what the caller's iterable threw; the call is cancelled after it. */
  constructor(call: ClientCall, requests: AsyncIterable<unknown>, method: Method, failed: (error: unknown) => void) {
    this.#call = call;
    this.#method = method;
    this.#failed = failed;
    this.#pump = new Pump(requests, this);
    this.#pump.start();
  }

  writable(): void {
    this.#pump.writable();
  }

  /** The call is over. */
  stop(): void {
    this.#pump.stop();
  }

  encode(message: unknown): Uint8Array {
    return encodeRequest(this.#method, message);
  }

  send(bytes: Uint8Array): boolean {
    if (this.#call.send(bytes, false)) return true;
    // The outcome is known and no room will come: the caller still reads responses that arrived before it.
    if (this.#call.over) this.#pump.stop();
    return this.#call.over;
  }

  done(): void {
    this.#call.halfClose();
  }

  failed(error: unknown): void {
    this.#failed(error);
    this.#call.cancel('The stream of requests failed at the caller.');
  }
}

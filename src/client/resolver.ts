/**
 * The addresses of a target. Names are looked up when a connection is needed, and not more often than is good for the name
 * servers: a fleet of clients that lose their connections together must not ask them all at once, again and again.
 */
import { Timer, type Timers } from '#drive';
import type { Address, Cancel, LinkFault, Names } from '#transport';
import { interleave } from './interleave.ts';
import type { Endpoints } from './target.ts';

/** Least time between two lookups that succeeded: grpc-js `grpc.dns_min_time_between_resolutions_ms`, grpc-go `minDNSResRate`. */
export const LOOKUP_INTERVAL_MS = 30_000;

export class Resolver {
  readonly #endpoints: Endpoints;
  readonly #names: Names;
  readonly #timers: Timers;
  readonly #timeoutMs: number;
  readonly #timeout: Timer;
  readonly #done: () => void;
  #addresses: readonly Address[];
  #fault: LinkFault | undefined = undefined;
  #resolvedMs = Number.NEGATIVE_INFINITY;
  #cancel: Cancel | undefined = undefined;
  #isLooking = false;

  /** `done` is called when a lookup has ended, well or not; one that takes longer than `timeoutMs` has failed. */
  constructor(endpoints: Endpoints, names: Names, timers: Timers, timeoutMs: number, done: () => void) {
    this.#endpoints = endpoints;
    this.#names = names;
    this.#timers = timers;
    this.#timeoutMs = timeoutMs;
    this.#timeout = new Timer(() => this.#timedOut());
    this.#done = done;
    this.#addresses = endpoints.kind === 'static' ? interleave(endpoints.addresses) : [];
  }

  /** What the last lookup that succeeded found; empty before. */
  get addresses(): readonly Address[] {
    return this.#addresses;
  }

  /** Why the last lookup failed; undefined if it did not. */
  get fault(): LinkFault | undefined {
    return this.#fault;
  }

  get isLooking(): boolean {
    return this.#isLooking;
  }

  /**
   * Looks the name up unless that was done a short time ago or goes on now. After a failed lookup the channel's backoff
   * decides when to ask again, not the interval: a name that appears late must not cost half a minute.
   */
  refresh(): void {
    const endpoints = this.#endpoints;
    if (endpoints.kind === 'static' || this.#isLooking) return;
    if (this.#timers.now() < this.#resolvedMs + LOOKUP_INTERVAL_MS) return;
    this.#isLooking = true;
    this.#timers.set(this.#timeout, this.#timers.now() + this.#timeoutMs);
    const cancel = this.#names.lookup(endpoints.host, (attempt) => {
      this.#timers.clear(this.#timeout);
      this.#isLooking = false;
      this.#cancel = undefined;
      if (attempt.kind === 'ok') {
        this.#resolvedMs = this.#timers.now();
        this.#fault = undefined;
        this.#addresses = addressesOf(attempt.value, endpoints.port);
      } else {
        this.#fault = attempt.fault;
      }
      this.#done();
    });
    if (this.#isLooking) this.#cancel = cancel;
  }

  /** Gives a lookup up that goes on. */
  stop(): void {
    this.#timers.clear(this.#timeout);
    this.#cancel?.();
    this.#cancel = undefined;
    this.#isLooking = false;
  }

  #timedOut(): void {
    this.stop();
    const host = this.#endpoints.kind === 'dns' ? this.#endpoints.host : '';
    const text = `The name ${host} was not looked up within ${this.#timeoutMs} ms`;
    this.#fault = { kind: 'name-lookup-failed', code: '', text };
    this.#done();
  }
}

/** Each once: systems repeat an address for each kind of socket. */
function addressesOf(hosts: readonly string[], port: number): readonly Address[] {
  return interleave([...new Set(hosts)].map((host): Address => ({ kind: 'tcp', host, port })));
}

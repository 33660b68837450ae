/** Name lookup as the system does it: the hosts file, DNS and whatever else it is configured for (getaddrinfo). */
import { lookup } from 'node:dns';
import type { Attempt, Cancel, Names } from '#transport';
import { lookupFault } from './fault.ts';

type Done = (attempt: Attempt<readonly string[]>) => void;

/** One question to the system; literal addresses are answered with themselves. Never answers before it returns. */
export type Lookup = (host: string, done: (error: Error | null, found: readonly { address: string }[]) => void) => void;

/** Node's own order is switched off: the system has sorted already (RFC 6724). */
const systemLookup: Lookup = (host, done) => lookup(host, { all: true, order: 'verbatim' }, done);

export class SystemNames implements Names {
  readonly #ask: Lookup;
  /**
   * Those who wait, by name: getaddrinfo occupies one of few threads until the name server answers or is given up, so one
   * lookup of a name serves all who ask meanwhile. A cancelled one goes on, as the system cannot take it back.
   */
  readonly #waiting = new Map<string, Set<Done>>();

  constructor(ask = systemLookup) {
    this.#ask = ask;
  }

  lookup(host: string, done: Done): Cancel {
    // Each asker is an entry of its own, also when two pass the same function.
    const asker: Done = (attempt) => done(attempt);
    const askers = this.#waiting.get(host) ?? this.#begin(host);
    askers.add(asker);
    return () => askers.delete(asker);
  }

  #begin(host: string): Set<Done> {
    const askers = new Set<Done>();
    this.#waiting.set(host, askers);
    const answer = (attempt: Attempt<readonly string[]>): void => {
      this.#waiting.delete(host);
      for (const asker of askers) asker(attempt);
    };
    // Node takes the empty name for "no question" and warns.
    if (host === '') process.nextTick(answer, noAddress(host));
    else this.#ask(host, (error, found) => answer(error === null ? attemptOf(host, found) : failed(host, error)));
    return askers;
  }
}

function failed(host: string, error: Error): Attempt<never> {
  return { kind: 'fault', fault: lookupFault(error, host) };
}

function attemptOf(host: string, found: readonly { readonly address: string }[]): Attempt<readonly string[]> {
  const addresses = [...new Set(found.map(({ address }) => address))];
  return addresses.length > 0 ? { kind: 'ok', value: addresses } : noAddress(host);
}

function noAddress(host: string): Attempt<never> {
  const text = `The name "${host}" has no address: correct it, or add an A or AAAA record.`;
  return { kind: 'fault', fault: { kind: 'name-not-found', code: '', text } };
}

/** The world's directory of names: it changes, fails and is slow, as real ones. */
import type { Attempt, LinkFault, Names } from '#transport';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';

export class SimNames {
  /** One way to the name server and back, in ms. */
  latencyMs = 1;
  /** How often it was asked, and the shortest time after an answer in which the same program asked again: no storms. */
  lookups = 0;
  shortestGapMs = Number.POSITIVE_INFINITY;
  readonly #world: World;
  readonly #zone = new Map<string, readonly string[]>();
  readonly #faults = new Map<string, LinkFault>();
  /** When each program last got addresses. */
  readonly #answeredMs = new Map<Process, number>();

  constructor(world: World) {
    this.#world = world;
  }

  set(host: string, addresses: readonly string[]): void {
    this.#zone.set(host, addresses);
  }

  /** Lookups of this name fail until `mend`. */
  fail(host: string, kind: 'name-not-found' | 'name-lookup-failed'): void {
    const code = kind === 'name-not-found' ? 'ENOTFOUND' : 'EAI_AGAIN';
    this.#faults.set(host, { kind, code, text: `The name ${host} could not be looked up.` });
  }

  mend(host: string): void {
    this.#faults.delete(host);
  }

  for(process: Process): Names {
    return {
      lookup: (host, done) => {
        this.lookups++;
        const answeredMs = this.#answeredMs.get(process) ?? Number.NEGATIVE_INFINITY;
        this.shortestGapMs = Math.min(this.shortestGapMs, this.#world.now() - answeredMs);
        return process.at(process.now() + this.latencyMs, () => {
          const answer = this.#answer(host);
          if (answer.kind === 'ok') this.#answeredMs.set(process, this.#world.now());
          done(answer);
        });
      },
    };
  }

  #answer(host: string): Attempt<readonly string[]> {
    this.#world.digest.text(`lookup ${host}`);
    const fault = this.#faults.get(host);
    if (fault !== undefined) return { kind: 'fault', fault };
    const addresses = this.#zone.get(host);
    if (addresses !== undefined && addresses.length > 0) return { kind: 'ok', value: addresses };
    const text = `There is no host of the name ${host}.`;
    return { kind: 'fault', fault: { kind: 'name-not-found', code: 'ENOTFOUND', text } };
  }
}

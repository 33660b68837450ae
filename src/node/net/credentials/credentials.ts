/**
 * Certificates and keys that can change while they are in use: handshakes from then on use the new ones, connections that
 * exist stay as they are. Bad new ones are reported and the old ones stay.
 */
import { type OptionNames, UsageError } from '#base';
import type { Attempt, Cancel } from '#transport';
import { messageOf } from '../../fault.ts';
import { type Loaded, type LoadSettings, load, type Material } from './load.ts';

/** Gives the material each time it is asked for: from a secret store, say. */
export type Provider<M extends Material> = () => M | Promise<M>;

export type ReloadOutcome =
  /** `notAfter`: when the own certificate ends, if there is one. */
  | { readonly kind: 'changed'; readonly generation: number; readonly notAfter: Date | undefined }
  | { readonly kind: 'unchanged' }
  /** The old material stays in use. `problem` is a sentence in plain words. */
  | { readonly kind: 'refused'; readonly problem: string };

export interface ReloadOptions {
  /** The oldest version of TLS to speak. Default `TLSv1.2`, the oldest that HTTP/2 allows (RFC 9113 §9.2). */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  /**
   * Looks every so many ms whether the material has changed, by reading it. Default off: most programs run with one
   * certificate until they are deployed anew. Where files are renewed in place (cert-manager, certbot), 60,000 is cheap and
   * soon enough. Files are read rather than watched, as Kubernetes swaps links and network file systems tell nothing.
   */
  readonly watchIntervalMs?: number | undefined;
  /**
   * Hears of new material taken into use, and of material that was refused. While watching, the same refusal is told once.
   */
  readonly onReload?: ((outcome: ReloadOutcome) => void) | undefined;
}

/** The options of all credentials. */
export const sharedNames: OptionNames<Material & ReloadOptions> = {
  rootCertificates: true,
  certificate: true,
  privateKey: true,
  passphrase: true,
  minVersion: true,
  watchIntervalMs: true,
  onReload: true,
};

/** What Node's TLS calls them. */
export const nodeNames: Readonly<Record<string, string>> = {
  ca: 'rootCertificates',
  cert: 'certificate',
  key: 'privateKey',
};

/** An interval below this would be a mistake of units; one above it does not fit Node's timers (24.8 days), which then fire at once. */
const WATCH_INTERVAL_MS_MIN = 10;
const WATCH_INTERVAL_MS_MAX = 2_147_483_647;

type Ready = (attempt: Attempt<Loaded>) => void;

export class Credentials<M extends Material> {
  readonly #settings: LoadSettings;
  readonly #onReload: ((outcome: ReloadOutcome) => void) | undefined;
  readonly #check: (material: M) => void;
  readonly #listeners = new Set<(loaded: Loaded) => void>();
  #source: M | Provider<M>;
  #loaded: Loaded | undefined;
  #reloading: Promise<ReloadOutcome> | undefined;
  #toldProblem = '';
  #watch: NodeJS.Timeout | undefined;

  /**
   * Throws a `UsageError` for material that cannot work, unless a provider gives it later: then links wait for it. `check`
   * throws for material that does not suit this kind of credentials.
   */
  constructor(source: M | Provider<M>, options: ReloadOptions, check: (material: M) => void) {
    this.#source = source;
    this.#settings = { minVersion: options.minVersion ?? 'TLSv1.2' };
    this.#onReload = options.onReload;
    this.#check = check;
    this.#loadFirst();
    if (options.watchIntervalMs !== undefined) this.#startWatching(options.watchIntervalMs);
  }

  /** Counts the materials that were taken into use; 0 while a provider has not given the first. */
  get generation(): number {
    return this.#loaded?.generation ?? 0;
  }

  /** When the own certificate ends; undefined without one. */
  get notAfter(): Date | undefined {
    return this.#loaded?.notAfter;
  }

  /** Reads the files, or asks the provider, again. Never rejects. Reloads that overlap are one. */
  reload(): Promise<ReloadOutcome> {
    return this.#reload(true);
  }

  /** Takes other material into use, now and for reloads to come. The old stays if it cannot work. */
  update(material: M): ReloadOutcome {
    const outcome = this.#take(material);
    if (outcome.kind !== 'refused') this.#source = material;
    this.#report(outcome, true);
    return outcome;
  }

  /** Ends the watching. What is loaded stays usable. */
  close(): void {
    clearInterval(this.#watch);
  }

  /** The material in use: at once if there is some, else when the provider has given it. */
  ready(done: Ready): void {
    if (this.#loaded !== undefined) {
      done({ kind: 'ok', value: this.#loaded });
      return;
    }
    void this.#reload(true).then((outcome) => {
      if (this.#loaded !== undefined) done({ kind: 'ok', value: this.#loaded });
      else done(unusable(outcome));
    });
  }

  /** Hears of each new material. */
  changed(listener: (loaded: Loaded) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #loadFirst(): void {
    const material = typeof this.#source === 'function' ? callProvider(this.#source) : this.#source;
    if (material instanceof Promise) {
      this.#reloading = this.#await(material, true);
      return;
    }
    const outcome = this.#take(material);
    if (outcome.kind === 'refused') throw new UsageError(outcome.problem);
  }

  #startWatching(intervalMs: number): void {
    if (!(intervalMs >= WATCH_INTERVAL_MS_MIN && intervalMs <= WATCH_INTERVAL_MS_MAX)) {
      const range = `${WATCH_INTERVAL_MS_MIN} to ${WATCH_INTERVAL_MS_MAX}`;
      throw new UsageError(`watchIntervalMs is in milliseconds, ${range}, not ${intervalMs}`);
    }
    this.#watch = setInterval(() => void this.#reload(false), intervalMs);
    this.#watch.unref();
  }

  #reload(asked: boolean): Promise<ReloadOutcome> {
    this.#reloading ??= this.#await(this.#source, asked);
    return this.#reloading;
  }

  async #await(source: M | Provider<M> | Promise<M>, asked: boolean): Promise<ReloadOutcome> {
    const before = this.#source;
    let outcome: ReloadOutcome;
    try {
      const material = await (typeof source === 'function' ? source() : source);
      // `update` came meanwhile: what was asked for before is older.
      outcome = this.#source === before ? this.#take(material) : { kind: 'unchanged' };
    } catch (error) {
      outcome = { kind: 'refused', problem: providerProblem(error) };
    }
    this.#reloading = undefined;
    this.#report(outcome, asked);
    return outcome;
  }

  #take(material: M): ReloadOutcome {
    let loaded: Loaded;
    try {
      this.#check(material);
      loaded = load(material, this.#settings, this.generation + 1, Date.now());
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return { kind: 'refused', problem: error.message };
    }
    if (loaded.fingerprint === this.#loaded?.fingerprint) return { kind: 'unchanged' };
    this.#loaded = loaded;
    for (const listener of this.#listeners) listener(loaded);
    return { kind: 'changed', generation: loaded.generation, notAfter: loaded.notAfter };
  }

  /** `asked`: somebody asked for this reload, so it is told even if it says the same as the last. */
  #report(outcome: ReloadOutcome, asked: boolean): void {
    const problem = outcome.kind === 'refused' ? outcome.problem : '';
    const isNews = outcome.kind === 'changed' || (problem !== '' && (asked || problem !== this.#toldProblem));
    this.#toldProblem = problem;
    if (isNews) this.#onReload?.(outcome);
  }
}

function callProvider<M extends Material>(provider: Provider<M>): M | Promise<M> {
  try {
    return provider();
  } catch (error) {
    throw new UsageError(providerProblem(error));
  }
}

function providerProblem(error: unknown): string {
  return `The provider of the TLS credentials failed: ${messageOf(error)}`;
}

function unusable(outcome: ReloadOutcome): Attempt<never> {
  const problem = outcome.kind === 'refused' ? outcome.problem : 'they were not given';
  const text = `No TLS handshake is possible without credentials: ${problem}`;
  return { kind: 'fault', fault: { kind: 'tls', code: '', text } };
}

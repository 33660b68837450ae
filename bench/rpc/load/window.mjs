/**
 * The stretch of a load that counts: it begins after the lead (a time, and a number of calls), when a call completes, and ends with the first completion
 * after its time. CPU time of the watched process is read at both ends, so that it belongs to the calls counted.
 */
import { Histogram } from '../wire/histogram.mjs';
import { coresBusyUs, cpuUs } from './process.mjs';

export class Window {
  #job;
  #beginMs;
  #endMs = Number.POSITIVE_INFINITY;
  #state = 'lead';
  #begun;
  #result;
  latencies = new Histogram();
  /** Counted by the load: completed, and failed in any way. */
  done = 0;
  failed = 0;
  /** The first failure's text. */
  failure;

  constructor(job) {
    this.#job = job;
    this.#beginMs = performance.now() + (job.leadMs ?? 200);
  }

  get measuring() {
    return this.#state === 'measuring';
  }

  get over() {
    return this.#state === 'over';
  }

  /** To be called with every batch of completions; returns true once the window is over. */
  tick(nowMs) {
    if (this.#state === 'measuring') {
      if (nowMs >= this.#endMs) this.#close(nowMs);
    } else if (this.#state === 'lead' && nowMs >= this.#beginMs && this.done >= (this.#job.leadCalls ?? 0)) {
      this.#state = 'measuring';
      this.done = 0;
      this.latencies.clear();
      this.#begun = { nowMs, ...this.#spent() };
      this.#endMs = nowMs + this.#job.measureMs;
    }
    return this.#state === 'over';
  }

  fail(text) {
    this.failed++;
    this.failure ??= text;
  }

  #close(nowMs) {
    this.#state = 'over';
    const spent = this.#spent();
    const ownCpuUs = spent.own - this.#begun.own;
    const watchedCpuUs = spent.watched - this.#begun.watched;
    this.#result = {
      done: this.done,
      seconds: (nowMs - this.#begun.nowMs) / 1000,
      ownCpuUs,
      watchedCpuUs,
      othersCpuUs: spent.cores - this.#begun.cores - ownCpuUs - watchedCpuUs,
      ...this.latencies.summary(),
    };
  }

  #spent() {
    const { watch, cores = [] } = this.#job;
    return { own: cpuUs(process.pid), watched: cpuUs(watch), cores: coresBusyUs(cores) };
  }

  result() {
    return { ...this.#result, failed: this.failed, ...(this.failure === undefined ? {} : { failure: this.failure }) };
  }
}

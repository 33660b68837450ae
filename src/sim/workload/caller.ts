/** The client's end of one call: sends, reads, cancels as planned, and writes down what it sees. */
import type { CallChannel, CallListener, CallResult, ClientCall } from '#client';
import type { Metadata } from '#grpc';
import type { CallRecord, Ledger } from '../check/ledger.ts';
import { ANY_OCTET, checkMessage, LOW_OCTET, makeMessage } from '../check/payload.ts';
import type { Prng } from '../prng.ts';
import type { Process } from '../process.ts';
import { COMPRESSION_NAME } from './compression.ts';
import { missing, toMetadata } from './metadata.ts';
import type { CallPlan } from './plan.ts';

/** The field that tells the server which call it is. */
export const CALL_ID = 'sim-call';

export class Caller implements CallListener {
  readonly #ledger: Ledger;
  readonly #record: CallRecord;
  readonly #process: Process;
  readonly #chance: Prng;
  #call: ClientCall | undefined = undefined;
  #next = 0;
  #mustWait = false;
  #isPausing = false;
  #asked = 0;

  constructor(ledger: Ledger, record: CallRecord, process: Process, chance: Prng) {
    this.#ledger = ledger;
    this.#record = record;
    this.#process = process;
    this.#chance = chance;
  }

  begin(channel: CallChannel): void {
    const { plan } = this.#record;
    const metadata = toMetadata(plan.metadata);
    metadata.append(CALL_ID, String(plan.id));
    const nowMs = this.#process.now();
    const deadlineMs = plan.timeoutMs === undefined ? undefined : nowMs + plan.timeoutMs;
    const { kind, waitForReady } = plan;
    const compress = plan.compress ? COMPRESSION_NAME : undefined;
    this.#call = channel.call({ path: pathOf(kind), metadata, deadlineMs, waitForReady, kind, compress }, this);
    this.#pull(plan.clientReads.ahead);
    this.#send();
    if (plan.cancelMs !== undefined) this.#process.at(nowMs + plan.cancelMs, () => this.#cancel());
  }

  headers(metadata: Metadata): void {
    const record = this.#record;
    this.#check(!record.gotHeaders, 'initial metadata came twice');
    this.#check(record.received === 0, 'initial metadata came after a message');
    record.gotHeaders = true;
    const lack = missing(record.plan.responseMetadata, metadata);
    this.#check(lack === undefined, `initial metadata: ${lack}`);
  }

  message(bytes: Uint8Array): void {
    const record = this.#record;
    const { plan } = record;
    const sequence = record.received++;
    this.#check(record.received <= record.pulled, `${record.received} messages came, ${record.pulled} were asked for`);
    const length = plan.response.lengths[sequence];
    this.#check(length !== undefined, `message ${sequence} came, ${plan.response.lengths.length} are planned`);
    const fault =
      length === undefined ? undefined : checkMessage(bytes, plan.id, 'response', sequence, length, maskOf(plan));
    this.#check(fault === undefined, String(fault));
    if (--this.#asked > 0) return;
    const { ahead, pauseMs } = plan.clientReads;
    if (pauseMs === 0) this.#pull(ahead);
    else this.#later(pauseMs, () => this.#pull(ahead));
  }

  writable(): void {
    this.#check(this.#mustWait, 'writable came without a send that returned false');
    this.#mustWait = false;
    if (!this.#isPausing) this.#send();
  }

  end(result: CallResult): void {
    const record = this.#record;
    this.#check(record.result === undefined, 'it ended twice');
    record.result = result;
    record.endedMs = this.#ledger.world.now();
    const { digest } = this.#ledger.world;
    digest.time(record.endedMs);
    digest.text(`end ${record.plan.id} ${result.code} ${result.failure?.origin} ${result.failure?.processed}`);
  }

  #send(): void {
    const record = this.#record;
    const { id, request, endsWithLast } = record.plan;
    if (this.#mustWait || record.result !== undefined) return;
    const { lengths, pauseMs } = request;
    if (this.#next === lengths.length) {
      if (!endsWithLast || lengths.length === 0) this.#call?.halfClose();
      return;
    }
    const sequence = this.#next++;
    const isLast = this.#next === lengths.length;
    const message = makeMessage(id, 'request', sequence, lengths[sequence]!, maskOf(record.plan));
    record.sent++;
    this.#mustWait = this.#call?.send(message, isLast && endsWithLast) === false;
    if (isLast && endsWithLast) return;
    if (pauseMs === 0) {
      this.#send();
      return;
    }
    this.#isPausing = true;
    this.#later(pauseMs, () => {
      this.#isPausing = false;
      this.#send();
    });
  }

  #pull(count: number): void {
    if (this.#record.result !== undefined) return;
    this.#asked += count;
    this.#record.pulled += count;
    this.#call?.pull(count);
  }

  #cancel(): void {
    const record = this.#record;
    if (record.result !== undefined) return;
    record.cancelled = true;
    this.#call?.cancel(this.#chance.chance(0.5) ? 'nobody waits for it' : undefined);
    this.#ledger.expect(record.result !== undefined, () => `call ${record.plan.id}: cancel did not end it`);
  }

  #later(meanMs: number, task: () => void): void {
    this.#process.at(this.#process.now() + this.#chance.exponential(meanMs), task);
  }

  /** Every callback is judged: `call` must have returned, and nothing may come after the end. */
  #check(condition: boolean, text: string): void {
    const { plan, result } = this.#record;
    const where = `call ${plan.id} (${plan.kind})`;
    this.#ledger.expect(this.#call !== undefined, () => `${where}: the listener was called before call() had returned`);
    if (result !== undefined && condition) this.#ledger.problem(`${where}: the listener was called after the end`);
    this.#ledger.expect(condition, () => `${where}: ${text}`);
  }
}

/** Calls that compress have something to compress. */
export function maskOf(plan: CallPlan): number {
  return plan.compress ? LOW_OCTET : ANY_OCTET;
}

export function pathOf(kind: string): string {
  return `/sim.Test/${kind}`;
}

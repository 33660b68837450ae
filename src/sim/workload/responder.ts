/** The server's end: runs planned calls, and writes down what it sees. */
import type { MethodKind } from '#grpc';
import { Status } from '#grpc';
import type { CallCancel, ServerCall, ServerCallListener, ServerHandler } from '#server';
import { type Ledger, Run } from '../check/ledger.ts';
import { checkMessage, makeMessage } from '../check/payload.ts';
import type { Prng } from '../prng.ts';
import type { Process } from '../process.ts';
import { CALL_ID, maskOf } from './caller.ts';
import { COMPRESSION_NAME } from './compression.ts';
import { missing, toMetadata } from './metadata.ts';

export class Responder implements ServerHandler {
  readonly kind: MethodKind;
  readonly #ledger: Ledger;
  readonly #process: Process;
  readonly #chance: Prng;

  constructor(kind: MethodKind, ledger: Ledger, process: Process, chance: Prng) {
    this.kind = kind;
    this.#ledger = ledger;
    this.#process = process;
    this.#chance = chance;
  }

  start(call: ServerCall): ServerCallListener {
    const id = call.metadata.get(CALL_ID);
    const record = this.#ledger.calls.get(Number(id));
    if (record === undefined) {
      this.#ledger.problem(`a call with the id '${id}' came, which nobody made`);
      call.end(Status.UNKNOWN);
      return { message: () => {}, halfClosed: () => {}, cancelled: () => {} };
    }
    const run = new Run(record, this.#process, this.#ledger.world.now());
    record.runs.push(run);
    return new Answer(run, call, this.#ledger, this.#chance.fork(record.plan.id));
  }
}

class Answer implements ServerCallListener {
  readonly #run: Run;
  readonly #call: ServerCall;
  readonly #ledger: Ledger;
  readonly #process: Process;
  readonly #chance: Prng;
  #isStarted = false;
  #asked = 0;
  #next = 0;
  #mustWait = false;
  #answering = false;

  constructor(run: Run, call: ServerCall, ledger: Ledger, chance: Prng) {
    this.#run = run;
    this.#call = call;
    this.#ledger = ledger;
    this.#process = run.process;
    this.#chance = chance;
    const { plan, startedMs } = run.call;
    ledger.world.digest.text(`run ${plan.id}`);
    this.#check(run.call.runs.length === 1, `it runs for the ${run.call.runs.length}. time`);
    const lack = missing(plan.metadata, call.metadata);
    this.#check(lack === undefined, `metadata: ${lack}`);
    this.#check((call.deadlineMs === undefined) === (plan.timeoutMs === undefined), "the deadline is not the client's");
    if (call.deadlineMs !== undefined && plan.timeoutMs !== undefined) {
      // The timeout is relative on the wire, so the deadline is later by the time on the way, and rounded up by at most 1 %.
      const earliestMs = this.#process.toOwn(startedMs + plan.timeoutMs);
      this.#check(call.deadlineMs >= earliestMs - 1, "the deadline is earlier than the client's");
    }
    if (plan.compress) call.compress(COMPRESSION_NAME);
    if (plan.answers !== 'early') this.#pull(plan.serverReads.ahead);
    const begin = (): void => {
      if (plan.answers !== 'after-half-close') this.#answer();
      else if (run.halfClosed) this.#answer();
      else this.#isStarted = true;
    };
    if (plan.thinkMs > 0) this.#later(plan.thinkMs, begin);
    else this.#process.defer(begin);
  }

  message(bytes: Uint8Array): void {
    const run = this.#run;
    const { plan } = run.call;
    const sequence = run.received++;
    this.#check(!run.halfClosed, 'a message came after the half-close');
    this.#check(this.#asked > 0, 'a message came that was not asked for');
    const length = plan.request.lengths[sequence];
    this.#check(length !== undefined, `message ${sequence} came, ${plan.request.lengths.length} are planned`);
    const fault =
      length === undefined ? undefined : checkMessage(bytes, plan.id, 'request', sequence, length, maskOf(plan));
    this.#check(fault === undefined, String(fault));
    if (--this.#asked > 0) return;
    const { ahead, pauseMs } = plan.serverReads;
    if (pauseMs === 0) this.#pull(ahead);
    else this.#later(pauseMs, () => this.#pull(ahead));
  }

  halfClosed(): void {
    const run = this.#run;
    const planned = run.call.plan.request.lengths.length;
    this.#check(!run.halfClosed, 'the half-close came twice');
    this.#check(run.received === planned, `the half-close came after ${run.received} of ${planned} messages`);
    run.halfClosed = true;
    if (this.#isStarted) this.#answer();
  }

  writable(): void {
    this.#check(this.#mustWait, 'writable came without a send that returned false');
    this.#mustWait = false;
    this.#answer();
  }

  cancelled(why: CallCancel): void {
    this.#check(this.#run.cancel === undefined, 'it was cancelled twice');
    this.#run.cancel = why;
    this.#ledger.world.digest.text(`cancelled ${this.#run.call.plan.id} ${why.kind}`);
    // Handlers notice late: until then it counts as running.
    this.#later(5, () => this.#call.end(Status.CANCELLED));
  }

  #answer(): void {
    const run = this.#run;
    const { plan } = run.call;
    if (this.#isOver || this.#mustWait || this.#answering) return;
    if (plan.headersFirst && !this.#call.headersSent) this.#call.sendHeaders(toMetadata(plan.responseMetadata));
    this.#answering = true;
    this.#sendNext();
  }

  #sendNext(): void {
    const run = this.#run;
    const { plan } = run.call;
    this.#answering = false;
    if (this.#isOver || this.#mustWait) return;
    const { lengths, pauseMs } = plan.response;
    if (this.#next === lengths.length) {
      this.#end();
      return;
    }
    if (!this.#call.headersSent) this.#call.sendHeaders(toMetadata(plan.responseMetadata));
    const sequence = this.#next++;
    run.sent++;
    this.#mustWait = !this.#call.send(makeMessage(plan.id, 'response', sequence, lengths[sequence]!, maskOf(plan)));
    if (this.#mustWait) return;
    this.#answering = true;
    if (pauseMs > 0) this.#later(pauseMs, () => this.#sendNext());
    else this.#sendNext();
  }

  #end(): void {
    const run = this.#run;
    const { plan } = run.call;
    if (this.#isOver) return;
    // All that the client sends is read first, unless the plan says otherwise: then the client may not have sent it.
    if (plan.answers === 'at-once' && !run.halfClosed) {
      this.#isStarted = true;
      return;
    }
    run.decided = { code: plan.code, message: plan.message };
    this.#ledger.world.digest.text(`decided ${plan.id} ${plan.code}`);
    this.#call.end(plan.code, plan.message, toMetadata(plan.trailers));
  }

  get #isOver(): boolean {
    return this.#run.decided !== undefined || this.#run.cancel !== undefined;
  }

  #pull(count: number): void {
    if (this.#isOver) return;
    this.#asked += count;
    this.#call.pull(count);
  }

  #later(meanMs: number, task: () => void): void {
    this.#process.at(this.#process.now() + this.#chance.exponential(meanMs), task);
  }

  #check(condition: boolean, text: string): void {
    const where = `call ${this.#run.call.plan.id} at ${this.#process.name}`;
    if (this.#run.decided !== undefined) this.#ledger.problem(`${where}: the handler was called after its end`);
    else if (this.#run.cancel !== undefined) this.#ledger.problem(`${where}: the handler was called after cancelled`);
    this.#ledger.expect(condition, () => `${where}: ${text}`);
  }
}

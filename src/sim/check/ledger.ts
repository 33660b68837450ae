/**
 * The truth about every call of a world: what was planned, what each end did and saw. The checkers compare; nothing that the
 * cores say about themselves is believed.
 */
import type { CallResult } from '#client';
import type { CallCancel } from '#server';
import type { Process } from '../process.ts';
import type { CallPlan } from '../workload/plan.ts';
import type { World } from '../world.ts';

/** Problems kept of a world: the first ones tell, the rest follows from them. */
const PROBLEMS_MAX = 20;

/** One time that a server's handler ran for a call. */
export class Run {
  readonly call: CallRecord;
  readonly process: Process;
  readonly startedMs: number;
  received = 0;
  sent = 0;
  halfClosed = false;
  /** What the handler ended it with. */
  decided: { readonly code: number; readonly message: string } | undefined = undefined;
  /** Why the core ended it before the handler did. */
  cancel: CallCancel | undefined = undefined;

  constructor(call: CallRecord, process: Process, startedMs: number) {
    this.call = call;
    this.process = process;
    this.startedMs = startedMs;
  }
}

export class CallRecord {
  readonly plan: CallPlan;
  /** The client program that made it. */
  readonly client: number;
  readonly startedMs: number;
  readonly runs: Run[] = [];
  /** Messages that the client sent, asked for, and got. */
  sent = 0;
  pulled = 0;
  received = 0;
  gotHeaders = false;
  cancelled = false;
  result: CallResult | undefined = undefined;
  endedMs = Number.POSITIVE_INFINITY;

  constructor(plan: CallPlan, client: number, startedMs: number) {
    this.plan = plan;
    this.client = client;
    this.startedMs = startedMs;
  }
}

export class Ledger {
  readonly world: World;
  readonly problems: string[] = [];
  readonly calls = new Map<number, CallRecord>();
  #problemCount = 0;

  constructor(world: World) {
    this.world = world;
  }

  /** How many there were, also those not kept. */
  get problemCount(): number {
    return this.#problemCount;
  }

  begin(plan: CallPlan, client: number): CallRecord {
    const record = new CallRecord(plan, client, this.world.now());
    this.calls.set(plan.id, record);
    return record;
  }

  /** Something is wrong. `text` says what, where and with which numbers. */
  problem(text: string): void {
    this.#problemCount++;
    if (this.problems.length < PROBLEMS_MAX) this.problems.push(`${(this.world.now() / 1_000).toFixed(3)} s: ${text}`);
  }

  /** Checks a condition that must hold whatever the world does. */
  expect(condition: boolean, text: () => string): void {
    if (!condition) this.problem(text());
  }
}

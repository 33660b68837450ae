/** Compares what a client was told of a call with what the server did and what the world really had in store. */
import type { CallFailure, CallResult, FailureOrigin } from '#client';
import { Status } from '#grpc';
import { missing } from '../workload/metadata.ts';
import type { CallRecord, Ledger, Run } from './ledger.ts';

/** What may explain failures in a world. */
export interface Excuses {
  /** Faults were planned: what cannot be traced to a connection may come from them. */
  readonly faults: boolean;
  /** Some calls are cancelled or run out of time, so their handlers may still hold the places of new ones. */
  readonly refusals: boolean;
  /** Why a connection of a client may have ended under a call; undefined if nothing was done to it. */
  readonly connection: (client: number, port: number) => string | undefined;
  /** A client was frozen: it does everything late. */
  readonly late: boolean;
}

/** A timer's tick, and rounding. */
const LATE_MS = 2;

/** Origins that are never right between two of our own. */
const NEVER: readonly FailureOrigin[] = ['http-status', 'malformed-response', 'violation', 'limit', 'closed'];

export function judgeCall(record: CallRecord, ledger: Ledger, excuses: Excuses): void {
  const { plan, result, runs } = record;
  const problem = (text: string): void => ledger.problem(`call ${plan.id} (${plan.kind}): ${text}`);
  if (result === undefined) {
    problem(`it has not ended; ${describe(record)}`);
    return;
  }
  if (runs.length > 1) problem(`it ran ${runs.length} times`);
  const run = runs[0];
  if (run !== undefined && run.received > record.sent)
    problem(`${run.received} messages arrived, ${record.sent} were sent`);
  if (run !== undefined && record.received > run.sent)
    problem(`${record.received} messages came back, ${run.sent} were sent`);
  const { failure } = result;
  if (failure === undefined) judgeSuccess(record, run, result, problem);
  else judgeFailure(record, run, result, failure, excuses, problem);
}

type Problem = (text: string) => void;

function judgeSuccess(record: CallRecord, run: Run | undefined, result: CallResult, problem: Problem): void {
  const { plan } = record;
  if (result.code !== Status.OK) problem(`it has status ${result.code} and no failure`);
  if (run?.decided?.code !== Status.OK) {
    problem(`it succeeded although the handler decided ${run?.decided?.code ?? 'nothing'}`);
    return;
  }
  if (record.received !== run.sent) problem(`it succeeded with ${record.received} of ${run.sent} messages`);
  if (record.received !== plan.response.lengths.length) problem(`it succeeded with ${record.received} messages`);
  const lack = missing(plan.trailers, result.trailers);
  if (lack !== undefined) problem(`trailers: ${lack}`);
}

function judgeFailure(
  record: CallRecord,
  run: Run | undefined,
  result: CallResult,
  failure: CallFailure,
  excuses: Excuses,
  problem: Problem,
): void {
  const { origin, processed } = failure;
  const told = `${origin}: ${result.message}`;
  if (result.code === Status.OK) problem(`it failed with OK (${told})`);
  if (processed === 'no' && run !== undefined) problem(`it claims not to have been processed, but it ran (${told})`);
  if (processed === 'yes' && run === undefined) problem(`it claims to have been processed, but it never ran (${told})`);
  if (NEVER.includes(origin)) problem(`no call of ours fails like that (${told})`);
  const fault = faultOf(record, run, result, failure, excuses);
  if (fault !== undefined) problem(`${fault} (${told})`);
}

/** What is wrong with a failure of this origin; undefined when it is explained. */
function faultOf(
  record: CallRecord,
  run: Run | undefined,
  result: CallResult,
  failure: CallFailure,
  excuses: Excuses,
): string | undefined {
  const { plan, startedMs, endedMs } = record;
  switch (failure.origin) {
    case 'server-status':
      return statusFault(record, run, result);
    case 'deadline': {
      if (plan.timeoutMs === undefined) return 'it had no deadline';
      const lateMs = endedMs - startedMs - plan.timeoutMs;
      if (lateMs < 0) return `its deadline was ${-lateMs} ms ahead`;
      return lateMs <= LATE_MS || excuses.late ? undefined : `its deadline had passed ${lateMs} ms ago`;
    }
    case 'cancelled':
      return record.cancelled ? undefined : 'nobody cancelled it';
    case 'connection': {
      const local = failure.connection?.local;
      const excuse = local?.kind === 'tcp' ? excuses.connection(record.client, local.port) : undefined;
      return excuse === undefined ? 'nothing had been done to its connection' : undefined;
    }
    case 'unprocessed':
      return excuses.faults || excuses.refusals ? undefined : 'nothing kept the server from processing it';
    case 'reset':
      // The server resets what its own end of the deadline ended; the client's deadline is then due as well.
      if (run?.cancel?.kind === 'deadline') return undefined;
      return excuses.faults ? undefined : 'nobody reset it';
    case 'connect':
    case 'resolve':
      return excuses.faults ? undefined : 'every server could be reached';
    default:
      return undefined;
  }
}

function statusFault(record: CallRecord, run: Run | undefined, result: CallResult): string | undefined {
  const { plan } = record;
  if (run?.decided !== undefined) {
    const { code, message } = run.decided;
    if (code !== result.code) return `the handler decided ${code}, the client was told ${result.code}`;
    if (!result.message.includes(message))
      return `the handler said '${message}', the client was told '${result.message}'`;
    return missing(plan.trailers, result.trailers);
  }
  switch (run?.cancel?.kind) {
    case 'deadline':
      return result.code === Status.DEADLINE_EXCEEDED ? undefined : `its deadline became status ${result.code}`;
    case 'shutdown':
      return result.code === Status.UNAVAILABLE ? undefined : `a shutdown became status ${result.code}`;
    case 'status':
      return run.cancel.code === result.code ? undefined : `${run.cancel.code} became status ${result.code}`;
    default:
      return 'no handler decided a status';
  }
}

export function describe({ plan, runs, sent, received, pulled, client }: CallRecord): string {
  const run = runs[0];
  const there =
    run === undefined
      ? 'it never ran'
      : `its handler got ${run.received}${run.halfClosed ? ' and the end' : ''}, sent ${run.sent}, decided ${run.decided?.code ?? 'nothing'}${run.cancel === undefined ? '' : `, was cancelled (${run.cancel.kind})`}`;
  return `client ${client} sent ${sent} of ${plan.request.lengths.length}, asked for ${pulled}, got ${received}; ${there}`;
}

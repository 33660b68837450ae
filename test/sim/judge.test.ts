/** The checkers on made-up cases: what must be said, and what looks alike and must not. */
import { describe, expect, it } from 'vitest';
import type { CallFailure, CallResult } from '#client';
import { Metadata } from '#grpc';
import { type CallPlan, CallRecord, type Excuses, judgeCall, Ledger, Process, Run, WindowWatch, World } from '#sim';
import type { TraceEvent } from '#trace';

const PLAN: CallPlan = {
  id: 1,
  kind: 'server-streaming',
  request: { lengths: [10], pauseMs: 0 },
  response: { lengths: [1, 2], pauseMs: 0 },
  clientReads: { ahead: 1, pauseMs: 0 },
  serverReads: { ahead: 1, pauseMs: 0 },
  endsWithLast: true,
  answers: 'after-half-close',
  thinkMs: 0,
  headersFirst: false,
  code: 0,
  message: '',
  timeoutMs: undefined,
  cancelMs: undefined,
  waitForReady: false,
  compress: false,
  metadata: [],
  responseMetadata: [],
  trailers: [],
};
const HEALTHY: Excuses = { faults: false, refusals: false, connection: () => undefined, late: false };
const OK: CallResult = { code: 0, message: '', trailers: new Metadata(), failure: undefined };
const FAILURE: CallFailure = {
  origin: 'connection',
  culprit: 'unknown',
  connection: {
    id: 1,
    remote: { kind: 'tcp', host: '10.0.2.1', port: 50_051 },
    local: { kind: 'tcp', host: '10.0.1.1', port: 40_000 },
    security: undefined,
    openedMs: 0,
    closedMs: undefined,
    ending: undefined,
    streams: 1,
    recorder: undefined,
  },
  stream: 1,
  ending: undefined,
  processed: 'maybe',
  attempts: 1,
  notRetried: '',
  addresses: [],
};

interface Case {
  readonly plan?: Partial<CallPlan>;
  readonly result?: CallResult | undefined;
  readonly failure?: Partial<CallFailure>;
  readonly code?: number;
  readonly message?: string;
  readonly record?: Partial<Pick<CallRecord, 'sent' | 'received' | 'cancelled' | 'endedMs'>>;
  /** Undefined: the handler never ran. */
  readonly run?: Partial<Pick<Run, 'received' | 'sent' | 'decided' | 'cancel'>> | undefined;
  readonly excuses?: Partial<Excuses>;
}

/** What is said of a call that went well but for what the case changes. */
function said(change: Case): string {
  const world = new World({ seed: 1 });
  const ledger = new Ledger(world);
  const record = new CallRecord({ ...PLAN, ...change.plan }, 1, 0);
  Object.assign(record, { sent: 1, received: 2, endedMs: 50, ...change.record });
  if (!('run' in change) || change.run !== undefined) {
    const run = new Run(record, new Process(world, 'server'), 10);
    record.runs.push(Object.assign(run, { received: 1, sent: 2, decided: { code: 0, message: '' }, ...change.run }));
  }
  const { failure, code = 14, message = '' } = change;
  const failed: CallResult = { code, message, trailers: new Metadata(), failure: { ...FAILURE, ...failure } };
  record.result = 'result' in change ? change.result : failure === undefined ? OK : failed;
  judgeCall(record, ledger, { ...HEALTHY, ...change.excuses });
  return ledger.problems.join('\n');
}

describe('a call that went well', () => {
  it('is not talked about', () => {
    expect(said({})).toBe('');
  });

  it('must have ended', () => {
    expect(said({ result: undefined })).toContain('it has not ended; client 1 sent 1 of 1');
  });

  it('must have all messages of the server', () => {
    expect(said({ record: { received: 1 } })).toContain('it succeeded with 1 of 2 messages');
    expect(said({ run: { sent: 1 } })).toContain('2 messages came back, 1 were sent');
  });

  it('must have run, to a good end', () => {
    expect(said({ run: undefined })).toContain('although the handler decided nothing');
    expect(said({ run: { decided: undefined } })).toContain('although the handler decided nothing');
    expect(said({ run: { decided: { code: 5, message: '' } } })).toContain('although the handler decided 5');
  });

  it('must not invent messages', () => {
    expect(said({ run: { received: 2 } })).toContain('2 messages arrived, 1 were sent');
  });

  it('must bring its trailers', () => {
    expect(said({ plan: { trailers: [['x-a', 'b']] } })).toContain("trailers: x-a is 'null', not 'b'");
  });
});

describe('a call that failed', () => {
  it('by its server must say what the server said', () => {
    const run = { decided: { code: 5, message: 'no such order' } };
    const failure = { origin: 'server-status' } as const;
    expect(said({ failure, code: 5, message: 'no such order', run })).toBe('');
    expect(said({ failure, code: 6, message: 'no such order', run })).toContain('decided 5, the client was told 6');
    expect(said({ failure, code: 5, message: 'other', run })).toContain("said 'no such order'");
    expect(said({ failure, code: 5, run: undefined })).toContain('no handler decided a status');
    const expired = { decided: undefined, cancel: { kind: 'deadline', timeoutMs: 5 } as const };
    expect(said({ failure, code: 4, run: expired })).toBe('');
    expect(said({ failure, code: 14, run: expired })).toContain('its deadline became status 14');
  });

  it('by its deadline must have had one, and end on time', () => {
    const failure = { origin: 'deadline' } as const;
    expect(said({ failure, code: 4 })).toContain('it had no deadline');
    expect(said({ failure, code: 4, plan: { timeoutMs: 49 } })).toBe('');
    expect(said({ failure, code: 4, plan: { timeoutMs: 51 } })).toContain('its deadline was 1 ms ahead');
    expect(said({ failure, code: 4, plan: { timeoutMs: 40 } })).toContain('its deadline had passed 10 ms ago');
    expect(said({ failure, code: 4, plan: { timeoutMs: 40 }, excuses: { late: true } })).toBe('');
  });

  it('because it was cancelled must have been', () => {
    const failure = { origin: 'cancelled' } as const;
    expect(said({ failure, code: 1, record: { cancelled: true } })).toBe('');
    expect(said({ failure, code: 1 })).toContain('nobody cancelled it');
  });

  it('with its connection: something was done to that one', () => {
    expect(said({ failure: {} })).toContain('nothing had been done to its connection');
    const connection = (client: number, port: number): string | undefined =>
      client === 1 && port === 40_000 ? 'cut both' : undefined;
    expect(said({ failure: {}, excuses: { connection } })).toBe('');
    expect(said({ failure: { connection: undefined }, excuses: { connection } })).toContain('nothing had been done');
  });

  it('must not claim that it was not processed when it was, or the other way round', () => {
    const excuses: Partial<Excuses> = { faults: true };
    const failure = { origin: 'unprocessed', processed: 'no' } as const;
    expect(said({ failure, excuses, run: undefined })).toBe('');
    expect(said({ failure, excuses })).toContain('it claims not to have been processed, but it ran');
    const yes = { origin: 'unprocessed', processed: 'yes' } as const;
    expect(said({ failure: yes, excuses, run: undefined })).toContain('it never ran');
  });

  it('in a healthy world had no reason to', () => {
    for (const origin of ['unprocessed', 'reset', 'connect', 'resolve'] as const) {
      expect(said({ failure: { origin } }), origin).not.toBe('');
      expect(said({ failure: { origin }, excuses: { faults: true } }), origin).toBe('');
    }
    for (const origin of ['http-status', 'malformed-response', 'violation', 'limit', 'closed'] as const) {
      expect(said({ failure: { origin }, excuses: { faults: true } }), origin).toContain('fails like that');
    }
  });

  it('cannot have failed with OK', () => {
    const failure = { origin: 'cancelled' } as const;
    expect(said({ failure, code: 0, record: { cancelled: true } })).toContain('it failed with OK');
  });
});

it('no call may run twice', () => {
  const world = new World({ seed: 1 });
  const ledger = new Ledger(world);
  const record = new CallRecord(PLAN, 1, 0);
  for (let count = 0; count < 2; count++) record.runs.push(new Run(record, new Process(world, 'server'), 0));
  record.result = { ...OK, code: 14, failure: { ...FAILURE, origin: 'cancelled' } };
  record.cancelled = true;
  judgeCall(record, ledger, HEALTHY);
  expect(ledger.problems.join()).toContain('it ran 2 times');
});

describe('credit', () => {
  const frame = (type: number, from: 'client' | 'server', connectionWindow: number): TraceEvent => ({
    kind: 'frame',
    connection: 1,
    timeMs: 0,
    packet: 1,
    index: 1,
    from,
    frame: { type, flags: 0, stream: 0, length: 4, increment: 1 } as never,
    streamWindow: undefined,
    connectionWindow,
  });

  it('of half a window may be held back, not more', () => {
    const watch = new WindowWatch();
    watch.event(frame(8, 'client', 1_000_000));
    watch.event(frame(0, 'server', 500_000));
    expect(watch.leak(1)).toBeUndefined();
    watch.event(frame(0, 'server', 499_000));
    expect(watch.leak(1)).toBe('connection 1 rests, and its server may send 499000 octets of at most 1000000');
    watch.event(frame(8, 'client', 1_000_000));
    expect(watch.leak(1)).toBeUndefined();
    expect(watch.leak(2)).toBeUndefined();
  });
});

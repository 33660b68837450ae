import { describe, expect, it } from 'vitest';
import type { CallFailure, ConnectionInfo } from '#client';
import { Status } from '#grpc';
import type { TraceEvent } from '#trace';
import { CallExplanation } from '../../../src/runtime/explain/call-explanation.ts';

const connection: ConnectionInfo = {
  id: 1,
  remote: { kind: 'tcp', host: '10.0.0.1', port: 50_051 },
  local: { kind: 'tcp', host: '10.0.0.9', port: 40_000 },
  security: undefined,
  openedMs: 0,
  closedMs: 3_000,
  ending: { kind: 'peer-closed' },
  streams: 2,
  recorder: undefined,
};

const place = { connection: 1, packet: 0 };
const head = { type: 1, flags: 4, length: 50 };

/** A call on `stream`, with its END_STREAM. */
function request(stream: number, index: number, timeMs: number): TraceEvent[] {
  const fields = [
    { name: ':method', value: 'POST' },
    { name: ':scheme', value: 'http' },
    { name: ':path', value: '/shop.Orders/Get' },
    { name: 'content-type', value: 'application/grpc' },
    { name: 'te', value: 'trailers' },
  ].map((field) => ({ ...field, neverIndexed: false, unknown: 'nothing' as const }));
  return [
    {
      ...place,
      kind: 'frame',
      timeMs,
      index,
      from: 'client',
      frame: {
        ...head,
        kind: 'headers',
        type: 1,
        flags: 5,
        stream,
        bodyOffset: 0,
        bodyLength: 50,
        priority: undefined,
      },
      streamWindow: undefined,
      connectionWindow: undefined,
    },
    {
      ...place,
      kind: 'headers',
      timeMs,
      index,
      from: 'client',
      stream,
      role: 'request',
      fields,
      endStream: true,
      complete: true,
    },
  ];
}

function trace(...streams: number[]): TraceEvent[] {
  const end = { ...place, timeMs: 3_000, kind: 'end', from: 'server', how: 'fin', timeToLive: undefined } as const;
  return [
    {
      ...place,
      kind: 'opened',
      timeMs: 0,
      client: { address: '10.0.0.9', port: 40_000 },
      server: { address: '10.0.0.1', port: 50_051 },
      handshake: 'seen',
      sidesBy: 'syn',
    },
    { ...place, kind: 'established', timeMs: 0 },
    { ...place, kind: 'protocol', timeMs: 0, side: 'client', protocol: 'h2', text: 'PRI * HTTP/2.0' },
    { ...place, kind: 'protocol', timeMs: 0, side: 'server', protocol: 'h2', text: 'SETTINGS' },
    ...streams.flatMap((stream, at) => request(stream, at + 1, 10)),
    { ...end, usualTimeToLive: undefined },
    { ...place, kind: 'closed', timeMs: 3_000, how: 'closed' },
  ];
}

function explained(failure: Partial<CallFailure>, events: TraceEvent[]): CallExplanation {
  const whole: CallFailure = {
    origin: 'connection',
    culprit: 'server',
    connection,
    stream: 1,
    ending: { kind: 'connection', ending: { kind: 'peer-closed' }, by: 'server', sent: true },
    processed: 'maybe',
    attempts: 1,
    notRetried: '',
    addresses: [],
    ...failure,
  };
  return new CallExplanation({ failure: whole, code: Status.UNAVAILABLE, message: 'gone', nowMs: 4_000 }, events);
}

describe('the explanation of a call', () => {
  it('is facts, then what the rules found', () => {
    const explanation = explained({}, trace(1, 3));
    expect(explanation.findings[0]).toMatchObject({ id: 'connection/abrupt-close', culprit: 'server' });
    expect(explanation.text()).toMatch(/^The connection ended under the call/);
    expect(explanation.text()).toContain('connection/abrupt-close');
    expect(explanation.text('zh')).toMatch(/^调用进行中连接结束/);
    expect(explanation.text('zh')).toContain('connection/abrupt-close');
    expect(`${explanation}`).toBe(explanation.text('en'));
    expect(explanation.facts.length).toBeGreaterThan(3);
  });

  it('leaves out what happened to other calls only', () => {
    expect(explained({ stream: 1 }, trace(1, 3)).findings).toHaveLength(1);
    const other = explained({ stream: 5, origin: 'deadline' }, trace(1, 3));
    expect(other.findings).toEqual([]);
    expect(other.text()).not.toContain('abrupt-close');
  });

  it('takes all findings for a call that never got a stream', () => {
    expect(explained({ stream: 0 }, trace(1, 3)).findings.map(({ id }) => id)).toEqual(['connection/abrupt-close']);
  });

  it('is facts alone where nothing was recorded', () => {
    const explanation = explained({ connection: undefined, stream: 0, origin: 'closed', ending: undefined }, []);
    expect(explanation.findings).toEqual([]);
    expect(explanation.text()).toBe(
      'The channel was closed. The server caused it. The server may have processed the call: call again only if doing it twice does no harm.',
    );
    expect(explanation.report).toMatchObject({ connections: [], findings: [], input: { name: 'recorder' } });
  });

  it('is a report for the renderers of calmwire/diagnose', () => {
    const { report } = explained({}, trace(1));
    expect(report.input).toMatchObject({ name: 'connection 1 to 10.0.0.1:50051', durationMs: 3_000 });
    expect(report.connections).toHaveLength(1);
  });
});

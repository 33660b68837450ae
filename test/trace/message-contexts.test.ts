import { describe, expect, it } from 'vitest';
import type { Side } from '#base';
import { MessageContexts, type TraceEvent } from '#trace';
import { clientByPorts } from '../../src/trace/sides.ts';

type Role = Extract<TraceEvent, { kind: 'headers' }>['role'];
const place = { connection: 1, timeMs: 0, packet: 1 } as const;

function headers(from: Side, stream: number, role: Role, fields: Readonly<Record<string, string>>): TraceEvent {
  const list = Object.entries(fields).map(
    ([name, value]) => ({ name, value, neverIndexed: false, unknown: 'nothing' }) as const,
  );
  return { ...place, kind: 'headers', index: 1, from, stream, role, fields: list, endStream: false, complete: true };
}

describe('MessageContexts', () => {
  it('joins what request and answer say, and lets trailers change nothing', () => {
    const contexts = new MessageContexts();
    contexts.event(headers('client', 1, 'request', { ':path': '/a.B/C', 'grpc-encoding': 'gzip' }));
    contexts.event(headers('server', 1, 'response', { 'content-type': 'application/grpc' }));
    contexts.event(headers('server', 1, 'trailers', { 'content-type': 'text/plain' }));
    expect(contexts.of(1, 1)).toEqual({
      path: '/a.B/C',
      contentType: { client: undefined, server: 'application/grpc' },
      encoding: { client: 'gzip', server: undefined },
    });
    expect(contexts.of(2, 1).path).toBeUndefined();
  });

  it('forgets a call whose stream begins anew, the oldest of very many, and all of a closed connection', () => {
    const contexts = new MessageContexts();
    contexts.event(headers('server', 1, 'response', { 'grpc-encoding': 'gzip' }));
    contexts.event(headers('client', 1, 'request', { ':path': '/a.B/New' }));
    expect(contexts.of(1, 1)).toMatchObject({ path: '/a.B/New', encoding: { server: undefined } });
    for (let stream = 3; stream <= 4_097; stream += 2)
      contexts.event(headers('client', stream, 'request', { ':path': '/x' }));
    expect([contexts.of(1, 1).path, contexts.of(1, 3).path]).toEqual([undefined, '/x']);
    contexts.event({ ...place, kind: 'closed', how: 'closed' });
    expect(contexts.of(1, 3).path).toBeUndefined();
  });
});

describe('clientByPorts', () => {
  it.each([
    [40_000, 443, 'a'],
    [443, 40_000, 'b'],
    [50_051, 61_000, 'b'],
    [61_000, 50_051, 'a'],
    [45_000, 44_000, 'a'],
    [80, 8_080, 'b'],
  ] as const)('of %i and %i takes %s', (a, b, client) => {
    const end = (port: number) => ({ address: '10.0.0.1', port });
    expect(clientByPorts({ a: end(a), b: end(b), handshake: 'unseen' })).toBe(client);
  });
});

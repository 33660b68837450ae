import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CallFailure, ConnectionInfo, FailureOrigin } from '#client';
import { Status } from '#grpc';
import { ErrorCode } from '#h2';
import { factsOf } from '../../../src/runtime/explain/facts.ts';

const connection: ConnectionInfo = {
  id: 3,
  remote: { kind: 'tcp', host: '10.0.0.1', port: 50_051 },
  local: { kind: 'tcp', host: '10.0.0.9', port: 40_000 },
  security: undefined,
  openedMs: 1_000,
  closedMs: 13_300,
  ending: { kind: 'peer-closed' },
  streams: 9,
  recorder: undefined,
};

function told(failure: Partial<CallFailure>, message = 'The detail of this side.') {
  const whole: CallFailure = {
    origin: 'connection',
    culprit: 'unknown',
    connection,
    stream: 7,
    ending: { kind: 'connection', ending: { kind: 'peer-closed' }, by: undefined, sent: true },
    processed: 'maybe',
    attempts: 1,
    notRetried: 'It was not retried because the server may have processed it.',
    addresses: [],
    ...failure,
  };
  return { failure: whole, code: Status.UNAVAILABLE, message, nowMs: 20_000 };
}

describe('facts of a failed call', () => {
  it('answer the questions in order', () => {
    expect(factsOf(told({}), 'en')).toEqual([
      'The connection ended under the call: the server, or something on the way to it, closed it (FIN) without GOAWAY.',
      'It was stream 7 of connection 3 to 10.0.0.1:50051, which lived 12.3 s.',
      'Who caused it cannot be told from this side.',
      'The server may have processed the call: call again only if doing it twice does no harm.',
      'It was not retried because the server may have processed it.',
      expect.stringContaining('keepalive.intervalMs'),
    ]);
    expect(factsOf(told({}), 'zh')).toEqual([
      '调用进行中连接结束：服务器或途中的设备关闭了连接（FIN），事先没有发送 GOAWAY。',
      '这是到 10.0.0.1:50051 的连接 3（存在了 12.3 s）上的流 7。',
      '从本端无法判断由谁引起。',
      '服务器可能已经处理了这次调用：只有重复执行无害时才可重试。',
      '没有重试：服务器可能已经处理。',
      expect.stringContaining('keepalive.intervalMs'),
    ]);
  });

  it('say how often it was sent', () => {
    const sentence = factsOf(told({ attempts: 3 }), 'en').find((fact) => fact.includes('3 times'));
    expect(sentence).toBe('It was sent 3 times. It was not retried because the server may have processed it.');
    expect(factsOf(told({ attempts: 3 }), 'zh').join('')).toContain('共发送了 3 次。没有重试');
  });

  it('tell of a connection that still lives, and of a call that waited for a stream', () => {
    const open = told({ connection: { ...connection, closedMs: undefined } });
    expect(factsOf(open, 'en')[1]).toBe('It was stream 7 of connection 3 to 10.0.0.1:50051, open for 19 s.');
    expect(factsOf(told({ stream: 0 }), 'en')[1]).toContain('waited for a stream of connection 3');
  });

  it('let a status speak for itself', () => {
    const status = { ...told({ origin: 'server-status', processed: 'yes' }), code: Status.NOT_FOUND };
    expect(factsOf(status, 'en')).toEqual([
      'The server answered the call with NOT_FOUND.',
      'It was stream 7 of connection 3 to 10.0.0.1:50051, which lived 12.3 s.',
    ]);
  });

  it('name each address that could not be reached', () => {
    const faults = [
      { address: { kind: 'tcp', host: '::1', port: 1 }, fault: { kind: 'refused', code: 'ECONNREFUSED', text: '' } },
      { address: { kind: 'unix', path: '/x.sock' }, fault: { kind: 'no-such-socket', code: '', text: '' } },
    ] as const;
    const failure = told({ origin: 'connect', connection: undefined, stream: 0, addresses: faults, processed: 'no' });
    expect(factsOf(failure, 'en')[0]).toBe(
      'No connection could be made: [::1]:1: nobody listens there, or a firewall says so (ECONNREFUSED); unix:/x.sock: there is no such socket.',
    );
    expect(factsOf(failure, 'en').join(' ')).not.toContain('It was stream');
    expect(factsOf(failure, 'zh')[0]).toContain(
      '[::1]:1：没有程序在该地址监听，或被防火墙拒绝（ECONNREFUSED）；unix:/x.sock',
    );
  });

  it('say which reset, which rule, which GOAWAY', () => {
    const farewell = { lastStream: 5, errorCode: ErrorCode.ENHANCE_YOUR_CALM, debugData: 'too_many_pings' };
    const reset = { kind: 'reset', by: 'peer', errorCode: ErrorCode.NO_ERROR, violation: undefined } as const;
    const violation = { rule: 'data/no-headers', by: 'server', stream: 7, detail: 'DATA first' } as never;
    const cases: [Partial<CallFailure>, string][] = [
      [{ origin: 'reset', ending: reset }, 'RST_STREAM NO_ERROR'],
      [{ origin: 'violation', ending: { ...reset, by: 'local', violation } }, 'data/no-headers'],
      [{ origin: 'unprocessed', ending: { kind: 'unprocessed', farewell } }, 'ENHANCE_YOUR_CALM "too_many_pings"'],
      [{ origin: 'unprocessed', ending: { ...reset, errorCode: ErrorCode.REFUSED_STREAM } }, 'REFUSED_STREAM'],
    ];
    for (const [failure, part] of cases) {
      expect(factsOf(told(failure), 'en')[0]).toContain(part);
      expect(factsOf(told(failure), 'zh')[0]).toContain(part);
    }
  });

  it('say how a connection ended, in every way', () => {
    const farewell = { lastStream: 5, errorCode: ErrorCode.NO_ERROR, debugData: 'bye\u0007' };
    const violation = { rule: 'ping/length', by: 'server', stream: 0, detail: '7 octets' } as never;
    const endings = [
      [{ kind: 'goaway', farewell }, 'NO_ERROR "bye."'],
      [{ kind: 'violation', violation }, 'ping/length'],
      [{ kind: 'transport', code: 'ECONNRESET', text: 'The peer tore it down.' }, 'ECONNRESET'],
      [{ kind: 'transport', code: '', text: 'The peer tore it down.' }, 'tore it down'],
      [{ kind: 'silent', what: 'ping', afterMs: 20_000 }, '20 s'],
      [{ kind: 'local', reason: 'max-age' }, 'max-age'],
    ] as const;
    for (const [ending, part] of endings) {
      const failure = told({ ending: { kind: 'connection', ending, by: undefined, sent: true } });
      expect(factsOf(failure, 'en')[0]).toContain(part);
      expect(factsOf(failure, 'zh')[0]).toContain(part);
    }
  });

  it('are sentences for every origin, in both languages', () => {
    const origins: Record<FailureOrigin, true> = {
      'server-status': true,
      'http-status': true,
      'malformed-response': true,
      reset: true,
      violation: true,
      unprocessed: true,
      connection: true,
      connect: true,
      resolve: true,
      deadline: true,
      cancelled: true,
      limit: true,
      closed: true,
    };
    for (const origin of Object.keys(origins) as FailureOrigin[]) {
      for (const place of [connection, undefined]) {
        const failure = told({ origin, connection: place });
        for (const fact of factsOf(failure, 'en')) expect(fact, origin).toMatch(/^[A-Z].*\.$/s);
        for (const fact of factsOf(failure, 'zh')) expect(fact, origin).toMatch(/[。.]$/);
      }
    }
  });

  it('know every reason of the client core in Chinese', () => {
    const folder = new URL('../../../src/client', import.meta.url).pathname;
    const sources = readdirSync(folder).filter((name) => name.endsWith('.ts'));
    const text = sources.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
    const reasons = [...text.matchAll(/['`](It (?:was not retried|did not wait)[^'`]*)['`]/g)].map(
      ([, reason]) => reason,
    );
    expect(reasons.length).toBeGreaterThan(5);
    for (const notRetried of reasons) {
      const facts = factsOf(told({ notRetried: notRetried! }), 'zh').join('');
      expect(facts, notRetried).not.toContain(notRetried);
    }
  });
});

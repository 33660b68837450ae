/** Failures as sentences. */
import { describe, expect, it } from 'vitest';
import { type CallFailure, type ChannelEvent, type ConnectionInfo, channelEventText } from '#client';
import { type ConnectionEnding, ErrorCode, type LocalReason } from '#h2';
import {
  addressesText,
  connectionText,
  culpritOf,
  durationText,
  endingText,
  failureText,
  printable,
  resetText,
  withCode,
} from '../../src/client/failure-text.ts';

const connection: ConnectionInfo = {
  id: 3,
  remote: { kind: 'tcp', host: '::1', port: 50_051 },
  local: { kind: 'tcp', host: '::1', port: 40_000 },
  security: undefined,
  openedMs: 1_000,
  closedMs: undefined,
  ending: undefined,
  streams: 7,
  recorder: undefined,
};
const farewell = { lastStream: 5, errorCode: ErrorCode.ENHANCE_YOUR_CALM, debugData: 'too_many_pings' };
const reasons: readonly LocalReason[] = [
  'shutdown',
  'max-age',
  'max-age-grace',
  'idle',
  'drained',
  'too-many-pings',
  'replaced',
  'ids-used-up',
  'cancelled',
];
const silences = ['settings', 'settings-ack', 'ping', 'preface', 'progress'] as const;
const endings: readonly ConnectionEnding[] = [
  { kind: 'goaway', farewell },
  { kind: 'goaway', farewell: { ...farewell, errorCode: 0, debugData: '' } },
  { kind: 'violation', violation: { rule: 'window/overrun', by: 'server', stream: 0, detail: '9 octets too many' } },
  { kind: 'peer-closed' },
  { kind: 'transport', code: 'ECONNRESET', text: 'The connection was reset by [::1]:50051.' },
  ...silences.map((what) => ({ kind: 'silent', what, afterMs: 20_000 }) as const),
  ...reasons.map((reason) => ({ kind: 'local', reason }) as const),
];

describe('endings', () => {
  it.each(endings)('%j is a clause in plain words', (ending) => {
    const clause = endingText(ending);
    expect(clause).toMatch(/^(the|nothing) [a-z].*[^.]$/);
    expect(clause).not.toMatch(/undefined|Connection dropped|^read E|RST_STREAM with code/);
  });

  it('say what was said, and who it was', () => {
    expect(endings.slice(0, 5).map(endingText)).toEqual([
      'the server ended the connection with GOAWAY ENHANCE_YOUR_CALM "too_many_pings"',
      'the server said GOAWAY NO_ERROR and then closed the connection while calls were open',
      'the server broke a rule of HTTP/2 (window/overrun: 9 octets too many), so the connection was ended with GOAWAY FLOW_CONTROL_ERROR',
      'the server, or something on the way to it, closed the connection (FIN) without saying GOAWAY',
      'the transport of the connection failed: The connection was reset by [::1]:50051 (ECONNRESET)',
    ]);
    expect(endings.slice(0, 6).map(culpritOf)).toEqual(['server', 'server', 'server', 'unknown', 'network', 'unknown']);
  });
});

describe('a failure', () => {
  const failure: CallFailure = {
    origin: 'reset',
    culprit: 'server',
    connection,
    stream: 5,
    ending: undefined,
    processed: 'maybe',
    attempts: 2,
    notRetried: 'It was not retried because its response had begun.',
    addresses: [],
  };

  it('tells what, where, whether it is safe, and why it was not retried', () => {
    expect(failureText(failure, resetText(ErrorCode.INTERNAL_ERROR), 13_300)).toBe(
      "The server, or a proxy in front of it, reset the call's stream with RST_STREAM INTERNAL_ERROR (code 2) before the " +
        'response was complete. The call was stream 5 of connection 3 to [::1]:50051, open for 12.3 s. This was attempt 2. ' +
        'The server may have processed the call: call again only if doing it twice does no harm. ' +
        'It was not retried because its response had begun.',
    );
  });

  it('does not say the same twice, nor anything to those who know', () => {
    const maybe = { ...failure, notRetried: 'It was not retried because the server may have processed it.' };
    expect(failureText(maybe, 'X.', 2_000).match(/may have processed/g)).toHaveLength(1);
    expect(failureText({ ...failure, origin: 'cancelled' }, 'enough', 2_000)).toBe('enough');
    const unconnected = { ...failure, connection: undefined, processed: 'no', notRetried: '' } as const;
    expect(failureText(unconnected, 'X.', 0)).toBe('X. The server did not process the call: calling again is safe.');
  });

  it('RST_STREAM 0 is explained', () => {
    expect(resetText(ErrorCode.NO_ERROR)).toContain('a proxy has dropped the end of its response');
  });
});

describe('pieces', () => {
  it('durations', () => {
    expect([-1, 0, 0.4, 31.4, 999, 1_000, 12_345, 60_000, 310_000, 7_200_000].map(durationText)).toEqual([
      '0 ms',
      '0 ms',
      '0 ms',
      '31 ms',
      '999 ms',
      '1 s',
      '12.3 s',
      '1 min',
      '5 min 10 s',
      '120 min',
    ]);
  });

  it('connections, living and gone', () => {
    expect(connectionText(connection, 1_500)).toBe('connection 3 to [::1]:50051, open for 500 ms');
    expect(connectionText({ ...connection, closedMs: 1_200 }, 9_000)).toBe(
      'connection 3 to [::1]:50051, which lived 200 ms',
    );
  });

  it('a text of the peer is printable and short', () => {
    expect(printable('a\n\u0000b\u001b[31m')).toBe('a.b.[31m');
    expect(printable('x'.repeat(500)).length).toBeLessThan(130);
  });

  it("the system's name follows ours once", () => {
    expect(withCode('It refused.', 'ECONNREFUSED')).toBe('It refused (ECONNREFUSED)');
    expect(withCode('It said ECONNREFUSED', 'ECONNREFUSED')).toBe('It said ECONNREFUSED');
    expect(withCode('It refused.', '')).toBe('It refused');
  });

  it('of many addresses five are told', () => {
    const faults = Array.from({ length: 7 }, (_, at) => ({
      address: { kind: 'tcp', host: `10.0.0.${at}`, port: 1 } as const,
      fault: { kind: 'refused', code: '', text: `no ${at}` } as const,
    }));
    expect(addressesText(faults)).toBe(
      '10.0.0.0:1: no 0; 10.0.0.1:1: no 1; 10.0.0.2:1: no 2; 10.0.0.3:1: no 3; 10.0.0.4:1: no 4; and 2 more',
    );
    expect(addressesText([])).toBe('');
  });

  it('events', () => {
    const events: readonly ChannelEvent[] = [
      { kind: 'connected', connection },
      { kind: 'draining', connection, farewell, calls: 2 },
      { kind: 'draining', connection, farewell: undefined, calls: 2 },
      { kind: 'closed', connection, ending: { kind: 'peer-closed' } },
      { kind: 'connect-failed', text: 'No connection could be made.', pauseMs: 1_600 },
      { kind: 'keepalive-slowed', intervalMs: 20_000, withoutCalls: false },
    ];
    expect(events.map((event) => channelEventText(event, 2_000))).toEqual([
      'Connection 3 to [::1]:50051, open for 1 s.',
      'Connection 3 to [::1]:50051, open for 1 s, was left after GOAWAY "too_many_pings"; 2 calls go on.',
      'Connection 3 to [::1]:50051, open for 1 s, was left; 2 calls go on.',
      'Connection 3 to [::1]:50051, open for 1 s: the server, or something on the way to it, closed the connection (FIN) without saying GOAWAY.',
      'No connection could be made. The next attempt is in 1.6 s.',
      'The server counts PINGs as too many: keepalive waits 20 s from now on, and only while calls are open.',
    ]);
  });
});

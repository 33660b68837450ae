import { describe, expect, it } from 'vitest';
import type { Frame, HeaderField, HeadersRole } from '#h2';
import type { TraceEvent } from '#trace';
import { FrameLog } from '../../../src/cli/frames/frame-log.ts';

const at = { connection: 1, timeMs: 12.5, packet: 4 };

function field(name: string, value: string): HeaderField {
  return { name, value, neverIndexed: false, unknown: 'nothing' };
}

let index = 0;
function frame(
  frame: Frame,
  from: 'client' | 'server' = 'client',
  windows: readonly (number | undefined)[] = [],
): TraceEvent {
  index++;
  return { kind: 'frame', ...at, index, from, frame, streamWindow: windows[0], connectionWindow: windows[1] };
}

function headers(role: HeadersRole, ...fields: HeaderField[]): TraceEvent {
  const from = role === 'request' ? 'client' : 'server';
  return { kind: 'headers', ...at, index, from, stream: 1, role, fields, endStream: false, complete: true };
}

/** The lines that come of some events, without the heading. */
function log(events: readonly TraceEvent[], options: { headers?: boolean; limit?: number } = {}): string[] {
  let text = '';
  const frames = new FrameLog(
    (part) => {
      text += part;
    },
    options.headers ?? false,
    options.limit ?? Number.POSITIVE_INFINITY,
  );
  for (const event of events) frames.event(event);
  frames.flush();
  return text.split('\n').slice(0, -1);
}

/** What stands behind the fixed columns. */
function detail(...events: readonly TraceEvent[]): string {
  return log(events)[0]!.slice(67);
}

const head = (type: number, stream: number, length: number, flags = 0) => ({ type, stream, length, flags });
const body = { bodyOffset: 0, bodyLength: 0 };

describe('the frame log', () => {
  it('prints one line a frame in fixed columns', () => {
    index = 0;
    const lines = log([
      {
        kind: 'opened',
        ...at,
        timeMs: 0,
        packet: 1,
        client: { address: '10.0.0.1', port: 40_000 },
        server: { address: '::1', port: 50_051 },
        handshake: 'seen',
        sidesBy: 'syn',
      },
      frame({
        kind: 'settings',
        ...head(4, 0, 12),
        settings: [
          { id: 3, value: 100 },
          { id: 0xfe03, value: 1 },
        ],
      }),
      frame({ kind: 'headers', ...head(1, 1, 45, 0x4), ...body, priority: undefined }),
      headers('request', field(':method', 'POST'), field(':path', '/pkg.Svc/Get'), field('grpc-timeout', '1S')),
      frame({ kind: 'data', ...head(0, 1, 105, 0x1), ...body }, 'client', [65_430, 65_430]),
      { kind: 'message', ...at, index: 3, from: 'client', stream: 1, compressed: false, length: 100, received: 100 },
      {
        kind: 'end',
        ...at,
        timeMs: 1_234_567.891,
        packet: 99,
        from: 'server',
        how: 'fin',
        timeToLive: undefined,
        usualTimeToLive: undefined,
      },
    ]);
    expect(lines).toEqual([
      '      -     0.000000       1    1 -- OPEN               -       -  -  10.0.0.1:40000 -> [::1]:50051',
      '      1     0.012500       4    1 -> SETTINGS           0      12  -  MAX_CONCURRENT_STREAMS=100 UNKNOWN(0xfe03)=1',
      '      2     0.012500       4    1 -> HEADERS            1      45  END_HEADERS  request POST /pkg.Svc/Get grpc-timeout=1S',
      '      3     0.012500       4    1 -> DATA               1     105  END_STREAM  stream window 65430, connection window 65430  message 100',
      '      -  1234.567891      99    1 <- FIN                -       -  -',
    ]);
  });

  it('has a heading whose columns stand over the values', () => {
    let text = '';
    const frames = new FrameLog(
      (part) => {
        text += part;
      },
      false,
      1,
    );
    frames.begin();
    frames.event(frame({ kind: 'ping', ...head(6, 0, 8), payload: '0000000000000000' }));
    frames.flush();
    const [heading, line] = text.split('\n');
    expect(heading!.indexOf('flags')).toBe(line!.indexOf('-  0000'));
    expect(heading!.trim().split(/\s+/)).toHaveLength(10);
  });

  it('says what a frame holds', () => {
    const settingsAck = frame({ kind: 'settings', ...head(4, 0, 0, 1), settings: [] });
    expect(detail(settingsAck)).toBe('ACK');
    expect(detail(frame({ kind: 'ping', ...head(6, 0, 8, 1), payload: '02041010090e0707' }))).toBe(
      'ACK  02041010090e0707',
    );
    expect(detail(frame({ kind: 'rst-stream', ...head(3, 7, 4), errorCode: 8 }))).toBe('-  CANCEL(0x8)');
    expect(detail(frame({ kind: 'rst-stream', ...head(3, 7, 4), errorCode: 0x1f }))).toBe('-  UNKNOWN(0x1f)');
    const goaway = { kind: 'goaway', ...head(7, 0, 22), lastStream: 1, errorCode: 11 } as const;
    expect(detail(frame({ ...goaway, debugData: 'too_many_pings' }))).toBe(
      '-  last=1 ENHANCE_YOUR_CALM(0xb) "too_many_pings"',
    );
    expect(detail(frame({ ...goaway, debugData: '' }))).toBe('-  last=1 ENHANCE_YOUR_CALM(0xb)');
    const update = { kind: 'window-update', ...head(8, 0, 4), increment: 65_535 } as const;
    expect(detail(frame(update, 'server', [undefined, 131_070]))).toBe('-  +65535 connection window 131070');
    expect(detail(frame(update, 'server'))).toBe('-  +65535');
    const priority = { exclusive: true, dependsOn: 3, weight: 16 };
    expect(detail(frame({ kind: 'priority', ...head(2, 5, 5), priority }))).toBe(
      '-  depends on 3 exclusively, weight 16',
    );
    expect(detail(frame({ kind: 'headers', ...head(1, 5, 9, 0x21), ...body, priority }))).toContain(
      'PRIORITY  depends on 3',
    );
    expect(detail(frame({ kind: 'push-promise', ...head(5, 1, 9), ...body, promisedStream: 2 }))).toBe('-  promised=2');
    expect(detail(frame({ kind: 'continuation', ...head(9, 1, 9), ...body }))).toBe('-');
    expect(detail(frame({ kind: 'broken', ...head(6, 0, 7), reason: 'malformed' }))).toBe('-  malformed');
    expect(log([frame({ kind: 'extension', ...head(0x4d, 0, 3), ...body })])[0]).toContain(
      ' UNKNOWN(0x4d)      0       3  -',
    );
  });

  it('shortens header blocks to what tells calls apart', () => {
    const carrier = () => frame({ kind: 'headers', ...head(1, 1, 9, 0x5), ...body, priority: undefined });
    const block = (event: (frameIndex: number) => TraceEvent) => {
      const first = carrier();
      return detail(first, event(index)).replace('END_STREAM|END_HEADERS  ', '');
    };
    const of = (role: HeadersRole, ...fields: HeaderField[]) => block(() => headers(role, ...fields));
    expect(of('response', field(':status', '200'), field('content-type', 'application/grpc+proto'))).toBe(
      'response :status=200',
    );
    expect(of('response', field(':status', '502'), field('content-type', 'text/html'))).toBe(
      'response :status=502 content-type=text/html',
    );
    expect(of('trailers', field('grpc-status', '14'), field('grpc-message', 'no%20way %e4%b8%ad%1b'))).toBe(
      'trailers grpc-status=14 UNAVAILABLE "no way \u4e2d\\x1b"',
    );
    expect(of('trailers', field('grpc-status', '\x1b[31m'), field('grpc-message', ''))).toBe(
      'trailers grpc-status=\\x1b[31m',
    );
    expect(of('request', field(':method', 'GET'))).toBe('request GET ?');
    expect(of('unknown', { name: '', value: '/x', neverIndexed: false, unknown: 'name' })).toBe('header block');
    expect(block(() => ({ ...headers('unknown'), complete: false }) as TraceEvent)).toBe(
      'header block (not all fields could be decoded)',
    );
  });

  it('lists all fields on request, under their frame', () => {
    const fields = [field('x', 'caf\xc3\xa9'), { name: '', value: 'v', neverIndexed: false, unknown: 'name' }] as const;
    const gone: HeaderField = { name: '', value: '', neverIndexed: false, unknown: 'field' };
    const first = frame({ kind: 'headers', ...head(1, 1, 9, 0x5), ...body, priority: undefined });
    const lines = log([first, headers('request', ...fields, gone)], { headers: true });
    expect(lines.slice(1).map((line) => line.trim())).toEqual(['x: caf\u00e9', '?: v', '?: ?']);
  });

  it('counts messages, cut ones too', () => {
    const message = {
      kind: 'message',
      ...at,
      from: 'client',
      stream: 1,
      compressed: true,
      length: 9,
      received: 4,
    } as const;
    const data = frame({ kind: 'data', ...head(0, 1, 14), ...body });
    const whole = { ...message, index, compressed: false, received: 9 };
    expect(detail(data, whole, { ...message, index })).toBe('-  message 9  compressed message cut short at 4 of 9');
  });

  it('tells what happens beside the frames', () => {
    const line = (event: TraceEvent) => log([event])[0]?.slice(34).replace(/ +/g, ' ');
    const end = { kind: 'end', ...at, from: 'server', timeToLive: undefined, usualTimeToLive: undefined } as const;
    expect(line({ ...end, how: 'rst' })).toBe('<- RST - - -');
    expect(line({ ...end, how: 'rst', timeToLive: 64, usualTimeToLive: 63 })).toBe('<- RST - - - TTL 64, usually 63');
    expect(line({ kind: 'lost', ...at, from: 'client', length: 5, why: 'capture' })).toBe(
      '-> LOST - - - 5 bytes not captured',
    );
    expect(line({ kind: 'lost', ...at, from: 'client', length: 5, why: 'resync' })).toContain('passed over');
    expect(line({ kind: 'segment', ...at, from: 'client', note: 'zero-window' })).toBe('-> TCP - - - zero-window');
    expect(line({ kind: 'clock', ...at, leapPacket: 9, byMs: -12_345, proof: 'hosts' })).toBe(
      '-- CLOCK - - - the clock of the capture goes 12.345 s back at packet 9 (mended by the TCP time stamps)',
    );
    expect(line({ kind: 'established', ...at })).toBe('-- ESTABLISHED - - -');
    expect(line({ kind: 'closed', ...at, how: 'evicted' })).toContain('EVICTED');
    expect(line({ kind: 'closed', ...at, how: 'closed' })).toBeUndefined();
    const protocol = { kind: 'protocol', ...at, side: 'server', text: 'HTTP/1.1 400' } as const;
    expect(line({ ...protocol, protocol: 'http/1' })).toBe('<- PROTOCOL - - - http/1 "HTTP/1.1 400"');
    expect(line({ ...protocol, protocol: 'h2' })).toBeUndefined();
    const violation = { kind: 'violation', ...at, index: 9, by: 'client', rule: 'frame/too-large', stream: 3 } as const;
    expect(log([{ ...violation, detail: 'too long' }])[0]).toMatch(
      /^ +9 .*-> VIOLATION +3 +- {2}- {2}frame\/too-large: too long$/,
    );
  });

  it('stops at the limit, with the last frame whole', () => {
    const first = frame({ kind: 'headers', ...head(1, 1, 9, 0x4), ...body, priority: undefined });
    const block = headers('request', field(':method', 'GET'), field(':path', '/'));
    const lines = log([first, block, frame({ kind: 'continuation', ...head(9, 1, 9), ...body })], { limit: 1 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('GET /');
  });
});

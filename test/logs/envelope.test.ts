/** One error in the forms in which loggers and runtimes write it: the same reading, with its time. */
import { describe, expect, it } from 'vitest';
import { diagnose } from './support.ts';

const WORDS = 'rpc error: code = Unavailable desc = keepalive ping failed to receive ACK within timeout';
const AT = Date.UTC(2026, 10, 21, 13, 26, 42, 287);
const ESC = '\u001b';

describe.each([
  ['plain', `2026-11-21T13:26:42.287Z ${WORDS}`, AT],
  ['zap console', `2026-11-21T13:26:42.287+0000\tERROR\tcall.go:12\t${WORDS}`, AT],
  ['zap JSON', JSON.stringify({ level: 'error', ts: AT / 1000, msg: 'call failed', error: WORDS }), AT],
  ['pino', JSON.stringify({ level: 50, time: AT, msg: 'failed', err: { type: 'Error', message: WORDS } }), AT],
  ['winston', JSON.stringify({ timestamp: '2026-11-21T13:26:42.287Z', level: 'error', message: WORDS }), AT],
  ['logrus', `time="2026-11-21T13:26:42.287Z" level=error msg="call failed" error="${WORDS}"`, AT],
  ['log4j', `2026-11-21 13:26:42,287 [main] ERROR c.e.Orders - ${WORDS}`, AT],
  ['logback with zone', `2026-11-21T21:26:42.287+08:00 ERROR 1 --- [main] c.e.Orders : ${WORDS}`, AT],
  ['CRI', `2026-11-21T13:26:42.287000000Z stderr F ${WORDS}`, AT],
  ['docker', JSON.stringify({ log: `${WORDS}\n`, stream: 'stderr', time: '2026-11-21T13:26:42.287Z' }), AT],
  [
    'docker around JSON',
    JSON.stringify({ log: `${JSON.stringify({ msg: WORDS })}\n`, stream: 'stderr', time: '2026-11-21T13:26:42.287Z' }),
    AT,
  ],
  ['colours', `${ESC}[31m2026-11-21T13:26:42.287Z${ESC}[0m ${ESC}[1mrpc error:${ESC}[0m${WORDS.slice(10)}`, AT],
  ['Go log', `2026/11/21 13:26:42.287 ${WORDS}`, AT],
  ['klog', `E1121 13:26:42.287000       1 call.go:12] ${WORDS}`, Date.UTC(2000, 10, 21, 13, 26, 42, 287)],
  ['absl', `E0000 00:00:1795267602.287000    2288 call.cc:12] ${WORDS}`, 1_795_267_602_287],
  ['syslog', `Nov 21 13:26:42 host orders[12]: ${WORDS}`, Date.UTC(2000, 10, 21, 13, 26, 42)],
  ['HAProxy', `[21/Nov/2026:13:26:42.287] ${WORDS}`, AT],
  ['CRLF', `2026-11-21T13:26:42.287Z ${WORDS}\r`, AT],
  ['no time', WORDS, undefined],
])('%s', (_, line, startMs) => {
  it('is read', () => {
    const log = diagnose(`${line}\n`);
    expect(log.findings().map(({ id }) => id)).toEqual(['keepalive/unanswered-ping']);
    expect(log.facts.startMs).toBe(startMs);
  });
});

it('java.util.logging writes its time in a line before', () => {
  const text =
    'Nov 21, 2026 1:26:42 PM io.grpc.netty.NettyClientHandler$3 onGoAwayReceived\nWARNING: Received GOAWAY with ENHANCE_YOUR_CALM. Debug data: too_many_pings\n';
  const log = diagnose(text);
  expect(log.facts.startMs).toBe(Date.UTC(2026, 10, 21, 13, 26, 42));
  expect(log.findings()[0]?.log?.firstMs).toBe(0);
});

it('an exception of many lines counts once, with the line that tells most', () => {
  const text = `2026-11-21 13:26:42,287 ERROR call failed
io.grpc.StatusRuntimeException: UNAVAILABLE: io exception
\tat io.grpc.stub.ClientCalls.toStatusRuntimeException(ClientCalls.java:268)
Caused by: io.grpc.netty.shaded.io.netty.channel.AbstractChannel$AnnotatedConnectException: finishConnect(..) failed: Connection refused: orders/10.0.0.9:50051
Caused by: java.net.ConnectException: finishConnect(..) failed: Connection refused
\tat io.netty.channel.unix.Errors.newConnectException0(Errors.java:166)
2026-11-21 13:26:43,000 INFO next
`;
  const found = diagnose(text).findings();
  expect(found.map(({ id, log }) => [id, log?.lines])).toEqual([['connection/refused', 1]]);
  expect(found[0]?.params.peer).toBe('orders/10.0.0.9:50051');
});

it('UTF-16 with a byte order mark is read, in any pieces', () => {
  const little = Buffer.from(`\ufeff${WORDS}\r\n`, 'utf16le');
  const big = Buffer.from(little).swap16();
  for (const bytes of [little, big]) {
    for (const size of [1, 3, 1000]) expect(diagnose(bytes, size).facts.known, `${size}`).toBe(1);
  }
});

it('octets that are no UTF-8 do no harm', () => {
  const bytes = Buffer.concat([
    Buffer.from([0xff, 0x80, 0xc3, 0x28]),
    Buffer.from(` ${WORDS} `),
    Buffer.from([0xe4, 0xfc]),
  ]);
  expect(diagnose(bytes).facts.known).toBe(1);
});

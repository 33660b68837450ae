/** Any trace event, for properties of the trace file. */
import fc from 'fast-check';
import type { Side } from '#base';
import { type Frame, type HeaderField, type RuleId, rules } from '#h2';
import type { TlsNews, TraceEvent } from '#trace';

const count = fc.nat();
const side = fc.constantFrom<Side>('client', 'server');
/** Header octets and debug data: one character an octet. */
const octets = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
const maybeWindow = fc.option(fc.integer(), { nil: undefined });

const head = { flags: fc.nat(255), stream: count, length: fc.nat(0xffffff) };
const body = { bodyOffset: fc.nat(260), bodyLength: fc.nat(0xffffff) };
const priority = fc.record({ exclusive: fc.boolean(), dependsOn: count, weight: fc.integer({ min: 1, max: 256 }) });
const kind = <K extends Frame['kind']>(name: K) => fc.constant(name);

const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ kind: kind('data'), type: fc.constant(0), ...head, ...body }),
  fc.record({
    kind: kind('headers'),
    type: fc.constant(1),
    ...head,
    ...body,
    priority: fc.option(priority, { nil: undefined }),
  }),
  fc.record({ kind: kind('priority'), type: fc.constant(2), ...head, priority }),
  fc.record({ kind: kind('rst-stream'), type: fc.constant(3), ...head, errorCode: count }),
  fc.record({
    kind: kind('settings'),
    type: fc.constant(4),
    ...head,
    settings: fc.array(fc.record({ id: fc.nat(0xffff), value: count })),
  }),
  fc.record({ kind: kind('push-promise'), type: fc.constant(5), ...head, ...body, promisedStream: count }),
  fc.record({ kind: kind('ping'), type: fc.constant(6), ...head, payload: fc.constant('00000000000000aa') }),
  fc.record({
    kind: kind('goaway'),
    type: fc.constant(7),
    ...head,
    lastStream: count,
    errorCode: count,
    debugData: octets,
  }),
  fc.record({ kind: kind('window-update'), type: fc.constant(8), ...head, increment: count }),
  fc.record({ kind: kind('continuation'), type: fc.constant(9), ...head, ...body }),
  fc.record({ kind: kind('extension'), type: fc.integer({ min: 10, max: 255 }), ...head, ...body }),
  fc.record({
    kind: kind('broken'),
    type: fc.nat(255),
    ...head,
    reason: fc.constantFrom('malformed' as const, 'incomplete' as const, 'too-long' as const),
  }),
);

const field: fc.Arbitrary<HeaderField> = fc.record({
  name: octets,
  value: octets,
  neverIndexed: fc.boolean(),
  unknown: fc.constantFrom('nothing' as const, 'name' as const, 'field' as const),
});

const base = { connection: count, timeMs: fc.double({ min: 0, max: 1e12, noNaN: true }), packet: count };
const endpoint = fc.record({ address: fc.constantFrom('10.0.0.1', '::1'), port: fc.nat(65_535) });
const timeToLive = fc.option(fc.nat(255), { nil: undefined });

const maybeText = fc.option(octets, { nil: undefined });
const maybeCount = fc.option(count, { nil: undefined });
const step = <S extends TlsNews['step']>(name: S) => fc.constant(name);

const tlsNews: fc.Arbitrary<TlsNews> = fc.oneof(
  fc.record({
    step: step('client-hello'),
    serverName: maybeText,
    alpn: fc.array(octets, { maxLength: 3 }),
    version: octets,
    resumes: fc.boolean(),
    earlyData: fc.boolean(),
    library: maybeText,
  }),
  fc.record({
    step: step('server-hello'),
    retry: fc.boolean(),
    version: octets,
    cipher: octets,
    alpn: maybeText,
    resumed: fc.boolean(),
  }),
  fc.record({ step: step('extensions'), alpn: maybeText, earlyData: fc.boolean() }),
  fc.record({ step: step('certificate-request') }),
  fc.record({ step: step('certificate'), empty: fc.boolean() }),
  fc.record({ step: step('finished') }),
  fc.record({ step: step('key-update') }),
  fc.record({
    step: step('alert'),
    fatal: fc.boolean(),
    code: fc.option(fc.nat(255), { nil: undefined }),
    name: octets,
    inHandshake: fc.boolean(),
  }),
  fc.record({ step: step('content'), outcome: fc.constantFrom('decrypted' as const, 'no-keys' as const) }),
  fc.record({
    step: step('traffic'),
    records: count,
    bytes: count,
    silenceMs: maybeCount,
    pings: maybeCount,
    pingIntervalMs: maybeCount,
    goawaySized: fc.option(fc.boolean(), { nil: undefined }),
  }),
);

export const traceEvent: fc.Arbitrary<TraceEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('opened' as const),
    ...base,
    client: endpoint,
    server: endpoint,
    handshake: fc.constantFrom('seen' as const, 'partial' as const, 'unseen' as const),
    sidesBy: fc.constantFrom('syn' as const, 'preface' as const, 'frames' as const, 'ports' as const),
    initial: maybeCount,
  }),
  fc.record({ kind: fc.constant('established' as const), ...base }),
  fc.record({
    kind: fc.constant('protocol' as const),
    ...base,
    side,
    protocol: fc.constantFrom(
      'h2' as const,
      'h2-upgrade' as const,
      'http/1' as const,
      'tls' as const,
      'other' as const,
    ),
    text: octets,
  }),
  fc.record({
    kind: fc.constant('frame' as const),
    ...base,
    index: count,
    from: side,
    frame,
    streamWindow: maybeWindow,
    connectionWindow: maybeWindow,
  }),
  fc.record({
    kind: fc.constant('headers' as const),
    ...base,
    index: count,
    from: side,
    stream: count,
    role: fc.constantFrom('request' as const, 'response' as const, 'trailers' as const, 'unknown' as const),
    fields: fc.array(field),
    endStream: fc.boolean(),
    complete: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('message' as const),
    ...base,
    index: count,
    from: side,
    stream: count,
    compressed: fc.boolean(),
    length: fc.nat(0xffffffff),
    received: count,
  }),
  fc.record({
    kind: fc.constant('violation' as const),
    ...base,
    index: count,
    by: side,
    rule: fc.constantFrom(...(Object.keys(rules) as RuleId[])),
    stream: count,
    detail: octets,
  }),
  fc.record({
    kind: fc.constant('lost' as const),
    ...base,
    from: side,
    length: count,
    why: fc.constantFrom('capture' as const, 'resync' as const, 'encrypted' as const),
  }),
  fc.record({
    kind: fc.constant('segment' as const),
    ...base,
    from: side,
    note: fc.constantFrom('retransmission' as const, 'keepalive' as const, 'zero-window' as const),
  }),
  fc.record({
    kind: fc.constant('clock' as const),
    ...base,
    leapPacket: count,
    byMs: fc.double({ min: -1e12, max: 1e12, noNaN: true }).map((value) => value || 0),
    proof: fc.constantFrom('hosts' as const, 'order' as const, 'one-host' as const),
  }),
  fc.record({ kind: fc.constant('tls' as const), ...base, from: side, news: tlsNews }),
  fc.record({
    kind: fc.constant('end' as const),
    ...base,
    from: side,
    how: fc.constantFrom('fin' as const, 'rst' as const),
    timeToLive,
    usualTimeToLive: timeToLive,
    unacknowledged: timeToLive,
  }),
  fc.record({
    kind: fc.constant('closed' as const),
    ...base,
    how: fc.constantFrom('closed' as const, 'capture-ended' as const, 'evicted' as const),
  }),
);

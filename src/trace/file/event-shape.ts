/** The shapes of the lines of a trace file, one a kind of event. */
import type { Endpoint, Side } from '#base';
import { type RuleId, rules } from '#h2';
import type { TraceEvent } from '../events.ts';
import { isFrame } from './frame-shape.ts';
import { type HeadersLine, isFieldLine } from './headers-line.ts';
import { count, flag, listOf, maybe, number, oneOf, record, type Shape, text, whole } from './shape.ts';
import { isTlsNews } from './tls-shape.ts';

/** An event as its line holds it. */
export type EventLine = Exclude<TraceEvent, { readonly kind: 'headers' }> | HeadersLine;

const base = { connection: count, timeMs: number, packet: count };
const side: Shape<Side> = oneOf(['client', 'server']);
const endpoint: Shape<Endpoint> = record<Endpoint>({ address: text, port: count });
const rule: Shape<RuleId> = (value): value is RuleId => typeof value === 'string' && Object.hasOwn(rules, value);
const protocols = ['h2', 'h2-upgrade', 'h2-middle', 'http/1', 'tls', 'other'] as const;
const roles = ['request', 'informational', 'response', 'trailers', 'promise', 'unknown'] as const;
const notes = ['retransmission', 'keepalive', 'zero-window', 'syn-retransmission'] as const;

type Kind = EventLine['kind'];
type Shapes = { readonly [K in Kind]: Shape<Extract<EventLine, { readonly kind: K }>> };

const shapes: Shapes = {
  opened: record({
    kind: oneOf(['opened']),
    ...base,
    client: endpoint,
    server: endpoint,
    handshake: oneOf(['seen', 'partial', 'unseen']),
    sidesBy: oneOf(['syn', 'preface', 'frames', 'ports']),
    initial: maybe(count),
  }),
  established: record({ kind: oneOf(['established']), ...base }),
  protocol: record({ kind: oneOf(['protocol']), ...base, side, protocol: oneOf(protocols), text }),
  frame: record({
    kind: oneOf(['frame']),
    ...base,
    index: count,
    from: side,
    frame: isFrame,
    streamWindow: maybe(whole),
    connectionWindow: maybe(whole),
  }),
  headers: record({
    kind: oneOf(['headers']),
    ...base,
    index: count,
    from: side,
    stream: count,
    role: oneOf(roles),
    fields: listOf(isFieldLine),
    endStream: flag,
    complete: flag,
  }),
  message: record({
    kind: oneOf(['message']),
    ...base,
    index: count,
    from: side,
    stream: count,
    compressed: flag,
    length: count,
    received: count,
  }),
  violation: record({ kind: oneOf(['violation']), ...base, index: count, by: side, rule, stream: count, detail: text }),
  lost: record({
    kind: oneOf(['lost']),
    ...base,
    from: side,
    length: count,
    why: oneOf(['capture', 'cut', 'resync', 'encrypted']),
    within: maybe(oneOf(['data', 'block', 'text'])),
  }),
  segment: record({ kind: oneOf(['segment']), ...base, from: side, note: oneOf(notes) }),
  clock: record({
    kind: oneOf(['clock']),
    ...base,
    leapPacket: count,
    byMs: number,
    proof: oneOf(['hosts', 'order', 'one-host']),
  }),
  tls: record({ kind: oneOf(['tls']), ...base, from: side, news: isTlsNews }),
  end: record({
    kind: oneOf(['end']),
    ...base,
    from: side,
    how: oneOf(['fin', 'rst']),
    timeToLive: maybe(count),
    usualTimeToLive: maybe(count),
    unacknowledged: maybe(count),
  }),
  closed: record({
    kind: oneOf(['closed']),
    ...base,
    how: oneOf(['closed', 'capture-ended', 'evicted']),
    unseen: maybe(side),
  }),
};

/** By kind; a kind that is not here comes from a newer version. */
export const eventShapes: ReadonlyMap<unknown, Shape<EventLine>> = new Map(Object.entries(shapes));

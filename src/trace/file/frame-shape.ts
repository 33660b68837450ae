/** The shapes of frames, one a kind. */
import type { Frame, Priority } from '#h2';
import { count, flag, isRecord, listOf, maybe, oneOf, record, type Shape, text } from './shape.ts';

const head = { type: count, flags: count, stream: count, length: count };
const body = { bodyOffset: count, bodyLength: count };

const priority: Shape<Priority> = record<Priority>({ exclusive: flag, dependsOn: count, weight: count });

type Kind = Frame['kind'];
type Shapes = { readonly [K in Kind]: Shape<Extract<Frame, { readonly kind: K }>> };

const shapes: Shapes = {
  data: record({ kind: oneOf(['data']), ...head, ...body }),
  headers: record({ kind: oneOf(['headers']), ...head, ...body, priority: maybe(priority) }),
  priority: record({ kind: oneOf(['priority']), ...head, priority }),
  'rst-stream': record({ kind: oneOf(['rst-stream']), ...head, errorCode: count }),
  settings: record({
    kind: oneOf(['settings']),
    ...head,
    settings: listOf(record({ id: count, value: count })),
  }),
  'push-promise': record({ kind: oneOf(['push-promise']), ...head, ...body, promisedStream: count }),
  ping: record({ kind: oneOf(['ping']), ...head, payload: text }),
  goaway: record({ kind: oneOf(['goaway']), ...head, lastStream: count, errorCode: count, debugData: text }),
  'window-update': record({ kind: oneOf(['window-update']), ...head, increment: count }),
  continuation: record({ kind: oneOf(['continuation']), ...head, ...body }),
  extension: record({ kind: oneOf(['extension']), ...head, ...body }),
  broken: record({ kind: oneOf(['broken']), ...head, reason: oneOf(['malformed', 'incomplete', 'too-long']) }),
};

const kinds: ReadonlyMap<unknown, Shape<Frame>> = new Map(Object.entries(shapes));

export function isFrame(value: unknown): value is Frame {
  const shape = isRecord(value) ? kinds.get(value.kind) : undefined;
  return shape?.(value) ?? false;
}

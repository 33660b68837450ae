/** Which events `calmwire frames` shows. Undefined selects everything. */
import type { Side } from '#base';
import { FrameType } from '#h2';
import type { TraceEvent } from '#trace';
import { senderOf, streamOf } from './event-parts.ts';
import { labelOf, type TypeSelection } from './labels.ts';

export interface FrameFilter {
  readonly connection: number | undefined;
  readonly stream: number | undefined;
  readonly types: TypeSelection | undefined;
  readonly from: Side | undefined;
  /** From this moment on, inclusive, in milliseconds since the first packet. */
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
}

/** True if no option narrows the selection. */
export function selectsAll(filter: FrameFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

/** True if a line of text may come of the event. What decorates a frame's line goes where its frame goes. */
export function selects(filter: FrameFilter, event: TraceEvent): boolean {
  if (filter.connection !== undefined && event.connection !== filter.connection) return false;
  if (filter.sinceMs !== undefined && event.timeMs < filter.sinceMs) return false;
  if (filter.untilMs !== undefined && event.timeMs > filter.untilMs) return false;
  if (filter.from !== undefined && senderOf(event) !== filter.from) return false;
  if (filter.stream !== undefined && streamOf(event) !== filter.stream) return false;
  return filter.types === undefined || hasType(filter.types, event);
}

/**
 * The same for a trace file, which has to stay readable as one: what tells about the connection itself stays in,
 * whatever the stream, type, side or time asked for.
 */
export function selectsForTrace(filter: FrameFilter, event: TraceEvent): boolean {
  if (streamOf(event) !== undefined) return selects(filter, event);
  return filter.connection === undefined || event.connection === filter.connection;
}

/** The frames that carry a header block. */
const blockTypes: readonly number[] = [FrameType.HEADERS, FrameType.CONTINUATION, FrameType.PUSH_PROMISE];

function hasType(types: TypeSelection, event: TraceEvent): boolean {
  if (event.kind === 'frame') return types.frameTypes.has(event.frame.type);
  if (event.kind === 'message') return types.frameTypes.has(FrameType.DATA);
  if (event.kind === 'headers') return blockTypes.some((type) => types.frameTypes.has(type));
  const label = labelOf(event);
  return label !== undefined && types.labels.has(label);
}

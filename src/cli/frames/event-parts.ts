/** Parts that several kinds of event have. */
import type { Side } from '#base';
import type { TraceEvent } from '#trace';

/** Who caused the event; undefined where that is nobody in particular. */
export function senderOf(event: TraceEvent): Side | undefined {
  if (event.kind === 'violation') return event.by;
  if (event.kind === 'protocol') return event.side;
  return 'from' in event ? event.from : undefined;
}

/** The stream that the event belongs to, 0 for the connection's own frames; undefined for what happens below HTTP/2. */
export function streamOf(event: TraceEvent): number | undefined {
  if (event.kind === 'frame') return event.frame.stream;
  return 'stream' in event ? event.stream : undefined;
}

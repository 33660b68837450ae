/** The trace file as a `Log`: exactly what the tracer reported, as far as the filter lets it. */
import { encodeEvent, encodeHeader } from '#trace';
import { type FrameFilter, selectsAll, selectsForTrace } from './filter.ts';
import type { Log } from './log.ts';

/** `linesMax` events are written at most; the header line does not count. */
export function traceLog(write: (text: string) => void, filter: FrameFilter, linesMax: number): Log {
  const everything = selectsAll(filter);
  let lines = 0;
  return {
    begin: (startEpochMs) => write(`${encodeHeader(startEpochMs)}\n`),
    event: (event) => {
      if (lines >= linesMax || !(everything || selectsForTrace(filter, event))) return;
      lines++;
      write(`${encodeEvent(event)}\n`);
    },
    flush: () => undefined,
    get full() {
      return lines >= linesMax;
    },
  };
}

/** The trace file as a `Log`: exactly what the tracer reported, as far as the filter lets it. */
import { encodeEvent, encodeHeader, type TraceEvent } from '#trace';
import { type FrameFilter, selectsAll, selectsForTrace } from './filter.ts';
import type { Log } from './log.ts';
import type { MessageTexts, ShownMessage } from './message-texts.ts';

/** `linesMax` events are written at most; the header line does not count. */
export function traceLog(
  write: (text: string) => void,
  filter: FrameFilter,
  linesMax: number,
  messages?: MessageTexts,
): Log {
  const everything = selectsAll(filter);
  let lines = 0;
  return {
    begin: (startEpochMs) => write(`${encodeHeader(startEpochMs)}\n`),
    event: (event) => {
      if (lines >= linesMax || !(everything || selectsForTrace(filter, event))) return;
      lines++;
      write(`${withMessage(encodeEvent(event), shownOf(event, messages))}\n`);
    },
    flush: () => undefined,
    get full() {
      return lines >= linesMax;
    },
  };
}

function shownOf(event: TraceEvent, messages: MessageTexts | undefined): ShownMessage | undefined {
  if (event.kind === 'message') return messages?.message(event);
  return event.kind === 'headers' ? messages?.details(event) : undefined;
}

/** Readers pass over keys that they do not know: what was decoded is for people and their tools. Plain ASCII like the rest. */
function withMessage(line: string, shown: ShownMessage | undefined): string {
  if (shown === undefined) return line;
  const decoded = JSON.stringify(shown.json).replace(/[\u007f-\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `${line.slice(0, -1)},"decoded":${decoded}}`;
}

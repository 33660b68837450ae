/** The frame log as a `Log`: behind the filter. */
import { type FrameFilter, selects, selectsAll } from './filter.ts';
import { FrameLog } from './frame-log.ts';
import type { Log } from './log.ts';
import type { MessageTexts } from './message-texts.ts';

export function textLog(
  write: (text: string) => void,
  filter: FrameFilter,
  fullHeaders: boolean,
  linesMax: number,
  messages?: MessageTexts,
): Log {
  const frames = new FrameLog(write, fullHeaders, linesMax, messages);
  const everything = selectsAll(filter);
  return {
    event: (event) => {
      if (everything || selects(filter, event)) frames.event(event);
    },
    begin: () => frames.begin(),
    flush: () => frames.flush(),
    get full() {
      return frames.full;
    },
  };
}

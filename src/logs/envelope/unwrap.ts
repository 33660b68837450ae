/**
 * What a line says, without what stands around it: colours, the prefixes of container runtimes, JSON. Formats that put
 * words beside the message (klog, zap, logback, log4j, winston, syslog, logfmt) need no undoing, as wordings are looked
 * for anywhere in the text.
 */
import { type LogTime, timeOf } from '../line/time.ts';
import { readJson } from './json.ts';

/** A line, unwrapped. */
export interface Statement {
  readonly text: string;
  readonly time: LogTime | undefined;
}

const ESCAPE = '\u001b';
/** Colours and other sequences of terminals (ECMA-48 CSI). */
const ANSI = new RegExp(`${ESCAPE}\\[[0-9;?]{0,16}[ -/]?[@-~]`, 'g');
/** Container Runtime Interface: `2026-11-21T13:26:42.287Z stdout F message`. */
const CRI = /^(?<time>\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d)) (?:stdout|stderr) [FP] /;
/** Docker's json-file in JSON, JSON in CRI: deeper nesting is not seen in the wild. */
const NESTING_MAX = 3;

export function unwrap(line: string): Statement {
  let text = line.includes(ESCAPE) ? line.replace(ANSI, '') : line;
  let time: LogTime | undefined;
  for (let depth = 0; depth < NESTING_MAX; depth++) {
    const container = CRI.exec(text);
    if (container !== null) {
      time ??= timeOf(text);
      text = text.slice(container[0].length);
    }
    const json = readJson(text);
    if (json === undefined) break;
    time ??= json.time;
    text = json.text;
  }
  return { text, time: time ?? timeOf(text) };
}

/** Trace events as lines of text: the writing half of the trace file (docs/trace-format.md). */
import type { TraceEvent } from '../events.ts';
import { fieldLine } from './headers-line.ts';

/** Raised when a reader of the version before would misread a file; new kinds and keys do not raise it. */
export const TRACE_VERSION = 1;

/** The first line of a trace file. `startEpochMs`: wall clock of time 0, milliseconds since 1970, where it is known. */
export function encodeHeader(startEpochMs: number | undefined): string {
  return JSON.stringify({ calmwire: 'trace', version: TRACE_VERSION, startEpochMs });
}

/** One event as one line, without its end. Plain ASCII, so that octets of headers survive whatever reads the file. */
export function encodeEvent(event: TraceEvent): string {
  const line = event.kind === 'headers' ? { ...event, fields: event.fields.map(fieldLine) } : event;
  return JSON.stringify(line).replace(/[\u007f-\uffff]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

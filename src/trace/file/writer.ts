/**
 * Trace events as lines of text: the writing half of the trace file (docs/trace-format.md). The events that make up nearly
 * all of a trace are written by hand, because a general serialiser would take longer than reading the capture does.
 */
import type { DataFrame, HeaderField, HeadersFrame } from '#h2';
import type { FrameEvent, HeadersEvent, MessageEvent, TraceEvent } from '../events.ts';
import { fieldLine } from './headers-line.ts';

/** Raised when a reader of the version before would misread a file; new kinds and keys do not raise it. */
export const TRACE_VERSION = 1;

/** The first line of a trace file. `startEpochMs`: wall clock of time 0, milliseconds since 1970, where it is known. */
export function encodeHeader(startEpochMs: number | undefined): string {
  return JSON.stringify({ calmwire: 'trace', version: TRACE_VERSION, startEpochMs });
}

/** One event as one line, without its end. Plain ASCII, so that octets of headers survive whatever reads the file. */
export function encodeEvent(event: TraceEvent): string {
  switch (event.kind) {
    case 'frame':
      return frameLine(event);
    case 'headers':
      return headersLine(event);
    case 'message':
      return messageLine(event);
    default:
      return json(event);
  }
}

function json(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function frameLine(event: FrameEvent): string {
  const { frame, streamWindow, connectionWindow } = event;
  const written = frame.kind === 'data' || (frame.kind === 'headers' && frame.priority === undefined);
  let line = `${beginning(event)},"frame":${written ? bodyFrame(frame) : json(frame)}`;
  if (streamWindow !== undefined) line += `,"streamWindow":${streamWindow}`;
  if (connectionWindow !== undefined) line += `,"connectionWindow":${connectionWindow}`;
  return `${line}}`;
}

function bodyFrame({ kind, type, flags, stream, length, bodyOffset, bodyLength }: DataFrame | HeadersFrame): string {
  return `{"kind":"${kind}","type":${type},"flags":${flags},"stream":${stream},"length":${length},"bodyOffset":${bodyOffset},"bodyLength":${bodyLength}}`;
}

function headersLine(event: HeadersEvent): string {
  const { stream, role, fields, endStream, complete } = event;
  let list = '';
  for (const field of fields) list += list === '' ? fieldText(field) : `,${fieldText(field)}`;
  return `${beginning(event)},"stream":${stream},"role":"${role}","fields":[${list}],"endStream":${endStream},"complete":${complete}}`;
}

/** What needs no escape in JSON. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function fieldText(field: HeaderField): string {
  const { name, value, neverIndexed, unknown } = field;
  const ordinary = !neverIndexed && unknown === 'nothing' && PLAIN.test(name) && PLAIN.test(value);
  return ordinary ? `["${name}","${value}"]` : json(fieldLine(field));
}

function messageLine(event: MessageEvent): string {
  const { stream, compressed, length, received } = event;
  return `${beginning(event)},"stream":${stream},"compressed":${compressed},"length":${length},"received":${received}}`;
}

function beginning(event: FrameEvent | HeadersEvent | MessageEvent): string {
  const { kind, connection, timeMs, packet, index, from } = event;
  return `{"kind":"${kind}","connection":${connection},"timeMs":${timeMs},"packet":${packet},"index":${index},"from":"${from}"`;
}

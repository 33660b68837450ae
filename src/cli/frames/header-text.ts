/** Header blocks as text: the fields that tell one call from another on the frame's line, or every field on its own. */
import { parseStatus, parseStatusMessage, statusName } from '#grpc';
import type { HeaderField } from '#h2';
import type { HeadersEvent } from '#trace';
import { escapeControls, printable } from './printable.ts';

/** What stands for what the capture did not show. */
const UNKNOWN = '?';

/** `POST /pkg.Svc/Get grpc-timeout=1S`, `:status=200`, `grpc-status=14 UNAVAILABLE "..."`. */
export function headersShort(event: HeadersEvent): string {
  let method = '';
  let target = '';
  let rest = '';
  for (const field of event.fields) {
    if (field.name === ':method') method = valueText(field);
    else if (field.name === ':path') target = valueText(field);
    else rest += noteworthy(field);
  }
  const call = method === '' && target === '' ? '' : ` ${method || UNKNOWN} ${target || UNKNOWN}`;
  return `${roleText(event)}${call}${rest}${event.complete ? '' : ' (not all fields could be decoded)'}`;
}

/** One line a field, in wire order. */
export function headersFull(event: HeadersEvent, indent: string): string {
  let text = '';
  for (const field of event.fields) {
    const name = field.unknown === 'nothing' ? printable(field.name) : UNKNOWN;
    text += `${indent}${name}: ${valueText(field)}\n`;
  }
  return text;
}

function roleText(event: HeadersEvent): string {
  return event.role === 'unknown' ? 'header block' : event.role;
}

function valueText(field: HeaderField): string {
  return field.unknown === 'field' ? UNKNOWN : printable(field.value);
}

type FieldText = (field: HeaderField) => string;

const named: FieldText = (field) => ` ${field.name}=${valueText(field)}`;

/** The fields worth a place on the frame's line. */
const noteworthyFields: ReadonlyMap<string, FieldText> = new Map<string, FieldText>([
  [':status', named],
  [':protocol', named],
  ['grpc-timeout', named],
  ['grpc-encoding', named],
  ['grpc-status', (field) => ` grpc-status=${statusText(field.value)}`],
  ['grpc-message', (field) => (field.value === '' ? '' : ` "${messageText(field.value)}"`)],
  // gRPC's own type is the rule, any other one the news.
  ['content-type', (field) => (field.value.startsWith('application/grpc') ? '' : named(field))],
]);

/** `14 UNAVAILABLE`; what is no number stays as it is. */
function statusText(value: string): string {
  const code = parseStatus(value);
  return code === undefined ? printable(value) : `${code} ${statusName(code)}`;
}

function messageText(value: string): string {
  return value.includes('%') ? escapeControls(parseStatusMessage(value)) : printable(value);
}

function noteworthy(field: HeaderField): string {
  const text = noteworthyFields.get(field.name);
  return text === undefined ? '' : text(field);
}

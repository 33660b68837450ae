/** Header lists without their secrets. */
import type { Redactor } from '#base';
import { type Secrecy, secrecyOf } from '#grpc';
import type { HeaderField } from '#h2';

type Hide = (value: string, redactor: Redactor) => string;

const hiders: Readonly<Record<Secrecy, Hide>> = {
  open: (value) => value,
  target: (value, redactor) => redactor.repeated(value),
  text: (value, redactor) => redactor.value(value),
  secret: (value, redactor) => redactor.hide(value),
  cookies: (value, redactor) => redactor.hide(value),
  credentials: (value, redactor) => {
    const { scheme, rest } = credentialsOf(value);
    return scheme + redactor.hide(rest);
  },
};

const NO_FIELDS: readonly HeaderField[] = [];
const NO_LIST: RedactedList = { fields: NO_FIELDS, redacted: NO_FIELDS, learnt: 0 };

/** The message of a status may repeat what the caller sent. */
const MESSAGE = 'grpc-message';

/** A list, and what became of it. */
export interface RedactedList {
  readonly fields: readonly HeaderField[];
  readonly redacted: readonly HeaderField[];
  /** What the redactor had learnt by then. */
  readonly learnt: number;
}

/**
 * The same list if it holds no secret; fields that hold some are made anew. Fields that stood in `before` at the same place are
 * taken from there, if no secret was learnt since.
 */
export function redactFields(
  fields: readonly HeaderField[],
  redactor: Redactor,
  before: RedactedList = NO_LIST,
): readonly HeaderField[] {
  learnSecrets(fields, redactor, before.fields);
  const known = before.learnt === redactor.learnt ? before : NO_LIST;
  let result: HeaderField[] | undefined;
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at]!;
    const redacted = field === known.fields[at] ? known.redacted[at]! : redactField(field, redactor);
    if (redacted === field) continue;
    result ??= [...fields];
    result[at] = redacted;
  }
  return result ?? fields;
}

function redactField(field: HeaderField, redactor: Redactor): HeaderField {
  const value = redactValue(field, redactor);
  return value === field.value ? field : { ...field, value };
}

function redactValue({ name, value, unknown }: HeaderField, redactor: Redactor): string {
  // A field whose name the capture does not show may be any.
  if (unknown === 'name') return redactor.hide(value);
  if (unknown === 'field') return value;
  return name === MESSAGE ? redactor.text(value) : hiders[secrecyOf(name)](value, redactor);
}

/**
 * Makes the redactor know the secrets of a header list, to find them in texts that come later. Fields that stood in `before` at
 * the same place are known: those of the dynamic table are the same objects from request to request.
 */
export function learnSecrets(
  fields: readonly HeaderField[],
  redactor: Redactor,
  before: readonly HeaderField[] = NO_FIELDS,
): void {
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at]!;
    if (field === before[at]) continue;
    const { name, value, unknown } = field;
    const secrecy = unknown === 'nothing' ? secrecyOf(name) : 'open';
    if (secrecy === 'cookies') learnCookies(value, redactor);
    else if (secrecy === 'secret' || secrecy === 'credentials') redactor.learn(credentialsOf(value).rest);
  }
}

/** `Bearer` of `Bearer abc` says nothing that is secret and much to whoever looks for the fault (RFC 9110 §11.4). */
function credentialsOf(value: string): { readonly scheme: string; readonly rest: string } {
  const scheme = /^[A-Za-z][\w-]{0,30} +/.exec(value)?.[0] ?? '';
  return { scheme, rest: value.slice(scheme.length) };
}

/** Pairs in one field: a browser sends some dozen. */
const COOKIES_MAX = 50;

function learnCookies(value: string, redactor: Redactor): void {
  for (const pair of value.split(';', COOKIES_MAX)) redactor.learn(pair.slice(pair.indexOf('=') + 1).trim());
}

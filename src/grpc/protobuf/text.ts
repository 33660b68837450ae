/** A decoded message as one line of text, like JSON but for people: `{id: 7, items: [{sku: "a"}], paid: true}`. */
import { type Redactor, toHex, toLatin1 } from '#base';
import type { FieldValue, MessageValue, Value } from './value.ts';

export interface MessageTextOptions {
  /** Hides the values of strings and bytes; numbers, enums and bools stay. Without it everything is shown. */
  readonly redactor: Redactor | undefined;
  /** Characters at most; what is left out is said. */
  readonly charactersMax: number;
}

/** Characters of one string, and octets of one `bytes` value; longer ones are cut. */
const STRING_MAX = 200;
const BYTES_MAX = 32;
/** What JSON does not escape and terminals obey: DEL, C1 controls, and the marks that reorder text. */
const CONTROL = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

export function messageText(message: MessageValue, options: MessageTextOptions): string {
  const text = new Text(options).message(message);
  const { charactersMax } = options;
  return text.length <= charactersMax
    ? text
    : `${text.slice(0, charactersMax)}... (${text.length - charactersMax} more characters)`;
}

class Text {
  readonly #options: MessageTextOptions;

  constructor(options: MessageTextOptions) {
    this.#options = options;
  }

  /** Recursion is bounded by the depth that the decoder allows. */
  message({ type, fromAny, fields }: MessageValue): string {
    const special = type === undefined ? undefined : specialText(type, fields);
    const text =
      special ??
      `{${groupsOf(fields)
        .map((group) => this.#group(group))
        .join(', ')}}`;
    return fromAny ? `${type} ${text}` : text;
  }

  #group(group: readonly FieldValue[]): string {
    const [first] = group;
    if (first === undefined) return '';
    const name = escaped(first.name);
    if (first.key !== undefined) return `${name}: {${group.map((field) => this.#entry(field)).join(', ')}}`;
    if (!first.repeated && group.length === 1) return `${name}: ${this.#value(first.value, first.open)}`;
    return `${name}: [${group.map(({ value, open }) => this.#value(value, open)).join(', ')}]`;
  }

  #entry({ key, value, open }: FieldValue): string {
    return `${key === undefined ? '' : this.#value(key, open)}: ${this.#value(value, open)}`;
  }

  #value(value: Value, open: boolean): string {
    const { redactor } = this.#options;
    switch (value.kind) {
      case 'plain':
        return value.text;
      case 'message':
        return this.message(value.message);
      case 'string':
        if (redactor === undefined) return quoted(value.text);
        return open ? quoted(redactor.text(value.text)) : hiddenText(value.text, redactor);
      case 'bytes':
        return redactor === undefined ? bytesText(value.bytes) : `bytes ${hiddenBytes(value.bytes, redactor)}`;
    }
  }
}

/** An empty text hides nothing. */
export function hiddenText(text: string, redactor: Redactor): string {
  return text === '' ? '""' : redactor.hide(text);
}

export function hiddenBytes(bytes: Uint8Array, redactor: Redactor): string {
  return bytes.length === 0 ? '(0)' : redactor.hide(toLatin1(bytes));
}

/** Fields of the same number side by side, in the order of their numbers: lists may be sent in pieces, and all in any order. */
export function groupsOf(fields: readonly FieldValue[]): FieldValue[][] {
  const groups = new Map<number, FieldValue[]>();
  for (const field of fields) {
    const group = groups.get(field.number);
    if (group === undefined) groups.set(field.number, [field]);
    else group.push(field);
  }
  return [...groups].sort(([one], [other]) => one - other).map(([, group]) => group);
}

/** Types that have a form of their own: `1.5s`, `2026-11-21T13:30:00.25Z`. */
export function specialText(type: string, fields: readonly FieldValue[]): string | undefined {
  if (type !== 'google.protobuf.Duration' && type !== 'google.protobuf.Timestamp') return undefined;
  const seconds = numberOf(fields, 'seconds');
  const nanos = numberOf(fields, 'nanos');
  if (type === 'google.protobuf.Duration') {
    const negative = seconds < 0 || nanos < 0 ? '-' : '';
    return `${negative}${Math.abs(seconds)}${fraction(Math.abs(nanos))}s`;
  }
  const date = new Date(seconds * 1_000);
  if (Number.isNaN(date.getTime()) || nanos < 0) return undefined;
  return date.toISOString().replace('.000Z', `${fraction(nanos)}Z`);
}

function numberOf(fields: readonly FieldValue[], name: string): number {
  const value = fields.findLast((field) => field.name === name)?.value;
  return value?.kind === 'plain' ? Number(value.text) : 0;
}

function fraction(nanos: number): string {
  return nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`;
}

function quoted(text: string): string {
  const cut = text.length > STRING_MAX ? `${text.slice(0, STRING_MAX)}... (${text.length} characters)` : text;
  return escaped(JSON.stringify(cut));
}

function bytesText(bytes: Uint8Array): string {
  const shown = toHex(bytes.subarray(0, BYTES_MAX));
  return `bytes(${bytes.length}) ${shown}${bytes.length > BYTES_MAX ? '...' : ''}`;
}

function escaped(text: string): string {
  return text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

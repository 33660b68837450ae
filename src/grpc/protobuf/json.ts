/** A decoded message as plain data, much as ProtoJSON has it, but with the names of the .proto file. */

import type { Redactor } from '#base';
import { encodeBase64 } from '../base64.ts';
import { groupsOf, hiddenBytes, hiddenText, specialText } from './text.ts';
import type { FieldValue, MessageValue, Value } from './value.ts';

export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** Without a redactor the values of strings and bytes are shown. Recursion is bounded by the depth that the decoder allows. */
export function messageJson({ type, fromAny, fields }: MessageValue, redactor: Redactor | undefined): Json {
  const special = type === undefined ? undefined : specialText(type, fields);
  if (special !== undefined) return fromAny ? { '@type': type ?? '', value: special } : special;
  const entries = groupsOf(fields).map((group) => [group[0]?.name ?? '', groupJson(group, redactor)] as const);
  return Object.fromEntries(fromAny ? [['@type', type ?? ''], ...entries] : entries);
}

function groupJson(group: readonly FieldValue[], redactor: Redactor | undefined): Json {
  const [first] = group;
  if (first === undefined) return [];
  if (first.key !== undefined) {
    return Object.fromEntries(
      group.map(({ key, value, open }) => [
        key === undefined ? '' : String(valueJson(key, open, redactor)),
        valueJson(value, open, redactor),
      ]),
    );
  }
  if (!first.repeated && group.length === 1) return valueJson(first.value, first.open, redactor);
  return group.map(({ value, open }) => valueJson(value, open, redactor));
}

function valueJson(value: Value, open: boolean, redactor: Redactor | undefined): Json {
  switch (value.kind) {
    case 'plain':
      return value.exact ? plainJson(value.text) : value.text;
    case 'message':
      return messageJson(value.message, redactor);
    case 'string':
      if (redactor === undefined || value.text === '') return value.text;
      return open ? redactor.text(value.text) : hiddenText(value.text, redactor);
    case 'bytes':
      return redactor === undefined ? encodeBase64(value.bytes) : hiddenBytes(value.bytes, redactor);
  }
}

/** JSON has no infinities: they stay text, as in ProtoJSON. */
function plainJson(text: string): Json {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

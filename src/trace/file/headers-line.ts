/**
 * Header lists as they stand in a trace file: one short array a field, `["name","value"]`, with a third element where the
 * field is out of the ordinary. Most of a trace is header lists, so their form decides its size.
 */
import type { HeaderField } from '#h2';
import type { HeadersEvent } from '../events.ts';

/** `!` never to be indexed; `?` unknown as a whole; `?name` the name is unknown. Combined: `!?name`. */
export type FieldLine = readonly [name: string, value: string] | readonly [name: string, value: string, mark: string];

const marks: ReadonlyMap<string, Pick<HeaderField, 'neverIndexed' | 'unknown'>> = new Map(
  [true, false].flatMap((neverIndexed) =>
    (['nothing', 'name', 'field'] as const).map((unknown) => [
      markOf({ neverIndexed, unknown }),
      { neverIndexed, unknown },
    ]),
  ),
);

function markOf({ neverIndexed, unknown }: Pick<HeaderField, 'neverIndexed' | 'unknown'>): string {
  const lost = unknown === 'nothing' ? '' : unknown === 'name' ? '?name' : '?';
  return `${neverIndexed ? '!' : ''}${lost}`;
}

export function fieldLine(field: HeaderField): FieldLine {
  const mark = markOf(field);
  return mark === '' ? [field.name, field.value] : [field.name, field.value, mark];
}

export function isFieldLine(value: unknown): value is FieldLine {
  if (!Array.isArray(value) || value.length < 2 || value.length > 3) return false;
  if (!value.every((part) => typeof part === 'string')) return false;
  return value.length === 2 || marks.has(value[2] ?? '');
}

export function fieldOf([name, value, mark]: FieldLine): HeaderField {
  const { neverIndexed, unknown } = marks.get(mark ?? '') ?? { neverIndexed: false, unknown: 'nothing' };
  return { name, value, neverIndexed, unknown };
}

/** A headers event as its line holds it. */
export type HeadersLine = Omit<HeadersEvent, 'fields'> & { readonly fields: readonly FieldLine[] };

/**
 * The templates of settings, values and snippets: `<<name>>` or `<<name:format>>`. Braces and brackets are left to the
 * configuration languages. A template with an absent parameter has no text: the remedy does not apply.
 */
import { invariant, UsageError } from '#base';
import type { Params } from '../finding.ts';
import { printable } from '../render/printable.ts';

const PLACE = /<<(\w+)(?::(\w+))?>>/g;

type Value = string | number | boolean;
/** Undefined when the language cannot say the value. */
type Format = (value: number) => string | undefined;

/** Each configuration language's own way to write a time. Whole units are written as such. */
const FORMATS: Readonly<Record<string, Format>> = {
  ms: (ms) => String(Math.round(ms)),
  /** Options in whole seconds; a shorter time cannot be set there. */
  s: (ms) => (ms % 1000 === 0 ? String(ms / 1000) : undefined),
  /** Options in whole minutes. */
  min: (ms) => (ms % 60_000 === 0 ? String(ms / 60_000) : undefined),
  /** Protobuf and Go durations both read `300s` and `0.5s`. */
  dur: (ms) => `${ms / 1000}s`,
  go: (ms) => unitOf(ms, ['time.Minute', 'time.Second', 'time.Millisecond'], (count, unit) => `${count} * ${unit}`),
  java: (ms) =>
    unitOf(ms, ['TimeUnit.MINUTES', 'TimeUnit.SECONDS', 'TimeUnit.MILLISECONDS'], (count, unit) => `${count}, ${unit}`),
  rust: (ms) => (ms % 1000 === 0 ? `Duration::from_secs(${ms / 1000})` : `Duration::from_millis(${Math.round(ms)})`),
  kib: (bytes) => String(Math.ceil(bytes / 1024)),
  mib: (bytes) => `${Math.ceil(bytes / (1024 * 1024))}m`,
};

type Units = readonly [minute: string, second: string, millisecond: string];

function unitOf(ms: number, units: Units, write: (count: number, unit: string) => string): string {
  const [minute, second, millisecond] = units;
  if (ms >= 60_000 && ms % 60_000 === 0) return write(ms / 60_000, minute);
  return ms % 1000 === 0 ? write(ms / 1000, second) : write(Math.round(ms), millisecond);
}

/** The template with its values, or undefined when one is absent. Throws `UsageError` on an unknown format: a fault of the table. */
export function fill(template: string, params: Params): string | undefined {
  let complete = true;
  const text = template.replace(PLACE, (_, name: string, format: string | undefined) => {
    const value = params[name];
    const text = value === undefined ? undefined : write(value, format, template);
    if (text === undefined) complete = false;
    return text ?? '';
  });
  return complete ? text : undefined;
}

function write(value: Value, format: string | undefined, template: string): string | undefined {
  if (format === undefined) return printable(String(value));
  const formatted = FORMATS[format];
  if (formatted === undefined) throw new UsageError(`unknown format "${format}" in "${template}"`);
  invariant(typeof value === 'number', `the format "${format}" is for numbers, in "${template}"`);
  return formatted(value);
}

/** The names that a template refers to. */
export function placesIn(template: string): readonly string[] {
  return [...template.matchAll(PLACE)].map((match) => match[1]!);
}

/** What programs can tell of a message or an error, so that two of them can be compared. */
import { type DescMessage, equals, isMessage, type Message, toJson } from '@bufbuild/protobuf';
import { expect } from 'vitest';

/** What came of it: a value, or the error's name and words. */
export interface Outcome<T> {
  readonly value?: T;
  readonly error?: string;
}

export function outcomeOf<T>(act: () => T): Outcome<T> {
  try {
    return { value: act() };
  } catch (error) {
    return { error: error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error) };
  }
}

/**
 * Throws unless a program would find both to be the same: in prototype, properties and their order, values, text forms.
 * `copy` is another message like `wanted`: with NaN in them they do not equal each other.
 */
export function expectAlike(desc: DescMessage, got: Message, wanted: Message, copy: Message): void {
  expectSame(got, wanted, desc.typeName);
  expect(isMessage(got, desc)).toBe(true);
  expect(equals(desc, got, wanted)).toBe(equals(desc, copy, wanted));
  expect(outcomeOf(() => toJson(desc, got))).toEqual(outcomeOf(() => toJson(desc, wanted)));
  expect(JSON.stringify(got, plainJson)).toBe(JSON.stringify(wanted, plainJson));
}

function plainJson(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

function expectSame(got: unknown, wanted: unknown, path: string): void {
  if (typeof wanted !== 'object' || wanted === null) {
    if (!Object.is(got, wanted)) throw new Error(`${path} is ${String(got)}, where it should be ${String(wanted)}`);
    return;
  }
  if (typeof got !== 'object' || got === null) throw new Error(`${path} is ${String(got)}`);
  if (Object.getPrototypeOf(got) !== Object.getPrototypeOf(wanted)) throw new Error(`${path} has another prototype`);
  if (wanted instanceof Uint8Array) {
    if (Buffer.compare(got as Uint8Array, wanted) !== 0) throw new Error(`${path} has other octets`);
    return;
  }
  const keys = Reflect.ownKeys(wanted);
  const gotKeys = Reflect.ownKeys(got);
  if (gotKeys.length !== keys.length || gotKeys.some((key, index) => key !== keys[index])) {
    throw new Error(`${path} has ${gotKeys.map(String).join()}, where it should have ${keys.map(String).join()}`);
  }
  for (const key of keys) {
    const { value, ...flags } = Object.getOwnPropertyDescriptor(got, key)!;
    const { value: wantedValue, ...wantedFlags } = Object.getOwnPropertyDescriptor(wanted, key)!;
    expect(flags).toEqual(wantedFlags);
    expectSame(value, wantedValue, `${path}.${String(key)}`);
  }
}

/** Small predicates from which the shape of foreign data is put together: what parsed JSON is, told to the compiler. */

/** True if the value has the shape; keys that the shape does not name are let pass, for files of newer versions. */
export type Shape<T> = (value: unknown) => value is T;

/** An object whose keys have these shapes. A key that may be absent has a shape that takes `undefined`. */
export function record<T extends object>(shapes: { readonly [K in keyof T]: Shape<T[K]> }): Shape<T> {
  const keys: readonly [string, (value: unknown) => boolean][] = Object.entries(shapes);
  return (value): value is T => {
    if (!isRecord(value)) return false;
    for (const [key, has] of keys) if (!has(value[key])) return false;
    return true;
  };
}

export function listOf<T>(element: Shape<T>): Shape<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(element);
}

export function oneOf<const T extends string>(words: readonly T[]): Shape<T> {
  const known: ReadonlySet<unknown> = new Set(words);
  return (value): value is T => known.has(value);
}

export function either<A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> {
  return (value): value is A | B => first(value) || second(value);
}

/** JSON has no `undefined`: the key is absent. */
export function maybe<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value): value is T | undefined => value === undefined || shape(value);
}

export function text(value: unknown): value is string {
  return typeof value === 'string';
}

export function flag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

export function number(value: unknown): value is number {
  return typeof value === 'number';
}

/** Sizes, counts and identifiers: whole and not negative. */
export function count(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Windows: whole, and negative after an overrun. */
export function whole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

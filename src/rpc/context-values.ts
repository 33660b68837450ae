/** Values that travel with one call through interceptors and handlers inside the process, never over the wire. */

/** Names a value and its type; made with `createContextKey`, compared by identity. */
export interface ContextKey<T> {
  readonly id: symbol;
  readonly defaultValue: T;
}

export function createContextKey<T>(defaultValue: T, options?: { readonly description?: string }): ContextKey<T> {
  return { id: Symbol(options?.description), defaultValue };
}

export interface ContextValues {
  /** The value, or the key's default. */
  get<T>(key: ContextKey<T>): T;
  set<T>(key: ContextKey<T>, value: T): this;
  delete(key: ContextKey<unknown>): this;
}

export function createContextValues(): ContextValues {
  return new Values();
}

class Values implements ContextValues {
  readonly #values = new Map<symbol, unknown>();

  get<T>(key: ContextKey<T>): T {
    return this.#values.has(key.id) ? (this.#values.get(key.id) as T) : key.defaultValue;
  }

  set<T>(key: ContextKey<T>, value: T): this {
    this.#values.set(key.id, value);
    return this;
  }

  delete(key: ContextKey<unknown>): this {
    this.#values.delete(key.id);
    return this;
  }
}

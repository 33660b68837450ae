/**
 * Metadata of a call: what both sides say beside the messages. Received metadata keeps the decoded fields as they are until
 * somebody asks: most calls never do.
 */
import type { EncodableField, HeaderField } from '#h2';
import { isBinaryName, isTransportField, metadataName } from './names.ts';
import { decodeBinaryValues, type MetadataValue, metadataValue, valueLength, valueText } from './values.ts';

/** What metadata is made from: metadata, an object by names, or pairs as `Headers` and `Map` give them. */
export type MetadataInit =
  | Metadata
  | Iterable<readonly [string, MetadataValue]>
  | { readonly [name: string]: MetadataValue | readonly MetadataValue[] };

interface Entry {
  readonly name: string;
  readonly value: MetadataValue;
  /** A received field that no intermediary may index stays so when it is sent on (RFC 7541 §6.2.3). */
  readonly neverIndexed: boolean;
}

/** What a field costs beside its name and value (RFC 9113 §6.5.2). */
const FIELD_OVERHEAD_BYTES = 32;

const NO_ENTRIES: readonly Entry[] = [];
const NO_FIELDS: readonly EncodableField[] = [];

/**
 * Names are case-insensitive and may have several values. Reading is as with `Headers`: `get` joins several values with a
 * comma and a space, and iterating gives each name once. Values under names that end in `-bin` are octets: `get` shows them
 * as unpadded base64, `getBinary` gives them.
 *
 * What is received shows all fields but the transport's own: pseudo-header fields, `content-type`, `content-length`, `te`,
 * `host`, and of gRPC's `grpc-timeout`, `grpc-encoding`, `grpc-accept-encoding`, `grpc-message-type`, `grpc-status` and
 * `grpc-message`. `user-agent` is shown; it is the channel's to send, so it is left out where metadata is sent.
 */
export class Metadata {
  /** The fields of a header section, not looked at yet; `undefined` once they were. */
  #received: readonly HeaderField[] | undefined = undefined;
  /** In the order in which they were added. Shared with other metadata while `#shared`. */
  #entries: readonly Entry[] = NO_ENTRIES;
  #shared = true;
  /** What `toFields` gave last, while it holds. */
  #fields: readonly EncodableField[] | undefined = undefined;

  constructor(init?: MetadataInit) {
    if (init === undefined) return;
    if (init instanceof Metadata) this.#copy(init);
    else if (Symbol.iterator in init) for (const [name, value] of init as Pairs) this.append(name, value);
    else this.#appendAll(init);
  }

  /** The metadata itself if it is some, else a new one. */
  static from(init: MetadataInit): Metadata {
    return init instanceof Metadata ? init : new Metadata(init);
  }

  /** The metadata of a received header section. The fields are shared and never changed. */
  static fromFields(fields: readonly HeaderField[]): Metadata {
    const metadata = new Metadata();
    metadata.#received = fields;
    return metadata;
  }

  /** True if there is nothing in it. */
  get isEmpty(): boolean {
    return this.#list().length === 0;
  }

  /** All values of the name, joined with a comma and a space; `null` if there is none, as with `Headers`. */
  get(name: string): string | null {
    const lower = name.toLowerCase();
    let text: string | null = null;
    for (const entry of this.#list()) {
      if (entry.name !== lower) continue;
      text = text === null ? valueText(entry.value) : `${text}, ${valueText(entry.value)}`;
    }
    return text;
  }

  /** Each value of the name, as text. */
  getAll(name: string): readonly string[] {
    if (isBinaryName(name.toLowerCase())) return this.getAllBinary(name).map(valueText);
    const lower = name.toLowerCase();
    return this.#list()
      .filter((entry) => entry.name === lower)
      .map((entry) => valueText(entry.value));
  }

  /** The first value of a name that ends in `-bin`; `undefined` if there is none, or none that is base64. */
  getBinary(name: string): Uint8Array | undefined {
    return this.getAllBinary(name)[0];
  }

  /** Each value of a name that ends in `-bin`; what a peer sent that is no base64 is left out. */
  getAllBinary(name: string): readonly Uint8Array[] {
    const lower = name.toLowerCase();
    const values: Uint8Array[] = [];
    if (!isBinaryName(lower)) return values;
    for (const entry of this.#list()) {
      if (entry.name !== lower) continue;
      if (typeof entry.value !== 'string') values.push(entry.value.slice());
      else for (const value of decodeBinaryValues(entry.value)) if (value !== undefined) values.push(value);
    }
    return values;
  }

  has(name: string): boolean {
    const lower = name.toLowerCase();
    for (const entry of this.#list()) if (entry.name === lower) return true;
    return false;
  }

  /**
   * Replaces all values of the name. A `UsageError` says which name or character cannot be sent: names are made of
   * 0-9 a-z _ - . and neither begin with `grpc-` nor are the transport's; values are printable ASCII, or octets (or
   * their base64) under names that end in `-bin`.
   */
  set(name: string, value: MetadataValue): void {
    const lower = metadataName(name);
    const checked = metadataValue(lower, value);
    const kept = this.#list();
    this.#replace(kept.some((entry) => entry.name === lower) ? kept.filter((entry) => entry.name !== lower) : kept);
    this.#own().push({ name: lower, value: checked, neverIndexed: false });
  }

  /** Adds a value to those of the name. Throws as `set` does. */
  append(name: string, value: MetadataValue): void {
    const lower = metadataName(name);
    const checked = metadataValue(lower, value);
    this.#own().push({ name: lower, value: checked, neverIndexed: false });
  }

  /** Replaces all values of a name that ends in `-bin`. The octets are copied. */
  setBinary(name: string, bytes: Uint8Array): void {
    this.set(name, bytes);
  }

  /** Adds a value to those of a name that ends in `-bin`. The octets are copied. */
  appendBinary(name: string, bytes: Uint8Array): void {
    this.append(name, bytes);
  }

  /** Removes all values of the name. */
  delete(name: string): void {
    const lower = name.toLowerCase();
    if (this.has(lower)) this.#replace(this.#list().filter((entry) => entry.name !== lower));
  }

  /** Once for each name, with its values joined as `get` joins them. */
  forEach(callback: (value: string, name: string, metadata: Metadata) => void): void {
    for (const [name, value] of this) callback(value, name, this);
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this) yield name;
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this) yield value;
  }

  entries(): IterableIterator<[string, string]> {
    return this[Symbol.iterator]();
  }

  /** Each name once, in the order in which they were first added, with its values joined as `get` joins them. */
  *[Symbol.iterator](): IterableIterator<[string, string]> {
    const joined = new Map<string, string>();
    for (const { name, value } of this.#list()) {
      const before = joined.get(name);
      joined.set(name, before === undefined ? valueText(value) : `${before}, ${valueText(value)}`);
    }
    yield* joined;
  }

  /** Its names and values, for `JSON.stringify`. */
  toJSON(): Record<string, string> {
    return Object.fromEntries(this);
  }

  /** A copy that shares nothing that can be seen to change. */
  clone(): Metadata {
    return new Metadata(this);
  }

  /** Adds all of another one's values to these. */
  merge(other: Metadata): void {
    const added = other.#list();
    if (added.length > 0) this.#own().push(...added);
  }

  /** The fields to send, `user-agent` left out. Not to be changed: the same list is given while nothing changes. */
  toFields(): readonly EncodableField[] {
    this.#fields ??= toFields(this.#list());
    return this.#fields;
  }

  /**
   * The size of `toFields` as SETTINGS_MAX_HEADER_LIST_SIZE counts it: names, values after base64, and 32 octets a field
   * (RFC 9113 §6.5.2).
   */
  get sizeBytes(): number {
    let bytes = 0;
    for (const { name, value } of this.#list()) {
      if (name !== 'user-agent') bytes += name.length + valueLength(value) + FIELD_OVERHEAD_BYTES;
    }
    return bytes;
  }

  #list(): readonly Entry[] {
    if (this.#received !== undefined) {
      this.#entries = this.#received.filter((field) => !isTransportField(field.name) && field.unknown === 'nothing');
      this.#shared = false;
      this.#received = undefined;
    }
    return this.#entries;
  }

  /** The list, to be changed. */
  #own(): Entry[] {
    const list = this.#list();
    if (this.#shared) this.#entries = list.slice();
    this.#shared = false;
    this.#fields = undefined;
    return this.#entries as Entry[];
  }

  #replace(entries: readonly Entry[]): void {
    if (entries === this.#entries) return;
    this.#entries = entries;
    this.#shared = false;
    this.#fields = undefined;
  }

  #copy(other: Metadata): void {
    this.#entries = other.#list();
    this.#fields = other.#fields;
    other.#shared = true;
  }

  #appendAll(init: { readonly [name: string]: MetadataValue | readonly MetadataValue[] }): void {
    for (const [name, value] of Object.entries(init)) {
      if (typeof value === 'string' || value instanceof Uint8Array) this.append(name, value);
      else for (const one of value) this.append(name, one);
    }
  }
}

type Pairs = Iterable<readonly [string, MetadataValue]>;

function toFields(entries: readonly Entry[]): readonly EncodableField[] {
  if (entries.length === 0) return NO_FIELDS;
  const fields: EncodableField[] = [];
  for (const { name, value, neverIndexed } of entries) {
    if (name !== 'user-agent') fields.push({ name, value: valueText(value), neverIndexed });
  }
  return fields;
}

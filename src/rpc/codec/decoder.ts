/**
 * Decodes messages of one type as @bufbuild/protobuf's `fromBinary` does: its descriptor becomes one function a field and wire
 * type. Messages look to programs as the library's own do.
 */
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { scalarZeroValue } from '@bufbuild/protobuf/reflect';
import { WireType } from '@bufbuild/protobuf/wire';
import { makerOf, type ReadField, readerInto } from './compile.ts';
import { type Fields, NOT_PLAIN, scalarOf, tagOf, wireTypeOf, wrappedField } from './plain.ts';
import { mapZeroOf, type ReadScalar, readScalarOf } from './read-scalar.ts';
import { WireReader } from './wire-reader.ts';

/** `before`: the value so far, if there is one. A message that comes again is merged into it. */
type ReadValue = (reader: WireReader, before: unknown) => unknown;

interface UnknownField {
  readonly no: number;
  readonly wireType: WireType;
  readonly data: Uint8Array;
}

/** As the library's `recursionLimit`. */
const DEPTH_MAX = 100;
/** Readers of lower tags, which are those of fields up to 127, are found by index. */
const TABLE_TAGS_MAX = 1_024;

const decoders = new WeakMap<DescMessage, MessageDecoder>();

/** Waits for the next message. */
let idle: WireReader | undefined;

export class MessageDecoder {
  readonly #desc: DescMessage;
  readonly #make: () => Fields;
  readonly #table: (ReadField | undefined)[] = [];
  readonly #rest = new Map<number, ReadField>();
  readonly #numbers: ReadonlySet<number>;

  /** Only for types that are plain. */
  static of(desc: DescMessage): MessageDecoder {
    let decoder = decoders.get(desc);
    if (decoder === undefined) {
      decoder = new MessageDecoder(desc);
      // Before its fields are compiled: messages may contain themselves.
      decoders.set(desc, decoder);
      decoder.#compile();
    }
    return decoder;
  }

  private constructor(desc: DescMessage) {
    this.#desc = desc;
    this.#make = makerOf(desc);
    this.#numbers = new Set(desc.fields.map(({ number }) => number));
  }

  #compile(): void {
    for (const field of this.#desc.fields) {
      for (const [wireType, read] of readersOf(field)) {
        const tag = tagOf(field.number, wireType);
        if (tag >= TABLE_TAGS_MAX) {
          this.#rest.set(tag, read);
          continue;
        }
        while (this.#table.length <= tag) this.#table.push(undefined);
        this.#table[tag] = read;
      }
    }
  }

  /** Undefined if something in the message is not plain. */
  decode(bytes: Uint8Array): Fields | undefined {
    const reader = idle ?? new WireReader();
    idle = undefined;
    try {
      reader.begin(bytes);
      const message = this.make();
      this.read(reader, message, bytes.length);
      return message;
    } catch {
      // The library reads it again: it words what is wrong, or takes it.
      return undefined;
    } finally {
      reader.close();
      idle = reader;
    }
  }

  make(): Fields {
    return this.#make();
  }

  /** Reads up to `end`. */
  read(reader: WireReader, message: Fields, end: number): void {
    if (++reader.depth > DEPTH_MAX) throw NOT_PLAIN;
    const table = this.#table;
    let unknown: UnknownField[] | undefined;
    while (reader.at < end) {
      const tag = reader.tag();
      const read = tag < table.length ? table[tag] : this.#rest.get(tag);
      if (read !== undefined) {
        read(reader, message);
        continue;
      }
      const no = tag >>> 3;
      // The library reads a field that it knows even from a wire type that is not the field's.
      if (no === 0 || this.#numbers.has(no)) throw NOT_PLAIN;
      unknown ??= (message.$unknown as UnknownField[] | undefined) ?? [];
      const wireType = tag & 7;
      unknown.push({ no, wireType, data: reader.unknown(wireType) });
    }
    if (reader.at !== end) throw NOT_PLAIN;
    if (unknown !== undefined) message.$unknown = unknown;
    reader.depth--;
  }
}

type Reader = readonly [WireType, ReadField];

function readersOf(field: DescField): readonly Reader[] {
  switch (field.fieldKind) {
    case 'list':
      return listReaders(field);
    case 'map':
      return [[WireType.LengthDelimited, mapReader(field)]];
    default:
      return [singularReader(field)];
  }
}

function singularReader(field: DescField & { readonly fieldKind: 'scalar' | 'enum' | 'message' }): Reader {
  if (field.fieldKind === 'message') return [WireType.LengthDelimited, singularMessageReader(field)];
  const name = field.localName;
  const group = field.oneof?.localName;
  const wireType = wireTypeOf(scalarOf(field));
  const read = field.fieldKind === 'enum' ? enumReader(field) : readScalarOf(field, field.scalar);
  if (group === undefined) return [wireType, readerInto(name, read)];
  const choose: ReadField = (reader, message) => {
    message[group] = { case: name, value: read(reader) };
  };
  return [wireType, choose];
}

function singularMessageReader(field: DescField & { readonly fieldKind: 'message' }): ReadField {
  const name = field.localName;
  const group = field.oneof?.localName;
  const read = messageReader(field.message, wrappedField(field)?.localName);
  if (group === undefined) {
    return (reader, message) => {
      message[name] = read(reader, message[name]);
    };
  }
  return (reader, message) => {
    const chosen = message[group] as { readonly case: string | undefined; readonly value?: unknown };
    message[group] = { case: name, value: read(reader, chosen.case === name ? chosen.value : undefined) };
  };
}

/** A value that a closed enum does not have becomes an unknown field; lists and maps of the library keep it. */
function enumReader(field: DescField & { readonly fieldKind: 'enum' }): ReadScalar {
  if (field.enum.open) return (reader) => reader.int32();
  const values = new Set(field.enum.values.map(({ number }) => number));
  return (reader) => {
    const value = reader.int32();
    if (!values.has(value)) throw NOT_PLAIN;
    return value;
  };
}

/** `wrapped`: the message is a wrapper, known to programs by the value of that field. */
function messageReader(desc: DescMessage, wrapped: string | undefined): ReadValue {
  const decoder = MessageDecoder.of(desc);
  if (wrapped === undefined) {
    return (reader, before) => {
      const end = reader.end();
      const message = before === undefined ? decoder.make() : (before as Fields);
      decoder.read(reader, message, end);
      return message;
    };
  }
  return (reader, before) => {
    const end = reader.end();
    const message = decoder.make();
    if (before !== undefined) message[wrapped] = before;
    decoder.read(reader, message, end);
    return message[wrapped];
  };
}

/** Numbers come packed or one by one, whatever the type says (protobuf encoding, "Packed Repeated Fields"). */
function listReaders(field: DescField & { readonly fieldKind: 'list' }): readonly Reader[] {
  const name = field.localName;
  if (field.listKind === 'message') {
    const read = messageReader(field.message, undefined);
    return [[WireType.LengthDelimited, (reader, message) => void itemsOf(message, name).push(read(reader, undefined))]];
  }
  const type = scalarOf(field);
  const read = readScalarOf(field, type);
  const wireType = wireTypeOf(type);
  const one: Reader = [wireType, (reader, message) => void itemsOf(message, name).push(read(reader))];
  if (wireType === WireType.LengthDelimited) return [one];
  const packed: ReadField = (reader, message) => {
    const end = reader.end();
    const items = itemsOf(message, name);
    while (reader.at < end) items.push(read(reader));
    if (reader.at !== end) throw NOT_PLAIN;
  };
  return [one, [WireType.LengthDelimited, packed]];
}

function itemsOf(message: Fields, name: string): unknown[] {
  return message[name] as unknown[];
}

/** An entry is a message of two fields (protobuf encoding, "Maps"); some encoders leave out what is zero. */
function mapReader(field: DescField & { readonly fieldKind: 'map' }): ReadField {
  const name = field.localName;
  const readKey = readScalarOf(field, field.mapKey);
  const keyTag = tagOf(1, wireTypeOf(field.mapKey));
  const zeroKey = scalarZeroValue(field.mapKey, false);
  const child = field.mapKind === 'message' ? MessageDecoder.of(field.message) : undefined;
  const readValue: ReadValue =
    field.mapKind === 'message' ? messageReader(field.message, undefined) : readScalarOf(field, scalarOf(field));
  const valueTag = tagOf(2, child === undefined ? wireTypeOf(scalarOf(field)) : WireType.LengthDelimited);
  const zeroOf = mapZeroOf(field, () => child?.make());
  return (reader, message) => {
    const end = reader.end();
    let key: unknown;
    let value: unknown;
    while (reader.at < end) {
      const tag = reader.tag();
      if (tag === keyTag) key = readKey(reader);
      else if (tag === valueTag) value = readValue(reader, value);
      else throw NOT_PLAIN;
    }
    // Assigned, it would be the record's prototype.
    if (reader.at !== end || key === '__proto__') throw NOT_PLAIN;
    (message[name] as Fields)[String(key ?? zeroKey)] = value ?? zeroOf();
  };
}

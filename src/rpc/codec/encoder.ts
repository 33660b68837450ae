/**
 * Encodes messages of one type as @bufbuild/protobuf's `toBinary` does, octet by octet: its descriptor becomes one function a
 * field, and an object that initialises a message is written as it is, without `create`.
 */
import type { DescField, DescMessage, DescOneof } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import { FeatureSet_FieldPresence as Presence } from '@bufbuild/protobuf/wkt';
import { type WriteField, type WriteValue, writerFrom } from './compile.ts';
import { type Fields, NOT_PLAIN, scalarOf, tagOf, wireTypeOf, wrappedField } from './plain.ts';
import { WireWriter } from './wire-writer.ts';
import { isZeroOf, keyOf, writeScalar } from './write-scalar.ts';

interface UnknownField {
  readonly no: number;
  readonly wireType: WireType;
  readonly data: Uint8Array;
}

const encoders = new WeakMap<DescMessage, MessageEncoder>();

/** Waits for the next message. None while one is being written: a getter of the program's object may encode another. */
let idle: WireWriter | undefined;

export class MessageEncoder {
  readonly #typeName: string;
  /** The last one first, as the writer goes. */
  #fields: readonly WriteField[] = [];

  /** Only for types that are plain. */
  static of(desc: DescMessage): MessageEncoder {
    let encoder = encoders.get(desc);
    if (encoder === undefined) {
      encoder = new MessageEncoder(desc);
      // Before its fields are compiled: messages may contain themselves.
      encoders.set(desc, encoder);
      encoder.#fields = compile(desc);
    }
    return encoder;
  }

  private constructor(desc: DescMessage) {
    this.#typeName = desc.typeName;
  }

  /**
   * Undefined if something in the message is not plain. The octets are not touched again, but their buffer may have other
   * messages in it.
   */
  encode(message: unknown): Uint8Array | undefined {
    const writer = idle ?? new WireWriter();
    idle = undefined;
    try {
      writer.begin();
      this.write(writer, message, true);
      return writer.finish();
    } catch {
      // Whatever it is, the library words it, or knows better.
      return undefined;
    } finally {
      writer.close();
      idle = writer;
    }
  }

  /** `mayInit`: false in a message, where the library refuses objects that are none. */
  write(writer: WireWriter, message: unknown, mayInit: boolean): void {
    if (typeof message !== 'object' || message === null) throw NOT_PLAIN;
    const { $typeName, $unknown } = message as { $typeName?: unknown; $unknown?: readonly UnknownField[] };
    const isInit = $typeName !== this.#typeName;
    if (isInit) {
      if (!mayInit || $typeName !== undefined || Array.isArray(message)) throw NOT_PLAIN;
    } else if ($unknown !== undefined) {
      writeUnknown(writer, $unknown);
    }
    const fields = this.#fields;
    for (let index = 0; index < fields.length; index++) fields[index]!(writer, message as Fields, isInit);
  }
}

/** They stand after the known ones, so they are written before them. */
function writeUnknown(writer: WireWriter, fields: readonly UnknownField[]): void {
  for (let index = fields.length - 1; index >= 0; index--) {
    const { no, wireType, data } = fields[index]!;
    if (!(data instanceof Uint8Array)) throw NOT_PLAIN;
    writer.raw(data);
    writer.varint(tagOf(no, wireType));
  }
}

function compile(desc: DescMessage): WriteField[] {
  const sorted = [...desc.fields].sort((one, other) => other.number - one.number);
  const writers: WriteField[] = [];
  for (let index = 0; index < sorted.length; index++) {
    const field = sorted[index]!;
    if (field.oneof === undefined) {
      writers.push(compileField(field));
      continue;
    }
    // Members of a oneof mostly stand side by side, and then one look says which is set.
    const members: DescField[] = [field];
    while (sorted[index + 1]?.oneof === field.oneof) members.push(sorted[++index]!);
    writers.push(choice(field.oneof, members));
  }
  return writers;
}

function compileField(field: DescField): WriteField {
  switch (field.fieldKind) {
    case 'list':
      return list(field);
    case 'map':
      return map(field);
    default:
      return singular(field);
  }
}

function choice(oneof: DescOneof, members: readonly DescField[]): WriteField {
  const name = oneof.localName;
  const cases = new Map(members.map((field) => [field.localName, taggedValue(field)]));
  return (writer, message, isInit) => {
    const chosen = message[name] as { readonly case?: string; readonly value?: unknown } | undefined | null;
    if (chosen === undefined || chosen === null) {
      if (isInit) return;
      throw NOT_PLAIN;
    }
    const which = chosen.case;
    // Not set, or a member that stands elsewhere.
    if (which === undefined) return;
    cases.get(which)?.(writer, chosen.value, isInit);
  };
}

function singular(field: DescField): WriteField {
  const { localName: name, presence } = field;
  const write = taggedValue(field);
  if (presence === Presence.IMPLICIT) {
    const isZero = isZeroOf(field);
    return writerFrom(name, (writer, value, isInit) => {
      if (isZero(value) || (isInit && (value === undefined || value === null))) return;
      write(writer, value, isInit);
    });
  }
  const isRequired = presence === Presence.LEGACY_REQUIRED;
  return (writer, message, isInit) => {
    const value = message[name];
    // Messages of proto2 and editions have their defaults on the prototype.
    const isSet = isInit ? value !== undefined && value !== null : value !== undefined && Object.hasOwn(message, name);
    if (isSet) write(writer, value, isInit);
    else if (isRequired) throw NOT_PLAIN;
  };
}

/** A value after its tag, and with its length between them if it has one. */
function taggedValue(field: DescField, number = field.number): WriteValue {
  if (field.message === undefined) {
    const type = scalarOf(field);
    const write = writeScalar[type];
    const tag = tagOf(number, wireTypeOf(type));
    return (writer, value) => {
      write(writer, value);
      writer.varint(tag);
    };
  }
  const tag = tagOf(number, WireType.LengthDelimited);
  const wrapped = field.fieldKind === 'message' ? wrappedField(field) : undefined;
  if (wrapped !== undefined) return wrapper(wrapped, tag);
  const encoder = MessageEncoder.of(field.message);
  return (writer, value, isInit) => {
    const after = writer.length;
    encoder.write(writer, value, isInit);
    writer.varint(writer.length - after);
    writer.varint(tag);
  };
}

/** A message whose one field is given as its value. */
function wrapper(wrapped: DescField, tag: number): WriteValue {
  const isZero = isZeroOf(wrapped);
  const write = taggedValue(wrapped);
  return (writer, value, isInit) => {
    const after = writer.length;
    if (!isZero(value)) write(writer, value, isInit);
    writer.varint(writer.length - after);
    writer.varint(tag);
  };
}

function list(field: DescField & { readonly fieldKind: 'list' }): WriteField {
  const { localName: name, number } = field;
  if (!field.packed) {
    const write = taggedValue(field);
    return (writer, message, isInit) => {
      const items = itemsOf(message[name], isInit);
      for (let index = items.length - 1; index >= 0; index--) write(writer, items[index], isInit);
    };
  }
  const tag = tagOf(number, WireType.LengthDelimited);
  const write = writeScalar[scalarOf(field)];
  return (writer, message, isInit) => {
    const items = itemsOf(message[name], isInit);
    if (items.length === 0) return;
    const after = writer.length;
    for (let index = items.length - 1; index >= 0; index--) write(writer, items[index]);
    writer.varint(writer.length - after);
    writer.varint(tag);
  };
}

const NO_ITEMS: readonly unknown[] = [];

function itemsOf(value: unknown, isInit: boolean): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isInit && (value === undefined || value === null)) return NO_ITEMS;
  throw NOT_PLAIN;
}

/** An entry is a message of two fields, key and value (protobuf encoding, "Maps"). Both are written, zero or not. */
function map(field: DescField & { readonly fieldKind: 'map' }): WriteField {
  const { localName: name, number, mapKey } = field;
  const tag = tagOf(number, WireType.LengthDelimited);
  const keyTag = tagOf(1, wireTypeOf(mapKey));
  const parseKey = keyOf(mapKey);
  const writeKey = writeScalar[mapKey];
  const writeValue = taggedValue(field, 2);
  return (writer, message, isInit) => {
    const record = message[name];
    if (isInit && (record === undefined || record === null)) return;
    if (typeof record !== 'object' || record === null || Array.isArray(record)) throw NOT_PLAIN;
    const keys = Object.keys(record);
    for (let index = keys.length - 1; index >= 0; index--) {
      const key = keys[index]!;
      const after = writer.length;
      writeValue(writer, (record as Fields)[key], isInit);
      writeKey(writer, parseKey(key));
      writer.varint(keyTag);
      writer.varint(writer.length - after);
      writer.varint(tag);
    }
  };
}

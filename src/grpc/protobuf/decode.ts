/**
 * Octets to a message, by its type where one is known and by the wire format alone where not. Shows as much as there is: a
 * message that was cut short, or that does not fit its type, gives the fields before the fault and says where that is.
 */
import { decodeUtf8 } from '#base';
import { guessedNumber, isNumeric, lengthValue, numericValue, wireOf } from './scalars.ts';
import type { FieldType, MessageSchema, MessageType } from './schema.ts';
import type { FieldValue, MessageValue, Value } from './value.ts';
import { WireReader, WireType } from './wire.ts';

export interface Decoded {
  readonly message: MessageValue;
  /** Offset of the first octet that made no sense; undefined if all did. */
  readonly faultAt: number | undefined;
  /** There were more fields than are shown. */
  readonly cut: boolean;
}

/** Nested messages: protobuf's own readers stop at 100, and no person reads more than a few. */
const DEPTH_MAX = 32;
/** Fields and list entries of one message, nested ones included: more are no longer read by people. */
const FIELDS_MAX = 2_000;

/** `type` undefined: a guess. Never throws. */
export function decodeMessage(bytes: Uint8Array, type: MessageType | undefined, schema: MessageSchema): Decoded {
  const decoder = new Decoder(schema);
  const reader = new WireReader(bytes, 0, bytes.length);
  const message = decoder.message(reader, type, 0);
  return { message, faultAt: decoder.faultAt, cut: decoder.fieldsLeft <= 0 };
}

class Decoder {
  readonly schema: MessageSchema;
  /** Guesses share it with the message around, so that nesting does not multiply the work. */
  fieldsLeft = FIELDS_MAX;
  faultAt: number | undefined;

  constructor(schema: MessageSchema) {
    this.schema = schema;
  }

  /** Recursion is bounded by `DEPTH_MAX`. `group`: ends at the end tag of this number (protobuf's old groups). */
  message(reader: WireReader, type: MessageType | undefined, depth: number, group = 0): MessageValue {
    const fields: FieldValue[] = [];
    while (reader.at < reader.end && this.faultAt === undefined && this.fieldsLeft > 0) {
      const start = reader.at;
      const tag = reader.varint();
      const number = tag === undefined ? 0 : Number(BigInt.asUintN(32, tag) >> 3n);
      const wire = tag === undefined ? -1 : Number(tag & 7n);
      if (wire === WireType.GROUP_END && number === group && group !== 0) break;
      if (number === 0 || !this.#field(reader, type?.fields.get(number), number, wire, depth, fields)) {
        this.faultAt ??= start;
      }
    }
    const message = { type: type?.name, fromAny: false, fields };
    return type?.name === ANY ? this.#unpacked(message, depth) : message;
  }

  #field(
    reader: WireReader,
    field: FieldType | undefined,
    number: number,
    wire: number,
    depth: number,
    fields: FieldValue[],
  ): boolean {
    this.fieldsLeft--;
    switch (wire) {
      case WireType.VARINT:
      case WireType.FIXED32:
      case WireType.FIXED64: {
        const bits = this.#bits(reader, wire);
        if (bits === undefined) return false;
        fields.push(fieldValue(field, number, this.#number(field, bits, wire)));
        return true;
      }
      case WireType.LENGTH:
        return this.#length(reader, field, number, depth, fields);
      case WireType.GROUP: {
        if (depth >= DEPTH_MAX) return false;
        const type = field === undefined ? undefined : this.schema.message(field.type);
        const message = this.message(reader, type, depth + 1, number);
        fields.push(fieldValue(field, number, { kind: 'message', message }));
        return true;
      }
      default:
        return false;
    }
  }

  #bits(reader: WireReader, wire: WireType): bigint | undefined {
    if (wire === WireType.VARINT) return reader.varint();
    return reader.fixed(wire === WireType.FIXED32 ? 4 : 8);
  }

  /** A number whose kind on the wire is not its type's is shown as what it may be. */
  #number(field: FieldType | undefined, bits: bigint, wire: WireType): Value {
    if (field === undefined) return guessedNumber(bits, wire);
    if (isNumeric(field.type))
      return wireOf(field.type) === wire ? numericValue(field.type, bits) : guessedNumber(bits, wire);
    const number = Number(BigInt.asIntN(32, bits));
    const name = wire === WireType.VARINT ? this.schema.enumeration(field.type)?.get(number) : undefined;
    return name === undefined ? guessedNumber(bits, wire) : { kind: 'plain', text: name, exact: false };
  }

  #length(
    reader: WireReader,
    field: FieldType | undefined,
    number: number,
    depth: number,
    fields: FieldValue[],
  ): boolean {
    const start = reader.at;
    const length = reader.varint();
    if (length === undefined) return false;
    const announced = reader.at + Number(length);
    const end = Math.min(reader.end, announced);
    // What is there of a field that was cut is shown; that it was cut is said.
    if (announced > reader.end) this.faultAt ??= start;
    const from = reader.at;
    reader.at = end;
    if (field?.keyType !== undefined) fields.push(this.#entry(reader.bytes, from, end, field, number, depth));
    else if (field !== undefined && this.#isPacked(field)) this.#packed(reader.bytes, from, end, field, number, fields);
    else fields.push(fieldValue(field, number, this.#lengthValue(reader.bytes, from, end, field, depth)));
    return true;
  }

  #lengthValue(bytes: Uint8Array, from: number, end: number, field: FieldType | undefined, depth: number): Value {
    if (field?.type === 'string' || field?.type === 'bytes') return lengthValue(field.type, bytes.subarray(from, end));
    const type = field === undefined ? undefined : this.schema.message(field.type);
    if (type === undefined || depth >= DEPTH_MAX) return this.#guess(bytes.subarray(from, end), depth);
    const inner = new WireReader(bytes, from, end);
    // A fault of the message around, met already, must not keep this one from being read.
    const outer = this.faultAt;
    this.faultAt = undefined;
    const message = this.message(inner, type, depth + 1);
    this.faultAt = outer ?? this.faultAt;
    return { kind: 'message', message };
  }

  /** Readable text first, then a message that reads to its end, then any text; octets if it is nothing of these. */
  #guess(bytes: Uint8Array, depth: number): Value {
    const text = decodeUtf8(bytes);
    if (!UNPRINTABLE.test(text)) return { kind: 'string', text };
    if (depth < DEPTH_MAX) {
      const outer = this.faultAt;
      this.faultAt = undefined;
      const message = this.message(new WireReader(bytes, 0, bytes.length), undefined, depth + 1);
      const fits = this.faultAt === undefined;
      this.faultAt = outer;
      if (fits) return { kind: 'message', message };
    }
    return text.includes('\uFFFD') ? { kind: 'bytes', bytes } : { kind: 'string', text };
  }

  /** Lists of numbers are packed by default; whatever else has a length is one value. */
  #isPacked(field: FieldType): boolean {
    if (field.type === 'string' || field.type === 'bytes') return false;
    return (
      isNumeric(field.type) ||
      (this.schema.message(field.type) === undefined && this.schema.enumeration(field.type) !== undefined)
    );
  }

  #packed(bytes: Uint8Array, from: number, end: number, field: FieldType, number: number, fields: FieldValue[]): void {
    const reader = new WireReader(bytes, from, end);
    const wire = isNumeric(field.type) ? wireOf(field.type) : WireType.VARINT;
    while (reader.at < end && this.fieldsLeft > 0) {
      const start = reader.at;
      const bits = this.#bits(reader, wire);
      if (bits === undefined) {
        this.faultAt ??= start;
        return;
      }
      this.fieldsLeft--;
      fields.push(fieldValue(field, number, this.#number(field, bits, wire)));
    }
  }

  /** An entry of a map is a message of two fields: 1 is the key, 2 the value. */
  #entry(bytes: Uint8Array, from: number, end: number, field: FieldType, number: number, depth: number): FieldValue {
    const { name, type, keyType = 'string' } = field;
    const part = (own: string, of: string): FieldType => ({
      ...field,
      name: own,
      type: of,
      repeated: false,
      keyType: undefined,
    });
    const entry: MessageType = {
      name: `${name} entry`,
      fields: new Map([
        [1, part('key', keyType)],
        [2, part('value', type)],
      ]),
    };
    const { fields } =
      depth >= DEPTH_MAX ? { fields: [] } : this.message(new WireReader(bytes, from, end), entry, depth + 1);
    const sent = (own: string) => fields.findLast((one) => one.name === own)?.value;
    return {
      number,
      name,
      value: sent('value') ?? this.#unset(type),
      repeated: true,
      key: sent('key') ?? this.#unset(keyType),
      open: field.open,
    };
  }

  /** Defaults are not sent. */
  #unset(type: string): Value {
    if (type === 'string' || type === 'bytes') return lengthValue(type, new Uint8Array(0));
    if (isNumeric(type)) return numericValue(type, 0n);
    const zero = this.schema.enumeration(type)?.get(0);
    if (zero !== undefined) return { kind: 'plain', text: zero, exact: false };
    return { kind: 'message', message: { type, fromAny: false, fields: [] } };
  }

  /** What an Any holds, if its type is known; else the Any as it stands. */
  #unpacked(any: MessageValue, depth: number): MessageValue {
    const url = any.fields.find(({ name }) => name === 'type_url')?.value;
    const packed = any.fields.find(({ name }) => name === 'value')?.value;
    const name = url?.kind === 'string' ? url.text.slice(url.text.lastIndexOf('/') + 1) : '';
    const type = this.schema.message(name);
    if (type === undefined || depth >= DEPTH_MAX) return any;
    const bytes = packed?.kind === 'bytes' ? packed.bytes : new Uint8Array(0);
    const message = this.message(new WireReader(bytes, 0, bytes.length), type, depth + 1);
    return { ...message, fromAny: true };
  }
}

const ANY = 'google.protobuf.Any';
/** No text that a guess would call readable. */
const UNPRINTABLE = /[\p{Cc}\uFFFD]/u;

function fieldValue(field: FieldType | undefined, number: number, value: Value): FieldValue {
  if (field === undefined) return { number, name: String(number), value, repeated: false, key: undefined, open: false };
  return { number, name: field.name, value, repeated: field.repeated, key: undefined, open: field.open };
}

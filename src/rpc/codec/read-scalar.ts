/** Reads scalar values, each as its type has it in messages, and knows what stands for one that is not there. */
import { type DescField, ScalarType } from '@bufbuild/protobuf';
import { scalarZeroValue } from '@bufbuild/protobuf/reflect';
import type { WireReader } from './wire-reader.ts';

export type ReadScalar = (reader: WireReader) => unknown;

const readers: Readonly<Record<ScalarType, ReadScalar>> = {
  [ScalarType.STRING]: (reader) => reader.text(),
  [ScalarType.BYTES]: (reader) => reader.octets(),
  [ScalarType.BOOL]: (reader) => reader.bool(),
  [ScalarType.DOUBLE]: (reader) => reader.double(),
  [ScalarType.FLOAT]: (reader) => reader.float(),
  [ScalarType.INT32]: (reader) => reader.int32(),
  [ScalarType.SINT32]: (reader) => reader.sint32(),
  [ScalarType.SFIXED32]: (reader) => reader.sfixed32(),
  [ScalarType.UINT32]: (reader) => reader.varint(),
  [ScalarType.FIXED32]: (reader) => reader.fixed32(),
  [ScalarType.INT64]: (reader) => reader.int64(),
  [ScalarType.SINT64]: (reader) => reader.sint64(),
  [ScalarType.SFIXED64]: (reader) => reader.sfixed64(),
  [ScalarType.UINT64]: (reader) => reader.uint64(),
  [ScalarType.FIXED64]: (reader) => reader.fixed64(),
};

/** `type`: of the field, or of the keys of a map. */
export function readScalarOf(field: DescField, type: ScalarType): ReadScalar {
  const read = readers[type];
  if (type === ScalarType.STRING && !field.utf8Validation) return (reader) => reader.lenientText();
  // With `jstype = JS_STRING`; maps have no such option.
  if ('longAsString' in field && field.longAsString && isLong(type)) return (reader) => String(read(reader));
  return read;
}

/** The option means nothing for other types. */
function isLong(type: ScalarType): boolean {
  return typeof scalarZeroValue(type, false) === 'bigint';
}

/** What stands for a value of a map whose entry has none: a new one each time, if it can be changed. */
export function mapZeroOf(field: DescField & { readonly fieldKind: 'map' }, make: () => unknown): () => unknown {
  if (field.mapKind === 'message') return make;
  if (field.mapKind === 'enum') {
    const zero = field.enum.values[0]?.number;
    return () => zero;
  }
  const type = field.scalar;
  return () => scalarZeroValue(type, false);
}

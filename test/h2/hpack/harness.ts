import {
  ByteBuffer,
  type EncodableField,
  type HeaderBlock,
  type HeaderField,
  type HpackDecoder,
  HpackEncoder,
} from '#h2';

/** A field as tests write it; a third element marks it as never indexed. */
export type Pair = readonly [name: string, value: string, never?: 'never'];

export function field([name, value, never]: Pair): EncodableField {
  return { name, value, neverIndexed: never === 'never' };
}

export function pairs(fields: readonly HeaderField[]): Pair[] {
  return fields.map(({ name, value, neverIndexed }) => (neverIndexed ? [name, value, 'never'] : [name, value]));
}

/** Decodes octets that must be a sound block. */
export function decodeBlock(decoder: HpackDecoder, bytes: Uint8Array): HeaderBlock {
  const block = decoder.decode(bytes, 0, bytes.length);
  if (block.kind === 'fault') throw new Error(block.detail);
  return block;
}

/** Decodes octets that must not be a sound block, and says why they are not. */
export function faultOf(decoder: HpackDecoder, bytes: Uint8Array): string {
  const result = decoder.decode(bytes, 0, bytes.length);
  if (result.kind === 'block') throw new Error(`decoded to ${JSON.stringify(result.fields)}`);
  return result.detail;
}

export function encodeBlock(encoder: HpackEncoder, list: readonly Pair[]): Uint8Array {
  const buffer = new ByteBuffer();
  encoder.encode(list.map(field), buffer);
  return buffer.toBytes();
}

/** The blocks of lists that one encoder wrote in a row. */
export function encodeAll(lists: readonly (readonly Pair[])[], encoder = new HpackEncoder()): Uint8Array[] {
  return lists.map((list) => encodeBlock(encoder, list));
}

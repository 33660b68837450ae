/** Fields that connections have in common are kept once, those of their callers never. */
import { describe, expect, it } from 'vitest';
import { ByteBuffer } from '../../../src/h2/frames/byte-buffer.ts';
import { type HeaderField, HpackDecoder, HpackEncoder } from '../../../src/h2/index.ts';

/** The fields that another connection's decoder reads. */
function decoded(...fields: readonly (readonly [string, string])[]): readonly HeaderField[] {
  const to = new ByteBuffer();
  new HpackEncoder().encode(
    fields.map(([name, value]) => ({ name, value, neverIndexed: false })),
    to,
  );
  const block = new HpackDecoder().decode(to.bytes, 0, to.length);
  if (block.kind !== 'block') throw new Error(block.detail);
  return block.fields;
}

describe('fields of two connections', () => {
  it('are the same objects where all connections have them', () => {
    const fields = [
      [':path', '/orders.v1.Orders/GetOrder'],
      ['user-agent', 'grpc-go/1.85.0'],
    ] as const;
    const [first, second] = [decoded(...fields), decoded(...fields)];
    expect(first).toEqual(second);
    expect(first[0]).toBe(second[0]);
    expect(first[1]).toBe(second[1]);
  });

  it('are not, where they are of one caller', () => {
    for (const name of ['authorization', 'cookie', 'x-api-key', 'traceparent']) {
      const [[first], [second]] = [decoded([name, 'abc']), decoded([name, 'abc'])];
      expect(first).toEqual(second);
      expect(first).not.toBe(second);
    }
  });

  it('are right also where many take the same places', () => {
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 2_000; index++) {
        const value = `/a.B/Method${index}`;
        expect(decoded([':path', value])[0]).toMatchObject({ name: ':path', value, unknown: 'nothing', sound: true });
      }
    }
  });

  it('are not shared once they are long', () => {
    const value = `/${'a'.repeat(300)}`;
    expect(decoded([':path', value])[0]).not.toBe(decoded([':path', value])[0]);
  });
});

/** Statuses within what the client takes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePercent } from '#base';
import { encodePercent, Metadata } from '#grpc';
import { listBytesOf } from '#h2';
import { boundedStatusFields, cutEncoded } from '../../src/server/status-fields.ts';

describe('cutEncoded', () => {
  it('tears neither escapes nor characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(60), (message, length) => {
        const encoded = encodePercent(message);
        const cut = cutEncoded(encoded, length);
        expect(cut.length).toBeLessThanOrEqual(Math.max(0, length));
        expect(encoded.startsWith(cut)).toBe(true);
        expect(cut.length).toBeGreaterThan(Math.min(encoded.length, length) - 12);
        expect(message.startsWith(decodePercent(cut))).toBe(true);
      }),
    );
  });
});

describe('boundedStatusFields', () => {
  it('never has more octets than there is room for', () => {
    const trailers = new Metadata({ a: 'x'.repeat(50) });
    for (let room = 0; room < 400; room++) {
      for (const metadata of [undefined, trailers]) {
        const fields = boundedStatusFields('m'.repeat(300), metadata, room) ?? [];
        expect(listBytesOf(fields)).toBeLessThanOrEqual(room);
      }
    }
  });

  it('keeps a message of thousands of octets below 4,096, whatever the client takes', () => {
    const [field] = boundedStatusFields('m'.repeat(10_000), undefined, Number.POSITIVE_INFINITY) ?? [];
    expect(field?.value.length).toBe(4_096);
  });

  it('adds nothing where there is nothing to say', () => {
    expect(boundedStatusFields('', undefined, 1_000)).toBeUndefined();
    expect(boundedStatusFields('', new Metadata(), 1_000)).toBeUndefined();
  });
});

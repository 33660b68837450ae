/** Random messages and octets through the codec and the library. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { decodesMessages, decodesOctets, encodesInits, encodesMessages, keepsOctets } from './properties.ts';
import { allTypes } from './types.ts';

for (const desc of allTypes) {
  describe(desc.typeName, () => {
    it('is encoded as the library does, octet by octet, from messages', () => {
      fc.assert(encodesMessages(desc), { numRuns: 100 });
    });

    it('is encoded as the library does, octet by octet, from objects that initialise messages', () => {
      fc.assert(encodesInits(desc), { numRuns: 100 });
    });

    it('has octets that stay as they are', () => {
      fc.assert(keepsOctets(desc), { numRuns: 20 });
    });

    it('is decoded as the library does', () => {
      fc.assert(decodesMessages(desc), { numRuns: 100 });
    });

    it('is decoded from any octets as the library does, or refused in its words', () => {
      fc.assert(decodesOctets(desc), { numRuns: 300 });
    });
  });
}

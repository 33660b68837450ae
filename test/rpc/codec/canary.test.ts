/**
 * The properties must be able to fail: each canary plants a bug in the codec, and one of the properties finds it. Where the
 * library would put the bug right, what is found is that it had to.
 */
import type { DescMessage } from '@bufbuild/protobuf';
import fc, { type IProperty } from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MessageDecoder } from '../../../src/rpc/codec/decoder.ts';
import { WireReader } from '../../../src/rpc/codec/wire-reader.ts';
import { WireWriter } from '../../../src/rpc/codec/wire-writer.ts';
import { decodesMessages, decodesOctets, encodesInits, encodesMessages, keepsOctets } from './properties.ts';
import { three } from './types.ts';

/** Replaces a method of a class. The bug is given the object, the method and its arguments. */
function plant<T extends object, K extends keyof T>(
  owner: T,
  name: K,
  bug: (self: T, method: T[K], argument: T[K] extends (argument: infer A) => unknown ? A : undefined) => unknown,
): () => void {
  const method = owner[name];
  return () => {
    vi.spyOn(owner, name as never).mockImplementation(function (this: T, argument: never) {
      return bug(this, method, argument);
    } as never);
  };
}

const writer = WireWriter.prototype;
const reader = WireReader.prototype;
const decoder = MessageDecoder.prototype;
const scratch = new Uint8Array(65_536);

interface Canary {
  readonly bug: string;
  readonly desc: DescMessage;
  readonly property: (desc: DescMessage) => IProperty<never>;
  readonly plant: () => void;
}

function canary<T>(
  bug: string,
  desc: DescMessage,
  property: (desc: DescMessage) => IProperty<T>,
  plant: () => void,
): Canary {
  return { bug, desc, property: property as never, plant };
}

const canaries: readonly Canary[] = [
  canary(
    'writes -0 as 0',
    three.ScalarsSchema,
    encodesMessages,
    plant(writer, 'double', (self, double, value) => double.call(self, value + 0)),
  ),
  canary(
    'writes negative numbers of 32 bits in five octets',
    three.ScalarsSchema,
    encodesInits,
    plant(writer, 'int32', (self, _, value) => self.varint(value)),
  ),
  canary(
    'gives the length of a text in characters',
    three.LeafSchema,
    encodesMessages,
    plant(writer, 'text', (self, _, value) => {
      self.raw(new TextEncoder().encode(value));
      self.varint(value.length);
    }),
  ),
  canary(
    'drops what stands before a long value',
    three.BlobSchema,
    encodesMessages,
    plant(writer, 'finish', (self, finish) => finish.call(self).subarray(self.length > 2_048 ? 2 : 0)),
  ),
  canary(
    'gives octets away that it writes to again',
    three.LeafSchema,
    keepsOctets,
    plant(writer, 'finish', (self, finish) => {
      const bytes = finish.call(self);
      scratch.set(bytes);
      return scratch.subarray(0, bytes.length);
    }),
  ),
  canary(
    'leaves plain messages to the library',
    three.ScalarsSchema,
    encodesInits,
    plant(writer, 'sint64', () => {
      throw new Error('not today');
    }),
  ),
  canary(
    'takes tags of more than 32 bits',
    three.FewSchema,
    decodesOctets,
    plant(reader, 'tag', (self) => self.varint()),
  ),
  canary(
    'takes what is no UTF-8',
    three.LeafSchema,
    decodesOctets,
    plant(reader, 'text', (self) => self.lenientText()),
  ),
  canary(
    'takes values that go on beyond the end',
    three.BlobSchema,
    decodesOctets,
    plant(reader, 'end', (self) => {
      const length = self.varint();
      return Math.min(self.at + length, self.bytes.length);
    }),
  ),
  canary(
    'loses the length of unknown values',
    three.FewSchema,
    decodesOctets,
    plant(reader, 'unknown', (self, unknown, wireType) =>
      unknown.call(self, wireType).subarray(wireType === 2 ? 1 : 0),
    ),
  ),
  canary(
    'loses the prototype',
    three.OptionalsSchema,
    decodesMessages,
    plant(decoder, 'make', (self, make) => Object.assign(Object.create({}), make.call(self))),
  ),
  canary(
    'orders properties in another way',
    three.LeafSchema,
    decodesMessages,
    plant(decoder, 'make', (self, make) => Object.fromEntries(Object.entries(make.call(self)).reverse())),
  ),
  canary(
    'leaves negative numbers to the library',
    three.ScalarsSchema,
    decodesMessages,
    plant(reader, 'int32', (self) => self.varint() | 0),
  ),
];

describe('a codec that', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  for (const { bug, desc, property, plant } of canaries) {
    it(`${bug} is found out`, () => {
      // A rare bug is found by this seed; that another seed misses it within 300 runs would prove nothing.
      const options = { numRuns: 300, endOnFailure: true, seed: 2_026 };
      expect(fc.check(property(desc), options).failed, 'without the bug').toBe(false);
      plant();
      expect(fc.check(property(desc), options).failed, 'with the bug').toBe(true);
    });
  }
});

/** What must hold for any message and any octets: the codec does what the library does. */
import { create, type DescMessage, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect } from 'vitest';
import { protobufCodec } from '#rpc';
import { MessageDecoder } from '../../../src/rpc/codec/decoder.ts';
import { MessageEncoder } from '../../../src/rpc/codec/encoder.ts';
import { inits, messages } from './arbitrary.ts';
import { expectAlike, outcomeOf } from './compare.ts';
import { mutatedOctets, wireOctets } from './octets.ts';
import { plainTypes } from './types.ts';

/** Octets as text: failures print it. */
function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

/** The library's octets or its error, for messages; and without the library, if the type and the message are plain. */
export function encodesMessages(desc: DescMessage) {
  return fc.property(messages(desc), (message) => {
    const wanted = outcomeOf(() => hex(toBinary(desc, message)));
    expect(outcomeOf(() => hex(protobufCodec.messageCodec(desc).toBinary(message)))).toEqual(wanted);
    if (wanted.error === undefined && plainTypes.includes(desc)) {
      expect(MessageEncoder.of(desc).encode(message)).toBeDefined();
    }
  });
}

/** Octets that were given away stay as they are, whatever is encoded later. */
export function keepsOctets(desc: DescMessage) {
  return fc.property(fc.array(messages(desc), { minLength: 2, maxLength: 6 }), (several) => {
    const codec = protobufCodec.messageCodec(desc);
    const got = several.map((message) => outcomeOf(() => codec.toBinary(message)).value);
    for (const [index, message] of several.entries()) {
      expect(got[index] && hex(got[index])).toBe(outcomeOf(() => hex(toBinary(desc, message))).value);
    }
  });
}

/** The same for objects that initialise messages. */
export function encodesInits(desc: DescMessage) {
  return fc.property(inits(desc), (init) => {
    const wanted = outcomeOf(() => hex(toBinary(desc, create(desc, init))));
    expect(outcomeOf(() => hex(protobufCodec.messageCodec(desc).toBinary(init)))).toEqual(wanted);
    if (wanted.error === undefined && plainTypes.includes(desc)) {
      expect(MessageEncoder.of(desc).encode(init)).toBeDefined();
    }
  });
}

/** What the library encodes is decoded as the library decodes it, without it. */
export function decodesMessages(desc: DescMessage) {
  return fc.property(messages(desc), (message) => {
    const bytes = outcomeOf(() => toBinary(desc, message)).value;
    if (bytes === undefined) return;
    const got = protobufCodec.messageCodec(desc).fromBinary(bytes) as Message;
    expectAlike(desc, got, fromBinary(desc, bytes), fromBinary(desc, bytes));
    if (plainTypes.includes(desc)) expect(MessageDecoder.of(desc).decode(bytes)).toBeDefined();
  });
}

/** The same octets as a socket brings them: in the middle of a long chunk. */
function inChunk(bytes: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(3 * bytes.length + 9).fill(0x55);
  chunk.set(bytes, 7);
  return chunk.subarray(7, 7 + bytes.length);
}

/** Any octets, in a buffer of their own or in a chunk, and what they are when they are encoded again. */
export function decodesOctets(desc: DescMessage) {
  const octets = fc.oneof(wireOctets(desc), mutatedOctets(desc));
  return fc.property(fc.oneof(octets, octets.map(inChunk)), (bytes) => {
    const codec = protobufCodec.messageCodec(desc);
    const wanted = outcomeOf(() => fromBinary(desc, bytes));
    const got = outcomeOf(() => codec.fromBinary(bytes) as Message);
    expect(got.error).toBe(wanted.error);
    if (wanted.value === undefined) return;
    expectAlike(desc, got.value!, wanted.value, fromBinary(desc, bytes));
    expect(outcomeOf(() => hex(codec.toBinary(got.value)))).toEqual(
      outcomeOf(() => hex(toBinary(desc, wanted.value as Message))),
    );
  });
}

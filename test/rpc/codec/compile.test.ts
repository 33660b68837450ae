/** Empty messages, made by code that was made of the descriptor, and without it. */
import { create, createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { protobufCodec } from '#rpc';
import { makerOf } from '../../../src/rpc/codec/compile.ts';
import { expectAlike } from './compare.ts';
import { plainTypes, three } from './types.ts';

describe('empty messages', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  for (const desc of plainTypes) {
    it(`of ${desc.typeName} are like the library's`, () => {
      expectAlike(desc, makerOf(desc)() as never, create(desc), create(desc));
    });
  }

  it('share nothing that can be changed', () => {
    const make = makerOf(three.MapsSchema);
    const { byString } = make();
    expect(make().byString).not.toBe(byString);
  });

  it('come from the library where code from strings is forbidden', () => {
    vi.stubGlobal('Function', () => {
      throw new EvalError('Code generation from strings disallowed for this context');
    });
    for (const desc of plainTypes) expectAlike(desc, makerOf(desc)() as never, create(desc), create(desc));
  });
});

describe('names in descriptors', () => {
  it('are names and never code, whatever a descriptor from elsewhere says', () => {
    const names = ['a"]; throw new Error("run"); //', "b'`{c}", 'd\u2028e\\'];
    const file = create(FileDescriptorProtoSchema, {
      name: 'hostile.proto',
      syntax: 'proto3',
      messageType: [
        {
          name: 'Hostile',
          field: names.map((_, index) => ({
            name: `field${index}`,
            number: index + 1,
            type: FieldDescriptorProto_Type.STRING,
            label: FieldDescriptorProto_Label.OPTIONAL,
          })),
        },
      ],
    });
    const desc = createFileRegistry(file, () => undefined).getMessage('Hostile')!;
    // The library refuses such names; ours must not be what holds only because of that.
    desc.fields.forEach((field, index) => {
      Object.assign(field, { localName: names[index] });
    });
    expect(makerOf(desc)()).toEqual(create(desc));
    const bytes = Uint8Array.of(10, 1, 120, 18, 1, 121, 26, 1, 122);
    const codec = protobufCodec.messageCodec(desc);
    expect(codec.fromBinary(bytes)).toEqual(fromBinary(desc, bytes));
    expect(codec.toBinary(codec.fromBinary(bytes))).toEqual(bytes);
  });
});

/** Hardened programs run with --disallow-code-generation-from-strings; the codec then has no code of its own making. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

describe('where node forbids code from strings', () => {
  it('messages are decoded all the same', () => {
    const program = `
      import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
      import { FileDescriptorProtoSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
      import { protobufCodec } from ${JSON.stringify(new URL('../../dist/rpc/index.js', import.meta.url).href)};
      import { deepStrictEqual, throws } from 'node:assert';
      throws(() => new Function(''), EvalError);
      for (const [desc, init] of [
        [TimestampSchema, { seconds: 7n, nanos: 9 }],
        [FileDescriptorProtoSchema, TimestampSchema.file.proto],
      ]) {
        const bytes = toBinary(desc, create(desc, init));
        deepStrictEqual(protobufCodec.messageCodec(desc).fromBinary(bytes), fromBinary(desc, bytes));
      }
    `;
    const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', program];
    const { status, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

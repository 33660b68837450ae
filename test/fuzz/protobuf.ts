/** Octets of messages: by a type, by the built-in types, by guess; and as text and JSON with payload hidden. */
import { readFileSync } from 'node:fs';
import { Redactor } from '#base';
import { builtInSchema, DefinedSchema, decodeMessage, messageJson, messageText, readMessage } from '#grpc';
import { inflateMessage } from '#node';
import type { FuzzTarget } from './run.ts';

const schema = new DefinedSchema([
  {
    nested: {
      Node: {
        fields: {
          name: { type: 'string', id: 1 },
          next: { type: 'Node', id: 2 },
          many: { rule: 'repeated', type: 'sint64', id: 3 },
          map: { type: 'Node', id: 4, keyType: 'string' },
          any: { type: 'google.protobuf.Any', id: 5 },
          at: { type: 'google.protobuf.Timestamp', id: 6 },
          real: { type: 'double', id: 7 },
        },
      },
      Service: { methods: { Get: { requestType: 'Node', responseType: 'Node' } } },
    },
  },
]);
const redactor = new Redactor({ hash: () => '123456' });
const context = {
  path: '/Service/Get',
  contentType: { client: 'application/grpc', server: undefined },
  encoding: { client: 'gzip', server: 'deflate' },
};

export const fuzzTarget: FuzzTarget = {
  name: 'protobuf',
  run(bytes) {
    for (const type of [schema.message('Node'), builtInSchema.message('google.rpc.Status'), undefined]) {
      const { message, faultAt } = decodeMessage(bytes, type, schema);
      if (faultAt !== undefined && !(faultAt >= 0 && faultAt <= bytes.length)) throw new Error(`fault at ${faultAt}`);
      const text = messageText(message, { redactor, charactersMax: 1_000 });
      if (text.length > 1_050) throw new Error('the text is longer than allowed');
      JSON.stringify(messageJson(message, redactor));
    }
    for (const from of ['client', 'server'] as const) {
      const sent = { from, compressed: true, length: bytes.length, received: bytes.length, payload: bytes };
      readMessage(sent, context, { schema, guess: true, inflate: inflateMessage });
    }
  },
  seeds: () => [
    Uint8Array.of(0x0a, 3, 97, 98, 99, 0x12, 5, 0x0a, 3, 100, 101, 102, 0x1a, 2, 1, 2),
    Uint8Array.of(0x22, 7, 0x0a, 1, 107, 0x12, 2, 0x0a, 0, 0x39, 0, 0, 0, 0, 0, 0, 0xf4, 0x3f),
    Uint8Array.of(0x2a, 12, 0x0a, 6, 120, 47, 78, 111, 100, 101, 0x12, 2, 0x0a, 0),
    Uint8Array.of(0x08, 3, 0x12, 2, 104, 105, 0x1a, 4, 0x0a, 2, 97, 47, 0x13, 0x08, 1, 0x14),
    new Uint8Array(readFileSync(new URL('../../fixtures/protos/orders.binpb', import.meta.url))).subarray(0, 600),
    // gzip of "abc".
    Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0x4c, 0x4a, 6, 0, 0xc2, 0x41, 0x24, 0x35, 3, 0, 0, 0),
  ],
};

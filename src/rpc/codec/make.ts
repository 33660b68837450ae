/**
 * Makes empty messages of a type, each like what `create` of @bufbuild/protobuf gives. `create` adds field by field to an object
 * and must look for its shape each time, which is half of decoding a small message; a constructor that names the fields has it
 * at once. Its code is made of the descriptor, as the names of the fields are in it only.
 */
import { create, type DescMessage } from '@bufbuild/protobuf';
import type { Fields } from './plain.ts';

export function makerOf(desc: DescMessage): () => Fields {
  const byLibrary = (): Fields => create(desc) as unknown as Fields;
  try {
    return compile(desc, byLibrary());
  } catch {
    // Code from strings may be forbidden: node --disallow-code-generation-from-strings.
    return byLibrary;
  }
}

/** `zero`: a message without values, whose own properties the others have too, in this order. */
function compile(desc: DescMessage, zero: Fields): () => Fields {
  const names = Object.keys(zero);
  const constants = names.map((name) => zero[name]);
  const lines = names.map((name, index) => `this[${JSON.stringify(name)}] = ${initial(desc, name, index)};`);
  const parameters = names.map((_, index) => `constant${index}`);
  const source = `return function Message() {\n${lines.join('\n')}\n};`;
  const Message = new Function(...parameters, source)(...constants) as new () => Fields;
  Message.prototype = Object.getPrototypeOf(zero);
  return () => new Message();
}

/** Lists, maps and oneofs are new in each message; the rest are values that cannot change. */
function initial(desc: DescMessage, name: string, index: number): string {
  const member = desc.members.find(({ localName }) => localName === name);
  if (member?.kind === 'oneof') return '{ case: undefined }';
  if (member?.fieldKind === 'list') return '[]';
  if (member?.fieldKind === 'map') return '{}';
  return `constant${index}`;
}

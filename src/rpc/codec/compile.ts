/**
 * The places where code is made of the descriptor. V8 is fast where a line of code names a field, and each line
 * sees objects of one type: a loop over the fields of any type has to look for the field each time, which is most of the work on
 * a small message. Names of fields are all that enters the code. Where code from strings is forbidden (node
 * --disallow-code-generation-from-strings), the slower way serves.
 */
import { create, type DescMessage } from '@bufbuild/protobuf';
import type { Fields } from './plain.ts';
import type { WireReader } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

export type ReadField = (reader: WireReader, message: Fields) => void;
/** `isInit`: the message, or what holds the value, is an object that initialises a message, where fields may be missing. */
export type WriteField = (writer: WireWriter, message: Fields, isInit: boolean) => void;
export type WriteValue = (writer: WireWriter, value: unknown, isInit: boolean) => void;

/** Makes empty messages of a type, each like what the library's `create` gives: the same properties in the same order. */
export function makerOf(desc: DescMessage): () => Fields {
  const zero = create(desc) as unknown as Fields;
  const names = Object.keys(zero);
  const lines = names.map((name, index) => `this[${JSON.stringify(name)}] = ${initial(desc, name, index)};`);
  const Message = evaluate<new () => Fields>(
    `function Message() {\n${lines.join('\n')}\n}`,
    Object.fromEntries(names.map((name, index) => [`constant${index}`, zero[name]])),
  );
  if (Message === undefined) return () => create(desc) as unknown as Fields;
  Message.prototype = Object.getPrototypeOf(zero);
  return () => new Message();
}

/** Reads a value into the field of this name. */
export function readerInto(name: string, read: (reader: WireReader) => unknown): ReadField {
  const compiled = evaluate<ReadField>(`(reader, message) => { message[${JSON.stringify(name)}] = read(reader); }`, {
    read,
  });
  if (compiled !== undefined) return compiled;
  return (reader, message) => {
    message[name] = read(reader);
  };
}

/** Writes the value of the field of this name. */
export function writerFrom(name: string, write: WriteValue): WriteField {
  const expression = `(writer, message, isInit) => write(writer, message[${JSON.stringify(name)}], isInit)`;
  return (
    evaluate<WriteField>(expression, { write }) ?? ((writer, message, isInit) => write(writer, message[name], isInit))
  );
}

/** Lists, maps and oneofs are new in each message; the rest are values that cannot change. */
function initial(desc: DescMessage, name: string, index: number): string {
  const member = desc.members.find(({ localName }) => localName === name);
  if (member?.kind === 'oneof') return '{ case: undefined }';
  if (member?.fieldKind === 'list') return '[]';
  if (member?.fieldKind === 'map') return '{}';
  return `constant${index}`;
}

/** The value of an expression in which some names have values; undefined where that is forbidden. */
function evaluate<T>(expression: string, values: Readonly<Record<string, unknown>>): T | undefined {
  try {
    return new Function(...Object.keys(values), `return ${expression};`)(...Object.values(values)) as T;
  } catch {
    return undefined;
  }
}

/** From the options to what reading messages needs; what is wrong with the files goes to standard error. */
import type { MessagePorts } from '#grpc';
import { inflateMessage } from '#node';
import type { ProtoProblem } from '#proto';
import type { Context } from '../context.ts';
import { escapeControls } from '../frames/printable.ts';
import type { ProtoOptions } from './options.ts';

/** Octets kept of one message: enough for any that a person reads. */
export const PAYLOAD_BYTES_MAX = 65_536;

/** Undefined if a file cannot be used: a verdict on messages must not rest on half of the types. */
export async function openMessages(options: ProtoOptions, context: Context): Promise<MessagePorts | undefined> {
  const { proto = [], protoPath = [], decodeRaw = false } = options;
  if (proto.length === 0) return { schema: undefined, guess: decodeRaw, inflate: inflateMessage };
  // The parser takes a tenth of a second to load: only who asks for it waits.
  const { loadSchema } = await import('#proto');
  const { schema, faults, gaps } = await loadSchema(proto, protoPath);
  for (const problem of [...faults, ...gaps]) {
    context.io.stderr.write(`calmwire: ${escapeControls(protoProblemText(problem, context))}\n`);
  }
  return faults.length > 0 ? undefined : { schema, guess: decodeRaw, inflate: inflateMessage };
}

/** Whether messages are to be read at all: only then are their octets kept. */
export function payloadBytesMax({ schema, guess }: MessagePorts): number | undefined {
  return schema !== undefined || guess ? PAYLOAD_BYTES_MAX : undefined;
}

function protoProblemText(problem: ProtoProblem, { messages: { proto } }: Context): string {
  switch (problem.kind) {
    case 'syntax':
      return proto.syntax(
        problem.line === undefined ? problem.path : `${problem.path}:${problem.line}`,
        problem.detail,
      );
    case 'import':
      return proto.import(problem.path, problem.name, problem.types);
    case 'unreadable':
      return proto.unreadable(problem.path, problem.detail);
    case 'too-large':
      return proto.tooLarge(problem.path, problem.bytesMax);
    case 'too-many':
      return proto.tooMany(problem.path, problem.filesMax);
    default:
      return proto[problem.kind](problem.path);
  }
}

/** One file to definitions. protobuf.js parses; what it throws becomes a problem with file and line. */
import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor.js';
import type { Definition } from '#grpc';
import type { ProtoProblem } from './problem.ts';

export interface ParsedFile {
  readonly definition: Definition;
  readonly imports: readonly string[];
}

/** The text of a .proto file, of any syntax or edition. */
export function parseProto(path: string, text: string): ParsedFile | ProtoProblem {
  try {
    const { root, imports = [], weakImports = [] } = protobuf.parse(text, new protobuf.Root(), { keepCase: true });
    return { definition: definitionOf(root), imports: [...imports, ...weakImports] };
  } catch (error) {
    return syntaxProblem(path, error);
  }
}

/** A binary FileDescriptorSet: what `protoc -o` and `buf build -o` write. It holds its imports if they were asked to be. */
export function parseDescriptors(path: string, bytes: Uint8Array): ParsedFile | ProtoProblem {
  try {
    const definition = definitionOf(protobuf.Root.fromDescriptor(bytes, { keepCase: true }));
    if (Object.keys(definition.nested ?? {}).length > 0) return { definition, imports: [] };
  } catch {
    // Any octets may stand in a file: that it is no descriptor set is said below.
  }
  return { kind: 'not-descriptors', path };
}

function definitionOf(root: protobuf.Root): Definition {
  return root.toJSON();
}

/** `illegal token 'x' (line 3)`. */
function syntaxProblem(path: string, error: unknown): ProtoProblem {
  const text = error instanceof Error ? error.message : String(error);
  const [, before = text, line] = /^(.*?) \((?:.*, )?line (\d+)\)$/s.exec(text) ?? [];
  return { kind: 'syntax', path, line: line === undefined ? undefined : Number(line), detail: before };
}

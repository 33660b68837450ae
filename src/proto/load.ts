/** Everything that `--proto` names, with what it imports, as one schema. */
import { resolve } from 'node:path';
import { DefinedSchema, type Definition } from '#grpc';
import { FILES_MAX, findImport, listFiles, readBounded } from './files.ts';
import { type ParsedFile, parseDescriptors, parseProto } from './parse.ts';
import type { ProtoProblem } from './problem.ts';

export interface LoadedSchema {
  readonly schema: DefinedSchema;
  /** What could not be read at all. */
  readonly faults: readonly ProtoProblem[];
  /** What is missing; the rest can be used. */
  readonly gaps: readonly ProtoProblem[];
}

/** Imports that are built in, or that only add options to what is decoded without them. */
const KNOWN_IMPORT = /^google\/(?:protobuf|rpc|api|type)\//;

/** `paths`: .proto files, directories of them, descriptor sets. `roots`: where imports are looked for first. */
export async function loadSchema(paths: readonly string[], roots: readonly string[]): Promise<LoadedSchema> {
  const loader = new Loader([...roots, ...paths]);
  for (const path of paths) await loader.add(path);
  return loader.finish();
}

class Loader {
  readonly #roots: readonly string[];
  readonly #definitions: Definition[] = [];
  readonly #faults: ProtoProblem[] = [];
  readonly #missing: { readonly path: string; readonly name: string }[] = [];
  readonly #read = new Set<string>();

  constructor(roots: readonly string[]) {
    this.#roots = roots;
  }

  async add(path: string): Promise<void> {
    const files = await listFiles(path);
    if ('kind' in files) {
      this.#faults.push(files);
      return;
    }
    for (const file of files) await this.#addFile(file);
  }

  finish(): LoadedSchema {
    const schema = new DefinedSchema(this.#definitions);
    const types = this.#missing.length === 0 ? [] : schema.unknownTypes();
    const gaps =
      types.length === 0 ? [] : this.#missing.map((one): ProtoProblem => ({ kind: 'import', ...one, types }));
    return { schema, faults: this.#faults, gaps };
  }

  /** The file and whatever it imports, each once. */
  async #addFile(first: string): Promise<void> {
    const waiting = [first];
    for (let path = waiting.pop(); path !== undefined && this.#read.size < FILES_MAX; path = waiting.pop()) {
      if (this.#read.has(resolve(path))) continue;
      this.#read.add(resolve(path));
      const parsed = await parseFile(path);
      if ('kind' in parsed) {
        this.#faults.push(parsed);
        continue;
      }
      this.#definitions.push(parsed.definition);
      for (const name of parsed.imports) {
        const found = await findImport(name, path, this.#roots);
        if (found !== undefined) waiting.push(found);
        else if (!KNOWN_IMPORT.test(name)) this.#missing.push({ path, name });
      }
    }
  }
}

async function parseFile(path: string): Promise<ParsedFile | ProtoProblem> {
  const bytes = await readBounded(path);
  if (!(bytes instanceof Uint8Array)) return bytes;
  return path.endsWith('.proto') ? parseProto(path, new TextDecoder().decode(bytes)) : parseDescriptors(path, bytes);
}

/** Opens what a command line names: a file, or `-` for standard input; gzip is recognised by its first octets. */
import { type FileHandle, open } from 'node:fs/promises';
import { faultOf, type InputFault } from './fault.ts';
import { fileChunks } from './file-chunks.ts';
import { gunzip, isGzip } from './gzip.ts';
import type { StandardInput } from './standard-input.ts';

/** The name that stands for standard input. */
export const STANDARD_INPUT = '-';

/** One input, read once. */
export class Input {
  /** Octets in the file as it is stored; undefined when only its end will tell. */
  readonly sizeBytes: number | undefined;
  readonly #source: AsyncIterable<Uint8Array>;
  #readBytes = 0;
  #compressed = false;
  #fault: InputFault | undefined;

  constructor(source: AsyncIterable<Uint8Array>, sizeBytes: number | undefined) {
    this.#source = source;
    this.sizeBytes = sizeBytes;
  }

  /** It arrives while it is being produced: pass on what is there instead of waiting for more. */
  get live(): boolean {
    return this.sizeBytes === undefined;
  }

  /** Octets read so far, as they are stored. */
  get readBytes(): number {
    return this.#readBytes;
  }

  get compressed(): boolean {
    return this.#compressed;
  }

  /** What went wrong while reading; complete once `chunks` has ended. */
  get fault(): InputFault | undefined {
    return this.#fault;
  }

  /** The decompressed octets. A chunk is valid until the next one is asked for. Never throws: see `fault`. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    const stored = this.#stored()[Symbol.asyncIterator]();
    const start = await firstOctets(stored);
    const all = startingWith(start, stored);
    this.#compressed = isGzip(start);
    if (!this.#compressed) yield* all;
    else
      yield* gunzip(all, (fault) => {
        this.#fault ??= fault;
      });
  }

  async *#stored(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#source) {
        this.#readBytes += chunk.length;
        yield chunk;
      }
    } catch (error) {
      this.#fault = faultOf(error);
    }
  }
}

/** Enough of the input to recognise gzip; shorter only if the whole input is. A copy: it outlives the chunk. */
async function firstOctets(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let start = new Uint8Array(0);
  while (start.length < 2) {
    const next = await source.next();
    if (next.done) break;
    const longer = new Uint8Array(start.length + next.value.length);
    longer.set(start);
    longer.set(next.value, start.length);
    start = longer;
  }
  return start;
}

async function* startingWith(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (start.length > 0) yield start;
    while (true) {
      const next = await rest.next();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

/** Opens `name`. What the operating system refuses is a fault; what the input holds shows when it is read. */
export async function openInput(name: string, standardInput: () => StandardInput): Promise<Input | InputFault> {
  if (name === STANDARD_INPUT) {
    const { chunks, sizeBytes } = standardInput();
    return new Input(chunks, sizeBytes);
  }
  try {
    return await fileInput(await open(name));
  } catch (error) {
    return faultOf(error);
  }
}

async function fileInput(file: FileHandle): Promise<Input | InputFault> {
  const stat = await file.stat();
  if (stat.isDirectory()) {
    await file.close();
    return { kind: 'is-directory' };
  }
  return new Input(fileChunks(file), stat.isFile() ? stat.size : undefined);
}

/** Small sources and sinks for the adapter tests. */
import { Writable } from 'node:stream';

/** The given pieces, one a turn. */
export async function* pieces(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield part;
}

/** Everything a source yields, copied as it comes (a chunk may be reused). */
export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of source) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

/** `bytes` cut into pieces of `size` octets. */
export function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}

/** A stream that keeps what is written to it, and fails with `errno` once `limit` characters have passed. */
export class TestStream extends Writable {
  text = '';
  readonly parts: string[] = [];
  readonly #limit: number;
  readonly #errno: string;

  constructor(limit = Number.POSITIVE_INFINITY, errno = 'EPIPE') {
    super();
    this.#limit = limit;
    this.#errno = errno;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const text = chunk.toString();
    this.parts.push(text);
    this.text += text;
    if (this.text.length <= this.#limit) done();
    else done(Object.assign(new Error(`write ${this.#errno}`), { code: this.#errno }));
  }
}

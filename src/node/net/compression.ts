/** gzip (RFC 1952) and deflate (zlib's format, RFC 1950, as gRPC "Compression" says) by Node's zlib. */
import { constants } from 'node:buffer';
import {
  type CompressCallback,
  deflate,
  deflateSync,
  gunzip,
  gunzipSync,
  gzip,
  gzipSync,
  type InputType,
  inflate,
  inflateSync,
  type ZlibOptions,
} from 'node:zlib';
import { invariant } from '#base';
import type { Compression, Inflated } from '#transport';
import { errnoOf, messageOf } from '../fault.ts';
import { ThreadGate } from './thread-gate.ts';

/**
 * Messages up to this are compressed or decompressed at once. Measured on JSON: 16 KiB compress in 95 µs; handing a message
 * to another thread costs this one 45 to 70 µs whatever its size, and the message a turn of the event loop.
 */
const SYNC_INPUT_BYTES = 16_384;

/** What a small message may become at once: 128 KiB take 0.1 to 0.2 ms. If it is more, another thread begins anew. */
const SYNC_OUTPUT_BYTES = 131_072;

/** zlib's smallest output buffer. */
const CHUNK_BYTES_MIN = 64;

interface Codec {
  readonly name: string;
  readonly compressSync: (message: InputType, options: ZlibOptions) => Buffer;
  readonly compress: (message: InputType, options: ZlibOptions, done: CompressCallback) => void;
  readonly decompressSync: (message: InputType, options: ZlibOptions) => unknown;
  readonly decompress: (message: InputType, options: ZlibOptions, done: CompressCallback) => void;
}

const codecs: readonly Codec[] = [
  { name: 'gzip', compressSync: gzipSync, compress: gzip, decompressSync: gunzipSync, decompress: gunzip },
  { name: 'deflate', compressSync: deflateSync, compress: deflate, decompressSync: inflateSync, decompress: inflate },
];

/** gzip and deflate, at zlib's default level (6), as the other implementations of gRPC use it. */
export function nodeCompressions(): readonly Compression[] {
  const gate = new ThreadGate();
  return codecs.map((codec) => new NodeCompression(codec, gate));
}

class NodeCompression implements Compression {
  readonly name: string;
  readonly #codec: Codec;
  readonly #gate: ThreadGate;

  constructor(codec: Codec, gate: ThreadGate) {
    this.name = codec.name;
    this.#codec = codec;
    this.#gate = gate;
  }

  compress(message: Uint8Array, done: (bytes: Uint8Array) => void): void {
    if (message.length <= SYNC_INPUT_BYTES) {
      done(plain(this.#codec.compressSync(message, { chunkSize: message.length + CHUNK_BYTES_MIN })));
      return;
    }
    this.#gate.enter((leave) => {
      this.#codec.compress(message, {}, (error, bytes) => {
        leave();
        // zlib compresses anything; all that can fail is memory, and then nobody can go on.
        if (error !== null) throw error;
        done(plain(bytes));
      });
    });
  }

  decompress(message: Uint8Array, limitBytes: number, done: (result: Inflated) => void): void {
    if (message.length > SYNC_INPUT_BYTES) {
      this.#decompressAside(message, limitBytes, done);
      return;
    }
    const result = this.#decompressNow(message, Math.min(limitBytes, SYNC_OUTPUT_BYTES));
    if (result.kind === 'too-large' && limitBytes > SYNC_OUTPUT_BYTES) this.#decompressAside(message, limitBytes, done);
    else done(result);
  }

  #decompressNow(message: Uint8Array, limitBytes: number): Inflated {
    try {
      return inflated(message, limitBytes, this.#codec.decompressSync(message, inflateOptions(limitBytes)));
    } catch (error) {
      return failure(error);
    }
  }

  #decompressAside(message: Uint8Array, limitBytes: number, done: (result: Inflated) => void): void {
    this.#gate.enter((leave) => {
      this.#codec.decompress(message, inflateOptions(limitBytes), (error, result: unknown) => {
        leave();
        done(error === null ? inflated(message, limitBytes, result) : failure(error));
      });
    });
  }
}

/** zlib does not take 0 for a limit: what comes out is counted once more. `info` tells how much of the input was used. */
function inflateOptions(limitBytes: number): ZlibOptions {
  return { info: true, maxOutputLength: Math.min(Math.max(1, limitBytes), constants.MAX_LENGTH) };
}

function inflated(message: Uint8Array, limitBytes: number, result: unknown): Inflated {
  const { buffer, usedBytes } = resultOf(result);
  if (buffer.length > limitBytes) return { kind: 'too-large' };
  if (usedBytes !== message.length) {
    const rest = message.length - usedBytes;
    return { kind: 'corrupt', detail: `${rest} octets follow the end of the compressed data` };
  }
  return { kind: 'ok', bytes: plain(buffer) };
}

/** What zlib returns with `info`; its type declarations do not know. */
function resultOf(result: unknown): { buffer: Buffer; usedBytes: number } {
  invariant(isObject(result) && isObject(result.engine), 'zlib returns its engine when it is asked for information');
  const { buffer, engine } = result;
  invariant(
    Buffer.isBuffer(buffer) && typeof engine.bytesWritten === 'number',
    'zlib counts the octets that it has used',
  );
  return { buffer, usedBytes: engine.bytesWritten };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function failure(error: unknown): Inflated {
  if (errnoOf(error) === 'ERR_BUFFER_TOO_LARGE') return { kind: 'too-large' };
  return { kind: 'corrupt', detail: messageOf(error) };
}

/** As the portable layers know octets; a short result in a long buffer is copied, so that a kept message keeps no more than it is. */
function plain(buffer: Buffer): Uint8Array {
  if (2 * buffer.length < buffer.buffer.byteLength) return new Uint8Array(buffer);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

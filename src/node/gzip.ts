/**
 * Decompresses gzip as it arrives (RFC 1952). zlib's stream drops what it has decoded when it meets an error, so each
 * chunk's output is taken out before the next one goes in: a truncated file still gives all that it holds.
 */
import { createGunzip, type Gunzip } from 'node:zlib';
import { errnoOf, type InputFault, messageOf } from './fault.ts';

/**
 * Input pieces. What zlib has decoded of the piece that holds an error is lost, so a piece is small beside a file, and
 * large beside the cost of a thread-pool round trip.
 */
const INPUT_PIECE_BYTES = 1 << 15;

/** Output pieces: large, so that the parser behind sees few boundaries. */
const OUTPUT_PIECE_BYTES = 1 << 18;

/** RFC 1952 §2.3.1: the first two octets of a gzip member. */
export function isGzip(start: Uint8Array): boolean {
  return start.length >= 2 && start[0] === 0x1f && start[1] === 0x8b;
}

/** Yields the decompressed octets; `onFault` is called at most once, after the last of them. */
export async function* gunzip(
  source: AsyncIterable<Uint8Array>,
  onFault: (fault: InputFault) => void,
): AsyncGenerator<Uint8Array> {
  const pump = new GunzipPump();
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length && !pump.over; at += INPUT_PIECE_BYTES) {
      pump.write(chunk.subarray(at, at + INPUT_PIECE_BYTES));
      yield* pump.drain();
    }
    if (pump.over) break;
  }
  pump.end();
  yield* pump.drain();
  if (pump.error !== undefined) onFault(gzipFault(pump.error));
}

function gzipFault(error: unknown): InputFault {
  if (errnoOf(error) === 'Z_BUF_ERROR') return { kind: 'gzip-truncated' };
  return { kind: 'gzip-damaged', detail: messageOf(error) };
}

type PumpState = 'idle' | 'working' | 'ended' | 'failed';

/** One gunzip stream driven a chunk at a time. */
class GunzipPump {
  readonly #zlib: Gunzip = createGunzip({ chunkSize: OUTPUT_PIECE_BYTES });
  #state: PumpState = 'idle';
  #error: unknown;
  #wake: (() => void) | undefined;

  constructor() {
    this.#zlib.on('readable', () => this.#wake?.());
    this.#zlib.on('end', () => this.#enter('ended'));
    this.#zlib.on('error', (error) => {
      this.#error = error;
      this.#enter('failed');
    });
  }

  get error(): unknown {
    return this.#error;
  }

  /** Nothing more comes out, whatever goes in: the data is damaged, or something else follows the last member. */
  get over(): boolean {
    return this.#state === 'ended' || this.#state === 'failed';
  }

  write(chunk: Uint8Array): void {
    this.#state = 'working';
    this.#zlib.write(chunk, () => {
      if (this.#state === 'working') this.#enter('idle');
    });
  }

  end(): void {
    if (this.over) return;
    this.#state = 'working';
    this.#zlib.end();
  }

  /** Everything that can be decoded from what was written so far. */
  async *drain(): AsyncGenerator<Uint8Array> {
    while (true) {
      const piece: Uint8Array | null = this.#zlib.read();
      if (piece !== null) yield piece;
      else if (this.#state !== 'working') return;
      else await this.#progress();
    }
  }

  #enter(state: PumpState): void {
    this.#state = state;
    this.#wake?.();
  }

  #progress(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

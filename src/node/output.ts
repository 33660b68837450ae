/**
 * Text to a stream, collected into large writes: one system call a line would cost more than making the line.
 * A reader that goes away (`| head`) closes the output quietly; any other failure is kept for the caller to report.
 */
import type { Writable } from 'node:stream';
import { errnoOf, messageOf } from './fault.ts';

/** From here on the caller should `flush`. Pipes hold 64 KiB; four of them keep the system calls rare. */
const FLUSH_BYTES = 1 << 18;

/** UTF-8 needs at most this many octets for one UTF-16 unit. */
const BYTES_PER_UNIT = 3;

export class Output {
  readonly #stream: Writable;
  /**
   * Text is encoded at once rather than kept: strings joined from many parts are costly while they live. Grows when a
   * piece of input makes more text than usual, and stays as it is.
   */
  #buffer = Buffer.allocUnsafeSlow(2 * FLUSH_BYTES);
  /** Collects what is written while the other one is on its way out. */
  #spare = Buffer.allocUnsafeSlow(2 * FLUSH_BYTES);
  #length = 0;
  #closed = false;
  #failure: string | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', (error) => this.#close(error));
  }

  /** Nobody reads any more: further text is dropped, so the caller may as well stop. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Why text was lost, in the system's words (a full disk, say); undefined while all is well or the reader just left. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Enough has been collected for a write. */
  get full(): boolean {
    return this.#length >= FLUSH_BYTES;
  }

  write(text: string): void {
    this.#append(text, BYTES_PER_UNIT, 'utf8');
  }

  /** The same for text of ASCII characters only, which need no encoding: several times as fast. */
  writeAscii(text: string): void {
    this.#append(text, 1, 'latin1');
  }

  /** Octets as they are. They may be reused after the call. */
  writeBytes(bytes: Uint8Array): void {
    if (this.#closed) return;
    const needed = this.#length + bytes.length;
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#buffer.set(bytes, this.#length);
    this.#length = needed;
  }

  #append(text: string, bytesPerUnit: number, encoding: 'utf8' | 'latin1'): void {
    if (this.#closed) return;
    const needed = this.#length + bytesPerUnit * text.length;
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#length += this.#buffer.write(text, this.#length, encoding);
  }

  /** Writes what was collected; resolves when the stream has taken it. One flush at a time. */
  async flush(): Promise<void> {
    if (this.#closed || this.#length === 0) return;
    const leaving = this.#buffer;
    const bytes = leaving.subarray(0, this.#length);
    this.#buffer = this.#spare;
    this.#length = 0;
    await new Promise<void>((resolve) => {
      this.#stream.write(bytes, (error) => {
        if (error) this.#close(error);
        resolve();
      });
    });
    this.#spare = leaving;
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }

  #close(error: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#length = 0;
    const errno = errnoOf(error);
    // EPIPE: the reader left. Windows says EOF; a destroyed stream says so itself.
    if (errno === 'EPIPE' || errno === 'EOF' || errno === 'ERR_STREAM_DESTROYED') return;
    this.#failure = messageOf(error);
  }
}

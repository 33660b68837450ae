/**
 * Text to a stream, collected into large writes: one system call a line would cost more than making the line.
 * A reader that goes away (`| head`) closes the output quietly; any other failure is kept for the caller to report.
 */
import type { Writable } from 'node:stream';
import { errnoOf, messageOf } from './fault.ts';

/** From here on the caller should `flush`. Pipes hold 64 KiB; four of them keep the system calls rare. */
const FLUSH_CHARACTERS = 1 << 18;

export class Output {
  readonly #stream: Writable;
  #pending = '';
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
    return this.#pending.length >= FLUSH_CHARACTERS;
  }

  write(text: string): void {
    if (!this.#closed) this.#pending += text;
  }

  /** Writes what was collected; resolves when the stream has taken it. */
  async flush(): Promise<void> {
    if (this.#closed || this.#pending === '') return;
    const text = this.#pending;
    this.#pending = '';
    await new Promise<void>((resolve) => {
      this.#stream.write(text, 'utf8', (error) => {
        if (error) this.#close(error);
        resolve();
      });
    });
  }

  #close(error: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pending = '';
    const errno = errnoOf(error);
    // EPIPE: the reader left. Windows says EOF; a destroyed stream says so itself.
    if (errno === 'EPIPE' || errno === 'EOF' || errno === 'ERR_STREAM_DESTROYED') return;
    this.#failure = messageOf(error);
  }
}

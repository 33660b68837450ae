/**
 * Messages of the program on their way into a call. The next one is asked of the program only when the call has room, so that a
 * slow peer holds the program back instead of filling memory.
 */

/** Where messages go: a call of the client or of the server. */
export interface PumpSink {
  /** Throws for what is no message of the method's type. */
  encode(message: unknown): Uint8Array;
  /** False: wait for `Pump.writable`. */
  send(bytes: Uint8Array): boolean;
  /** The program has no more messages. */
  done(): void;
  /** The program's iterable threw, or gave what cannot be encoded. */
  failed(error: unknown): void;
  /** After `Pump.stop`: the program's generator has run to its end. */
  stopped?(): void;
}

export class Pump {
  readonly #messages: AsyncIterator<unknown>;
  readonly #sink: PumpSink;
  #resume: (() => void) | undefined;
  #stopped = false;

  constructor(messages: AsyncIterable<unknown>, sink: PumpSink) {
    this.#messages = messages[Symbol.asyncIterator]();
    this.#sink = sink;
  }

  start(): void {
    void this.#run();
  }

  /** There is room again. */
  writable(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  /** The call is over: nothing is sent any more, and the program's generator runs its `finally`. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.writable();
    void this.#leave();
  }

  /** A generator that waits for something else ends when that comes; what it throws then has nobody to go to. */
  async #leave(): Promise<void> {
    try {
      await this.#messages.return?.();
    } catch {}
    this.#sink.stopped?.();
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#messages.next();
        if (this.#stopped) return;
        if (done === true) break;
        if (!this.#sink.send(this.#sink.encode(value))) await this.#room();
        if (this.#stopped) return;
      }
    } catch (error) {
      if (this.#stopped) return;
      this.stop();
      this.#sink.failed(error);
      return;
    }
    this.#stopped = true;
    this.#sink.done();
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }
}

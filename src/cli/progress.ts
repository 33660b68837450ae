/** One line on the terminal while a large input is read: how far, how fast. Erased at the end; never written to a file. */
import type { Input } from '#node';
import type { Io } from './io.ts';

/** What is read within this time needs no progress. */
const PATIENCE_MS = 1_000;
/** Between two updates: often enough to see movement, rarely enough not to cost. */
const INTERVAL_MS = 200;

/** Leaves room for the numbers on a terminal of 80 columns. */
const NAME_CHARACTERS = 30;

const ERASE_LINE = '\r\x1b[2K';

export class Progress {
  readonly #io: Io;
  readonly #name: string;
  readonly #startMs: number;
  #nextMs: number;
  #shown = false;

  constructor(io: Io, name: string) {
    this.#io = io;
    this.#name = shortened(name);
    this.#startMs = io.nowMs();
    this.#nextMs = this.#startMs + PATIENCE_MS;
  }

  /** Call it after each piece of input; it does something only now and then. */
  async update(input: Input): Promise<void> {
    if (!this.#io.terminal.stderr) return;
    const nowMs = this.#io.nowMs();
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + INTERVAL_MS;
    this.#shown = true;
    this.#io.stderr.write(`${ERASE_LINE}${progressText(this.#name, input, nowMs - this.#startMs)}`);
    await this.#io.stderr.flush();
  }

  /** Takes the line away again. */
  async end(): Promise<void> {
    if (!this.#shown) return;
    this.#shown = false;
    this.#io.stderr.write(ERASE_LINE);
    await this.#io.stderr.flush();
  }
}

/** `big.pcap: 120.0 of 204.1 MB (58%), 310 MB/s`. Numbers and units only, so that no language is needed. */
function progressText(name: string, input: Input, elapsedMs: number): string {
  const { readBytes, sizeBytes } = input;
  const speed = `${Math.round(readBytes / 1000 / elapsedMs)} MB/s`;
  if (sizeBytes === undefined || sizeBytes === 0) return `${name}: ${megabytes(readBytes)} MB, ${speed}`;
  const percent = Math.min(100, Math.floor((100 * readBytes) / sizeBytes));
  return `${name}: ${megabytes(readBytes)} / ${megabytes(sizeBytes)} MB (${percent}%), ${speed}`;
}

/** The end of a path tells more than its beginning; a line that wraps could not be erased. */
function shortened(name: string): string {
  return name.length <= NAME_CHARACTERS ? name : `...${name.slice(3 - NAME_CHARACTERS)}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** Standard input as the commands see it: a pipe, a redirected file, or a keyboard. */
import { createReadStream, fstatSync } from 'node:fs';
import { FILE_CHUNK_BYTES } from './file-chunks.ts';
import { interruptSignal, untilStopped } from './interrupt.ts';

export interface StandardInput {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Its size when it is a redirected file; undefined for a pipe or a terminal. */
  readonly sizeBytes: number | undefined;
  /** A person's keyboard: nobody types a capture. */
  readonly isTerminal: boolean;
}

/** The standard input of this process. Call it only when it is to be read: from then on Ctrl-C ends the input, not the process. */
export function processStandardInput(): StandardInput {
  const stat = fstatSync(0);
  if (stat.isFile()) {
    const chunks = createReadStream('', { fd: 0, autoClose: false, highWaterMark: FILE_CHUNK_BYTES });
    return { chunks, sizeBytes: stat.size, isTerminal: false };
  }
  const isTerminal = process.stdin.isTTY === true;
  return { chunks: pipeChunks(), sizeBytes: undefined, isTerminal };
}

async function* pipeChunks(): AsyncGenerator<Uint8Array> {
  try {
    yield* untilStopped(process.stdin, interruptSignal());
  } finally {
    // An open pipe would keep the process alive after its report.
    process.stdin.destroy();
  }
}

/**
 * The octets of an open file, in order, in large chunks. One read is always ahead of the reader, so that the disk works
 * while the chunk before is parsed.
 */
import type { FileHandle } from 'node:fs/promises';

/** Larger reads measured no faster; smaller ones cost a thread-pool round trip each. */
export const FILE_CHUNK_BYTES = 1 << 20;

/** Yields the file from its current position on and closes it. A chunk is valid until the next one is asked for. */
export async function* fileChunks(file: FileHandle, chunkBytes = FILE_CHUNK_BYTES): AsyncGenerator<Uint8Array> {
  let current = new Uint8Array(chunkBytes);
  let spare = new Uint8Array(chunkBytes);
  let ahead = readInto(file, current);
  try {
    while (true) {
      const length = await ahead;
      if (length === 0) return;
      ahead = readInto(file, spare);
      yield current.subarray(0, length);
      [current, spare] = [spare, current];
    }
  } finally {
    // The read ahead must be over before the file closes, whatever became of it.
    await ahead.catch(() => undefined);
    await file.close();
  }
}

function readInto(file: FileHandle, buffer: Uint8Array): Promise<number> {
  const reading = file.read(buffer, 0, buffer.length, null).then(({ bytesRead }) => bytesRead);
  // A failure waits here until the reader comes for it; without a handler Node would call it unhandled before that.
  reading.catch(() => undefined);
  return reading;
}

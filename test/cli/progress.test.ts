import { expect, it } from 'vitest';
import { Input, Output } from '#node';
import { Progress } from '../../src/cli/progress.ts';
import { pieces, TestStream } from '../node/support.ts';

/** Reads 4 MB in four pieces, `stepMs` apart, and returns what went to the terminal. */
async function shown(stepMs: number, terminal: boolean, piped = false): Promise<string> {
  const stderr = new TestStream();
  let nowMs = 50;
  const io = {
    stdout: new Output(new TestStream()),
    stderr: new Output(stderr),
    stdin: () => ({ chunks: pieces(), sizeBytes: undefined, isTerminal: false }),
    env: {},
    terminal: { stdout: false, stderr: terminal, columns: 80 },
    secretSalt: 'salt',
    nowMs: () => nowMs,
  };
  const piece = new Uint8Array(1_000_000);
  const input = new Input(pieces(piece, piece, piece, piece), piped ? undefined : 4_000_000);
  const progress = new Progress(io, '/a/rather/long/path/to/a/capture.pcap');
  for await (const _ of input.chunks()) {
    nowMs += stepMs;
    await progress.update(input);
  }
  await progress.end();
  return stderr.text;
}

it('shows how far and how fast, and takes the line away', async () => {
  const erase = '\r\x1b[2K';
  const name = '...long/path/to/a/capture.pcap';
  expect(await shown(800, true)).toBe(
    `${erase}${name}: 2.0 / 4.0 MB (50%), 1 MB/s${erase}${name}: 3.0 / 4.0 MB (75%), 1 MB/s${erase}${name}: 4.0 / 4.0 MB (100%), 1 MB/s${erase}`,
  );
});
it('knows no end of a pipe', async () => {
  expect(await shown(1_100, true, true)).toContain('capture.pcap: 1.0 MB, 1 MB/s\r');
});
it('is silent while a second has not passed', async () => expect(await shown(200, true)).toBe(''));
it('is silent where there is no terminal', async () => expect(await shown(5_000, false)).toBe(''));

import { describe, expect, it } from 'vitest';
import { capturePath, FAILING } from '../fixtures.ts';
import { calmwire } from '../support.ts';

async function rows(...args: readonly string[]): Promise<string[][]> {
  const { code, stdout } = await calmwire(['frames', capturePath(FAILING), '--format', 'tsv', ...args]);
  expect(code).toBe(0);
  const lines = stdout.split('\n').slice(0, -1);
  return lines.map((line) => line.split('\t'));
}

describe('frames as a table', () => {
  it('names its columns', async () => {
    const [heading] = await rows('--limit', '1');
    expect(heading).toEqual([
      'frame',
      'time_ms',
      'packet',
      'connection',
      'from',
      'type',
      'flags',
      'stream',
      'length',
      'fields',
    ]);
  });

  it('has a row for each frame, the decoded fields behind it', async () => {
    const [, ...lines] = await rows('--connection', '1');
    expect(lines.map(([frame]) => Number(frame))).toEqual(lines.map((_, at) => at + 1));
    const request = lines.find((row) => row[5] === 'HEADERS' && row[4] === 'client');
    expect(request?.slice(0, 9)).toEqual(['6', '8.802', '10', '1', 'client', 'HEADERS', 'END_HEADERS', '1', '110']);
    expect(request?.slice(9)).toContain(':path: /lab.Echo/Unary');
    expect(lines.find((row) => row[5] === 'GOAWAY')).toHaveLength(9);
  });

  it('filters and limits as the text does', async () => {
    const [, ...pings] = await rows('--type', 'ping', '--from', 'client', '--limit', '2');
    expect(pings.map((row) => row[5])).toEqual(['PING', 'PING']);
    expect(pings.every((row) => row[4] === 'client')).toBe(true);
  });

  it('gives as many rows as the trace has frames', async () => {
    const { stdout } = await calmwire(['frames', capturePath(FAILING), '--format', 'json']);
    const frames = stdout.split('\n').filter((line) => line.startsWith('{"kind":"frame"'));
    expect((await rows()).length - 1).toBe(frames.length);
  });
});

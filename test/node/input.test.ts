import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Input, openInput, type StandardInput } from '#node';
import { collect, pieces } from './support.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'calmwire-input-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const noStandardInput = (): StandardInput => ({ chunks: pieces(), sizeBytes: undefined, isTerminal: false });

async function opened(name: string): Promise<Input> {
  const input = await openInput(name, noStandardInput);
  if (!(input instanceof Input)) throw new Error(`not opened: ${input.kind}`);
  return input;
}

describe('openInput', () => {
  it('reads a file that is longer than its chunks', async () => {
    const bytes = Buffer.alloc(3 * (1 << 20) + 17);
    for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 31) >> 7;
    writeFileSync(join(folder, 'long'), bytes);
    const input = await opened(join(folder, 'long'));
    expect(input.sizeBytes).toBe(bytes.length);
    expect(input.live).toBe(false);
    expect((await collect(input.chunks())).equals(bytes)).toBe(true);
    expect(input.readBytes).toBe(bytes.length);
    expect(input.compressed).toBe(false);
  });

  it('reads an empty file as nothing', async () => {
    writeFileSync(join(folder, 'empty'), '');
    const input = await opened(join(folder, 'empty'));
    expect((await collect(input.chunks())).length).toBe(0);
    expect(input.fault).toBeUndefined();
  });

  it('says what is wrong with the name', async () => {
    expect(await openInput(join(folder, 'nowhere'), noStandardInput)).toEqual({ kind: 'not-found' });
    expect(await openInput(join(folder, 'empty', 'below'), noStandardInput)).toEqual({ kind: 'not-found' });
    expect(await openInput(folder, noStandardInput)).toEqual({ kind: 'is-directory' });
    expect(await openInput('a\0b', noStandardInput)).toMatchObject({ kind: 'unreadable' });
  });

  it('reads standard input as it comes', async () => {
    const chunks = pieces(Uint8Array.of(1), Uint8Array.of(2, 3));
    const input = await openInput('-', () => ({ chunks, sizeBytes: undefined, isTerminal: false }));
    if (!(input instanceof Input)) throw new Error('not opened');
    expect(input.live).toBe(true);
    expect([...(await collect(input.chunks()))]).toEqual([1, 2, 3]);
  });

  it('keeps what was read before a failure', async () => {
    async function* failing() {
      yield Uint8Array.of(5, 6, 7);
      throw Object.assign(new Error('i/o error'), { code: 'EIO' });
    }
    const input = new Input(failing(), 10);
    expect([...(await collect(input.chunks()))]).toEqual([5, 6, 7]);
    expect(input.fault).toEqual({ kind: 'unreadable', detail: 'i/o error' });
  });

  it('closes the source when its reader stops early', async () => {
    let closed = false;
    async function* endless() {
      try {
        while (true) yield new Uint8Array(10);
      } finally {
        closed = true;
      }
    }
    for await (const _ of new Input(endless(), undefined).chunks()) break;
    expect(closed).toBe(true);
  });
});

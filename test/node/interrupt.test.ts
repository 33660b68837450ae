import { describe, expect, it } from 'vitest';
import { untilStopped } from '../../src/node/interrupt.ts';
import { collect, pieces } from './support.ts';

describe('untilStopped', () => {
  it('passes a source through to its end', async () => {
    const source = untilStopped(pieces(Uint8Array.of(1), Uint8Array.of(2)), new AbortController().signal);
    expect([...(await collect(source))]).toEqual([1, 2]);
  });

  it('ends a source that stays open, with all that came before', async () => {
    const stop = new AbortController();
    async function* openPipe() {
      yield Uint8Array.of(1);
      stop.abort();
      yield Uint8Array.of(2);
      await new Promise(() => undefined);
    }
    expect([...(await collect(untilStopped(openPipe(), stop.signal, 0)))]).toEqual([1, 2]);
  });

  it('ends even if the signal came before the first read', async () => {
    async function* silent(): AsyncGenerator<Uint8Array> {
      await new Promise(() => undefined);
    }
    expect((await collect(untilStopped(silent(), AbortSignal.abort(), 0))).length).toBe(0);
  });

  it('passes failures on', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Uint8Array.of(1);
      throw new Error('broken');
    }
    await expect(collect(untilStopped(failing(), new AbortController().signal))).rejects.toThrow('broken');
  });
});

import { expect, it } from 'vitest';
import type { HeaderBlock } from '#h2';
import { BlockCache } from '../../../src/h2/hpack/block-cache.ts';

const block = (listBytes: number): HeaderBlock => ({
  kind: 'block',
  fields: [],
  listBytes,
  complete: true,
  memo: undefined,
  read: undefined,
});
const octets = (value: number, length = 4): Uint8Array => {
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
};

/** Asks for a block and keeps it if it is not there; true for a hit. */
function look(cache: BlockCache, bytes: Uint8Array, generation = 0): boolean {
  const found = cache.find(bytes, 0, bytes.length, generation);
  if (found === undefined) cache.keep(bytes, 0, bytes.length, generation, block(bytes[3]!));
  return found !== undefined;
}

it('finds octets that are the same throughout, at the same generation', () => {
  const cache = new BlockCache();
  const bytes = octets(7);
  expect(look(cache, bytes)).toBe(false);
  expect(look(cache, bytes)).toBe(true);
  expect(look(cache, octets(8))).toBe(false);
  expect(cache.find(Uint8Array.of(9, 0, 0, 0, 7, 9), 1, 5, 0)).toEqual(block(7));
  expect(look(cache, bytes, 1)).toBe(false);
});

it('does not take a block for another that shares its place', () => {
  const cache = new BlockCache();
  let hits = 0;
  for (let value = 0; value < 500; value++) {
    const bytes = octets(value);
    const found = cache.find(bytes, 0, 4, 0);
    if (found !== undefined) hits++;
    cache.keep(bytes, 0, 4, 0, block(value));
    const again = cache.find(bytes, 0, 4, 0);
    if (again !== undefined) expect(again.listBytes).toBe(value);
  }
  expect(hits).toBe(0);
});

it('makes room as more blocks come back', () => {
  const cache = new BlockCache();
  for (let round = 0; round < 12; round++) for (let value = 0; value < 12; value++) look(cache, octets(value));
  let hits = 0;
  for (let value = 0; value < 12; value++) if (look(cache, octets(value))) hits++;
  // Blocks that share a place push each other out; most do not.
  expect(hits).toBeGreaterThanOrEqual(8);
});

it('makes none for blocks of tables that are gone', () => {
  const cache = new BlockCache();
  for (let generation = 0; generation < 1_000; generation++) {
    expect(look(cache, octets(1), generation)).toBe(false);
    expect(look(cache, octets(1), generation)).toBe(true);
  }
});

it('does not keep long blocks', () => {
  const cache = new BlockCache();
  expect(look(cache, octets(1, 256))).toBe(false);
  expect(look(cache, octets(1, 256))).toBe(true);
  expect(look(cache, octets(1, 257))).toBe(false);
  expect(look(cache, octets(1, 257))).toBe(false);
});

it('rests while nothing repeats, longer and longer, and wakes up when something does', () => {
  const cache = new BlockCache();
  let looked = 0;
  for (let value = 0; value < 20_000; value++) {
    const bytes = octets(value);
    look(cache, bytes);
    if (look(cache, bytes)) looked++;
  }
  // Each pair hits unless the cache rests, so it never does for long.
  expect(looked).toBeGreaterThan(19_000);
  const idle = new BlockCache();
  for (let value = 0; value < 20_000; value++) look(idle, octets(value));
  let blocks = 0;
  while (!look(idle, octets(1))) blocks++;
  expect(blocks).toBeGreaterThan(0);
  expect(blocks).toBeLessThanOrEqual(1_024 + 1);
});

import { describe, expect, it } from 'vitest';
import { BoundaryFinder } from '#h2';
import { REQUEST, Script } from './script.ts';

/** Octets that look like no frame. */
const noise = (length: number): Uint8Array => new Uint8Array(length).fill(0xab);

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function frames(write: (script: Script) => void): Uint8Array {
  const script = new Script();
  write(script);
  return join(...script.chunks.map(({ bytes }) => bytes));
}

const ping = frames(({ client }) => client.ping('00000000000000aa'));
const call = frames(({ client }) => client.headers(1, REQUEST).message(1, 40).window(0, 9));

describe('BoundaryFinder', () => {
  it('believes three frame headers in a row, wherever they begin', () => {
    const finder = new BoundaryFinder();
    const bytes = join(noise(100), call, noise(7));
    expect(finder.push(bytes, 0, bytes.length)).toBe(true);
    expect([finder.boundary, finder.skipped]).toEqual([100, 0]);
    expect(finder.bytes.subarray(finder.boundary, finder.length)).toEqual(join(call, noise(7)));
  });

  it('believes one frame that fills a segment, and two that end one', () => {
    const one = new BoundaryFinder();
    expect(one.push(noise(50), 0, 50)).toBe(false);
    expect(one.push(ping, 0, ping.length)).toBe(true);
    expect(one.boundary).toBe(50);
    const two = new BoundaryFinder();
    const tail = join(noise(30), ping, ping);
    expect(two.push(tail, 0, tail.length)).toBe(true);
    expect(two.boundary).toBe(30);
  });

  it('does not believe one frame at the end of a segment, nor one that the segment cuts', () => {
    const finder = new BoundaryFinder();
    const tail = join(noise(30), ping);
    expect(finder.push(tail, 0, tail.length)).toBe(false);
    const early = new BoundaryFinder();
    expect(early.push(call, 0, call.length - 5)).toBe(false);
    expect(early.push(call, call.length - 5, call.length)).toBe(true);
    expect(early.boundary).toBe(0);
  });

  it('finds the same boundary octet by octet once three headers stand', () => {
    const bytes = join(noise(20), call, call);
    const finder = new BoundaryFinder();
    let found = -1;
    for (let at = 0; at < bytes.length && found < 0; at++) if (finder.push(bytes, at, at + 1)) found = at;
    expect(finder.boundary).toBe(20);
    expect(found).toBeLessThan(20 + call.length);
  });

  it('does not take the tail of RST_STREAM for an empty DATA frame', () => {
    const reset = frames(({ client }) => client.reset(1, 7)).subarray(4);
    const finder = new BoundaryFinder();
    const bytes = join(reset, call);
    expect(finder.push(bytes, 0, bytes.length)).toBe(true);
    expect(finder.boundary).toBe(9);
  });

  it('does not join octets across a gap', () => {
    const finder = new BoundaryFinder();
    const half = ping.length >> 1;
    expect(finder.push(ping, 0, half)).toBe(false);
    finder.gap(10);
    expect(finder.push(ping, half, ping.length)).toBe(false);
    expect(finder.skipped).toBe(half);
  });

  it('holds a bounded number of octets and counts what it gives up', () => {
    const finder = new BoundaryFinder();
    const segment = noise(1_400);
    for (let count = 0; count < 200; count++) expect(finder.push(segment, 0, segment.length)).toBe(false);
    expect(finder.length).toBeLessThanOrEqual(65_536);
    expect(finder.skipped + finder.length).toBe(200 * 1_400);
    expect(finder.push(call, 0, call.length)).toBe(true);
    expect(finder.skipped + finder.boundary).toBe(200 * 1_400);
  });

  it('finds its way out of a message longer than it can hold', () => {
    const finder = new BoundaryFinder();
    const long = noise(1_000_000);
    expect(finder.push(long, 0, long.length)).toBe(false);
    const end = join(noise(100), call);
    expect(finder.push(end, 0, end.length)).toBe(true);
    expect(finder.skipped + finder.boundary).toBe(1_000_100);
  });

  it('does not believe in streams that cannot be in use', () => {
    const far = frames(({ client }) => client.headers(5_001, REQUEST).message(5_001, 4).window(5_001, 9));
    expect(new BoundaryFinder(300).push(far, 0, far.length)).toBe(false);
    const after = new BoundaryFinder(300);
    after.allowStreams(50_000);
    expect(after.push(far, 0, far.length)).toBe(true);
  });
});

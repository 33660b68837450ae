import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REFERRED_BYTES_MIN } from '../../../src/h2/connection/outgoing.ts';
import { SendQueue } from '../../../src/h2/connection/send-queue.ts';

class Output {
  readonly octets: number[] = [];
  readonly referred: Uint8Array[] = [];

  append(bytes: Uint8Array): void {
    this.octets.push(...bytes);
  }

  refer(bytes: Uint8Array): void {
    this.referred.push(bytes);
    this.octets.push(...bytes);
  }
}

const lengths = fc.oneof(
  { arbitrary: fc.nat(300), weight: 8 },
  { arbitrary: fc.constantFrom(0, REFERRED_BYTES_MIN - 1, REFERRED_BYTES_MIN, 20_000), weight: 1 },
);

describe('SendQueue', () => {
  it('gives the octets in the order in which they came, however they are taken', () => {
    const steps = fc.array(fc.record({ push: lengths, take: fc.nat(9_000) }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (script) => {
        const queue = new SendQueue();
        const output = new Output();
        const pushed: number[] = [];
        let next = 0;
        for (const { push, take } of script) {
          const prefix = Uint8Array.from([next, next + 1]);
          const body = Uint8Array.from({ length: push }, (_, at) => next + at);
          next = (next + 1) & 0xff;
          queue.push(prefix, body);
          pushed.push(...prefix, ...body);
          // The prefix is one array for all messages in real life.
          prefix.fill(0xee);
          queue.take(Math.min(take, queue.bytes), output);
          expect(queue.bytes).toBe(pushed.length - output.octets.length);
        }
        queue.take(queue.bytes, output);
        expect(queue.bytes).toBe(0);
        expect(output.octets).toEqual(pushed);
      }),
      { numRuns: 100 },
    );
  });

  it('collects short messages into pieces that are referred to, and does not write into what it gave away', () => {
    const queue = new SendQueue();
    const output = new Output();
    const short = (value: number): Uint8Array => new Uint8Array(100).fill(value);
    for (let value = 0; value < 100; value++) queue.push(Uint8Array.of(value), short(value));
    queue.take(5_000, output);
    const given = output.referred.map((bytes) => bytes.slice());
    expect(output.referred.length).toBeLessThan(5);
    for (let value = 100; value < 200; value++) queue.push(Uint8Array.of(value), short(value));
    expect(output.referred).toEqual(given);
    queue.take(queue.bytes, output);
    expect(output.octets.length).toBe(200 * 101);
    expect(output.octets.filter((_, at) => at % 101 === 0)).toEqual(Array.from({ length: 200 }, (_, value) => value));
  });

  it('does not copy long messages', () => {
    const queue = new SendQueue();
    const output = new Output();
    const long = new Uint8Array(10_000).fill(1);
    queue.push(Uint8Array.of(0, 0, 0, 0, 5), long);
    queue.take(5, output);
    queue.take(10_000, output);
    expect(output.referred).toEqual([long]);
    expect(output.referred[0]?.buffer).toBe(long.buffer);
  });
});

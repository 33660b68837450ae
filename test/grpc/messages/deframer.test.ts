import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageDeframer } from '#grpc';

interface Seen {
  compressed: boolean;
  length: number;
  received: number;
}

/** One message on the wire; the octets of the message itself do not matter. */
function message(length: number, flag = 0): number[] {
  return [flag, length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255, ...new Array(length).fill(7)];
}

function feed(deframer: MessageDeframer, bytes: Uint8Array, seen: Seen[]): void {
  let at = 0;
  while (at < bytes.length) {
    at = deframer.take(bytes, at, bytes.length);
    if (deframer.complete) {
      seen.push({ compressed: deframer.compressed, length: deframer.length, received: deframer.received });
    }
  }
}

describe('MessageDeframer', () => {
  it('counts messages in one chunk, empty ones included', () => {
    const seen: Seen[] = [];
    feed(new MessageDeframer(), Uint8Array.from([...message(3), ...message(0, 1), ...message(300)]), seen);
    expect(seen).toEqual([
      { compressed: false, length: 3, received: 3 },
      { compressed: true, length: 0, received: 0 },
      { compressed: false, length: 300, received: 300 },
    ]);
  });

  it('counts the same however the octets are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(40), fc.boolean()), { maxLength: 8 }),
        fc.array(fc.nat(30), { maxLength: 20 }),
        (messages, cuts) => {
          const bytes = Uint8Array.from(messages.flatMap(([length, packed]) => message(length, packed ? 1 : 0)));
          const seen: Seen[] = [];
          const deframer = new MessageDeframer();
          let at = 0;
          for (const cut of [...cuts, bytes.length]) {
            feed(deframer, bytes.subarray(at, at + cut), seen);
            at = Math.min(bytes.length, at + cut);
          }
          expect(seen).toEqual(messages.map(([length, compressed]) => ({ compressed, length, received: length })));
        },
      ),
    );
  });

  it('knows what is missing of a message that was cut off', () => {
    const deframer = new MessageDeframer();
    feed(deframer, Uint8Array.from(message(100)).subarray(0, 45), []);
    expect([deframer.inMessage, deframer.length, deframer.received]).toEqual([true, 100, 40]);
    const early = new MessageDeframer();
    feed(early, Uint8Array.from(message(100)).subarray(0, 3), []);
    expect([early.inMessage, early.inPrefix]).toEqual([false, true]);
  });

  it('reads a length of all ones without a sign', () => {
    const deframer = new MessageDeframer();
    deframer.take(Uint8Array.of(0, 255, 255, 255, 255, 1), 0, 6);
    expect([deframer.length, deframer.received]).toEqual([4_294_967_295, 1]);
  });

  it('gives up on a flag that gRPC does not define', () => {
    const deframer = new MessageDeframer();
    const seen: Seen[] = [];
    feed(deframer, new TextEncoder().encode('<html>no message at all</html>'), seen);
    expect([deframer.synced, deframer.complete, seen]).toEqual([false, false, []]);
  });

  it('counts lost octets of a message as received', () => {
    const deframer = new MessageDeframer();
    const seen: Seen[] = [];
    const bytes = Uint8Array.from([...message(100), ...message(2)]);
    feed(deframer, bytes.subarray(0, 10), seen);
    expect(deframer.lose(50)).toBe(false);
    feed(deframer, bytes.subarray(60), seen);
    expect(seen.map((one) => one.length)).toEqual([100, 2]);
  });

  it('stays in step when the loss ends with the message', () => {
    const deframer = new MessageDeframer();
    const seen: Seen[] = [];
    feed(deframer, Uint8Array.from(message(100)).subarray(0, 10), seen);
    expect(deframer.lose(95)).toBe(true);
    expect([deframer.complete, deframer.received]).toEqual([true, 100]);
    feed(deframer, Uint8Array.from(message(4)), seen);
    expect(seen.map((one) => one.length)).toEqual([4]);
  });

  it('stops counting when a prefix is lost', () => {
    const deframer = new MessageDeframer();
    feed(deframer, Uint8Array.from(message(100)).subarray(0, 10), []);
    expect(deframer.lose(96)).toBe(true);
    expect(deframer.synced).toBe(false);
    const between = new MessageDeframer();
    expect([between.lose(1), between.synced]).toEqual([false, false]);
    deframer.reset();
    expect(deframer.synced).toBe(true);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MESSAGE_BYTES_MAX,
  MessageReader,
  messageFaultText,
  messagePrefix,
  PREFIX_BYTES,
  type ReceivedMessage,
} from '#grpc';

/** One message on the wire, its octets counting up from `first`. */
function wire(length: number, compressed = false, first = length): Uint8Array {
  const bytes = new Uint8Array(PREFIX_BYTES + length);
  messagePrefix(bytes, compressed, length);
  for (let at = 0; at < length; at++) bytes[PREFIX_BYTES + at] = first + at;
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function take(reader: MessageReader): ReceivedMessage[] {
  const messages: ReceivedMessage[] = [];
  for (let message = reader.next(); message !== undefined; message = reader.next()) messages.push(message);
  return messages;
}

function pushAll(reader: MessageReader, bytes: Uint8Array): void {
  reader.push(bytes, 0, bytes.length);
}

describe('messagePrefix', () => {
  it('is the flag and the length in network order', () => {
    const to = new Uint8Array(6).fill(9);
    messagePrefix(to, true, 0x01020304);
    expect([...to]).toEqual([1, 1, 2, 3, 4, 9]);
    messagePrefix(to, false, MESSAGE_BYTES_MAX);
    expect([...to]).toEqual([0, 255, 255, 255, 255, 9]);
  });
});

describe('whole messages', () => {
  it('are views of the chunk that brought them', () => {
    const chunk = join([wire(3), wire(0, true), wire(4)]);
    const reader = new MessageReader();
    pushAll(reader, chunk);
    const messages = take(reader);
    expect(messages.map(({ bytes, compressed }) => [[...bytes], compressed])).toEqual([
      [[3, 4, 5], false],
      [[], true],
      [[4, 5, 6, 7], false],
    ]);
    for (const { bytes } of messages) expect(bytes.buffer).toBe(chunk.buffer);
    expect(reader.heldBytes).toBe(0);
    expect(reader.endFault()).toBeUndefined();
  });

  it('are found where the chunk begins and ends', () => {
    const around = join([Uint8Array.of(7, 7), wire(2), Uint8Array.of(0, 0, 0, 0, 0)]);
    const reader = new MessageReader();
    reader.push(around, 2, 9);
    expect(take(reader).map(({ bytes }) => [...bytes])).toEqual([[2, 3]]);
    expect(reader.endFault()).toBeUndefined();
  });

  it('wait until they are asked for, and are views still', () => {
    const chunk = join([wire(300), wire(200)]);
    const reader = new MessageReader();
    pushAll(reader, chunk);
    expect(reader.ready).toBe(true);
    pushAll(reader, wire(1));
    const messages = take(reader);
    expect(messages.map(({ bytes }) => bytes.length)).toEqual([300, 200, 1]);
    expect(messages[1]?.bytes.buffer).toBe(chunk.buffer);
  });
});

describe('any chunks', () => {
  const sizes = fc.oneof(
    { weight: 6, arbitrary: fc.nat(12) },
    { weight: 6, arbitrary: fc.nat(300) },
    { weight: 6, arbitrary: fc.constantFrom(0, 1_023, 5_000) },
    { weight: 1, arbitrary: fc.constantFrom(32_768, 70_000) },
  );
  const plan = fc.record({
    messages: fc.array(fc.tuple(sizes, fc.boolean(), fc.nat(255)), { maxLength: 8 }),
    cuts: fc.array(fc.oneof(fc.nat(7), fc.nat(2_000), fc.nat(30_000)), { maxLength: 60 }),
    /** How often the application asks: after every chunk, or when it likes. */
    asks: fc.array(fc.constantFrom(0, 1, 2, 100), { maxLength: 60 }),
    backing: fc.constantFrom(0, 20_000),
  });

  it('give the same messages, whatever the application does in between', () => {
    fc.assert(
      fc.property(plan, ({ messages, cuts, asks, backing }) => {
        const bytes = join(messages.map(([length, compressed, first]) => wire(length, compressed, first)));
        const reader = new MessageReader();
        const seen: ReceivedMessage[] = [];
        let given = 0;
        let at = 0;
        [...cuts, bytes.length].forEach((cut, index) => {
          const end = Math.min(bytes.length, at + cut);
          // In memory of its own, which is large for it in half of the runs: then it is copied.
          const chunk = new Uint8Array(end - at + 4 + backing);
          chunk.set(bytes.subarray(at, end), 2);
          reader.push(chunk, 2, 2 + end - at);
          at = end;
          for (let asked = 0; asked < (asks[index] ?? 100); asked++) {
            const message = reader.next();
            if (message === undefined) break;
            seen.push(message);
            given += PREFIX_BYTES + message.bytes.length;
          }
          expect(reader.heldBytes).toBe(at - given);
          const whole = reader.ready;
          if (!whole) expect(reader.next()).toBeUndefined();
        });
        seen.push(...take(reader));
        expect(seen.map(({ bytes, compressed }) => [...bytes, compressed])).toEqual(
          messages.map(([length, compressed, first]) => [
            ...wire(length, compressed, first).subarray(PREFIX_BYTES),
            compressed,
          ]),
        );
        expect(reader.heldBytes).toBe(0);
        expect(reader.endFault()).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('of one octet each', () => {
    const bytes = join([wire(40_000), wire(0), wire(3, true)]);
    const reader = new MessageReader();
    const seen: ReceivedMessage[] = [];
    for (let at = 0; at < bytes.length; at++) {
      reader.push(bytes, at, at + 1);
      seen.push(...take(reader));
    }
    expect(seen.map((message) => [message.bytes.length, message.compressed])).toEqual([
      [40_000, false],
      [0, false],
      [3, true],
    ]);
    expect(seen[0]?.bytes).toEqual(wire(40_000).subarray(PREFIX_BYTES));
  });

  it('join to exactly the message, in memory of its own', () => {
    const bytes = wire(1_000);
    const reader = new MessageReader();
    reader.push(bytes, 0, 600);
    expect(reader.next()).toBeUndefined();
    reader.push(bytes, 600, bytes.length);
    const message = reader.next()!;
    expect(message.bytes).toEqual(bytes.subarray(PREFIX_BYTES));
    expect(message.bytes.buffer.byteLength).toBe(1_000);
  });
});

describe('memory', () => {
  it('follows what has arrived, not what the prefix promises', () => {
    const allowed = 1_000_000_000;
    const reader = new MessageReader(allowed);
    const prefix = new Uint8Array(PREFIX_BYTES);
    messagePrefix(prefix, false, allowed);
    pushAll(reader, prefix);
    expect(reader.next()).toBeUndefined();
    expect(reader.heldBytes).toBe(PREFIX_BYTES);
    expect(reader.ready).toBe(false);
    expect(reader.fault).toBeUndefined();
  });

  it('of the transport is let go when little of it is needed', () => {
    const chunk = new Uint8Array(65_536);
    chunk.set(wire(100).subarray(0, 50), 1_000);
    const reader = new MessageReader();
    reader.push(chunk, 1_000, 1_050);
    expect(reader.next()).toBeUndefined();
    // What was kept is a copy, so this does not reach it.
    chunk.fill(0xee);
    pushAll(reader, wire(100).subarray(50));
    expect(reader.next()?.bytes).toEqual(wire(100).subarray(PREFIX_BYTES));
  });

  it('of many small pieces is joined, also where a message before them ended within one', () => {
    const first = wire(30, false, 1);
    const second = wire(200, false, 50);
    const reader = new MessageReader();
    reader.push(first, 0, 20);
    expect(reader.next()).toBeUndefined();
    pushAll(reader, join([first.subarray(20), second.subarray(0, 10)]));
    expect(reader.next()?.bytes).toEqual(first.subarray(PREFIX_BYTES));
    const pieces: Uint8Array[] = [];
    for (let at = 10; at < second.length; at++) {
      const piece = second.slice(at, at + 1);
      pieces.push(piece);
      pushAll(reader, piece);
    }
    // The joined pieces are copies, so spoiling what they were made of changes nothing; the last ones may still wait.
    pieces.slice(0, -17).forEach((piece) => {
      piece[0] = 0xee;
    });
    expect(reader.next()?.bytes).toEqual(second.subarray(PREFIX_BYTES));
    expect(reader.heldBytes).toBe(0);
  });

  it('is let go for messages that wait, too', () => {
    const chunk = new Uint8Array(65_536);
    chunk.set(wire(10), 1_000);
    const reader = new MessageReader();
    reader.push(chunk, 1_000, 1_015);
    expect(reader.ready).toBe(true);
    chunk.fill(0xee);
    expect(reader.next()?.bytes).toEqual(wire(10).subarray(PREFIX_BYTES));
  });
});

describe('faults', () => {
  it('are messages longer than allowed, with both numbers; one of just that length is none', () => {
    const reader = new MessageReader(100);
    pushAll(reader, join([wire(100), wire(101)]));
    expect(take(reader).map(({ bytes }) => bytes.length)).toEqual([100]);
    expect(reader.fault).toEqual({ kind: 'too-large', announcedBytes: 101, allowedBytes: 100 });
    expect(messageFaultText(reader.fault!)).toContain('101 octets is announced where at most 100');
    expect(reader.heldBytes).toBe(0);
    pushAll(reader, wire(1));
    expect([reader.next(), reader.heldBytes, reader.ready]).toEqual([undefined, 0, false]);
    expect(reader.endFault()).toBe(reader.fault);
  });

  it('are told before the message has arrived', () => {
    const reader = new MessageReader(100);
    const bytes = wire(4_000).subarray(0, PREFIX_BYTES);
    reader.push(bytes, 0, 3);
    expect([reader.next(), reader.fault]).toEqual([undefined, undefined]);
    reader.push(bytes, 3, 5);
    expect([reader.next(), reader.fault?.kind]).toEqual([undefined, 'too-large']);
  });

  it('are lengths beyond 31 bits, which are not negative', () => {
    const reader = new MessageReader();
    pushAll(reader, Uint8Array.of(0, 255, 255, 255, 255));
    reader.next();
    expect(reader.fault).toMatchObject({ kind: 'too-large', announcedBytes: MESSAGE_BYTES_MAX });
    const spread = new MessageReader();
    for (const octet of [0, 255, 255, 255, 255]) pushAll(spread, Uint8Array.of(octet));
    spread.next();
    expect(spread.fault).toMatchObject({ kind: 'too-large', announcedBytes: MESSAGE_BYTES_MAX });
  });

  it('are flags that gRPC does not define', () => {
    const reader = new MessageReader();
    pushAll(reader, join([wire(2), new TextEncoder().encode('<html>')]));
    expect(take(reader).length).toBe(1);
    expect(reader.fault).toEqual({ kind: 'bad-flag', flag: 0x3c });
    expect(messageFaultText(reader.fault!)).toContain('octet 60');
  });

  it.each([
    ['nothing', 0, undefined],
    ['a whole message', 15, undefined],
    ['part of a prefix', 3, { kind: 'truncated', receivedBytes: 3, announcedBytes: undefined }],
    ['a prefix alone', 5, { kind: 'truncated', receivedBytes: 0, announcedBytes: 10 }],
    ['part of a message', 14, { kind: 'truncated', receivedBytes: 9, announcedBytes: 10 }],
  ])('at the end after %s', (_name, octets, expected) => {
    const reader = new MessageReader();
    reader.push(wire(10), 0, octets);
    take(reader);
    expect(reader.endFault()).toEqual(expected);
  });

  it('at the end name a flag that was never one', () => {
    const reader = new MessageReader();
    pushAll(reader, Uint8Array.of(0x7b));
    expect(reader.endFault()).toEqual({ kind: 'bad-flag', flag: 0x7b });
  });
});

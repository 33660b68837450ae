/** Entries come out of their rest as they went into it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Entries,
  packEntries,
  pickEntries,
  readEntry,
  unpackEntries,
  whatOf,
} from '../../src/drive/recorder-entries.ts';
import { Kind } from '../../src/drive/recorder-events.ts';

const kinds = [Kind.FRAME, Kind.HEADERS, Kind.VIOLATION, Kind.END, Kind.ENDING] as const;

const entry = fc.record({
  timeMs: fc.oneof(fc.constant(1_000), fc.double({ min: -1e15, max: 1e15, noNaN: true })),
  kind: fc.constantFrom(...kinds),
  own: fc.boolean(),
  type: fc.integer({ min: 0, max: 255 }),
  flags: fc.integer({ min: 0, max: 255 }),
  stream: fc.integer({ min: 0, max: 0x7fffffff }),
  length: fc.integer({ min: 0, max: 0xffffff }),
  value: fc.integer({ min: 0, max: 0xffffffff }),
  window: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  connectionWindow: fc.integer({ min: -0x80000000, max: 0xfffffffe }),
  object: fc.oneof(fc.constant(undefined), fc.string(), fc.constant([])),
});

type Row = ReturnType<typeof readEntry>;

/** What is no frame has no numbers but its stream. */
function rowsOf(entries: readonly Row[]): Entries {
  const rows: Entries = { numbers: [], objects: [] };
  for (const { timeMs, kind, own, type, flags, stream, object, ...rest } of entries) {
    const { length, value, window, connectionWindow } =
      kind === Kind.FRAME ? rest : { length: 0, value: 0, window: 0, connectionWindow: 0 };
    const octets = kind === Kind.FRAME ? (own ? -9 - length : 9 + length) : 0;
    rows.numbers.push(timeMs, whatOf(kind, own, type, flags, stream), octets, value, window, connectionWindow);
    rows.objects.push(object);
  }
  return rows;
}

describe('entries of a recording', () => {
  it('are the same after a rest', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const rows = rowsOf(entries);
        expect(unpackEntries(packEntries(rows))).toEqual(rows);
      }),
    );
  });

  it('are read as they were put down', () => {
    fc.assert(
      fc.property(entry, (one) => {
        const rows = rowsOf([one, one]);
        const isFrame = one.kind === Kind.FRAME;
        const numbers = isFrame ? {} : { length: 0, value: 0, window: 0, connectionWindow: 0 };
        expect(readEntry(rows, 1)).toEqual({ ...one, ...numbers });
      }),
    );
  });

  it('take some ten octets each at rest', () => {
    const call = [
      {
        kind: Kind.FRAME,
        own: false,
        type: 1,
        flags: 4,
        stream: 101,
        length: 12,
        value: 0,
        window: 0,
        connectionWindow: 0,
      },
      {
        kind: Kind.HEADERS,
        own: false,
        type: 0,
        flags: 0,
        stream: 101,
        length: 0,
        value: 0,
        window: 0,
        connectionWindow: 0,
      },
      {
        kind: Kind.FRAME,
        own: false,
        type: 0,
        flags: 1,
        stream: 101,
        length: 117,
        value: 117,
        window: 262_027,
        connectionWindow: 1_040_000,
      },
      {
        kind: Kind.FRAME,
        own: true,
        type: 1,
        flags: 4,
        stream: 101,
        length: 3,
        value: 0,
        window: 0,
        connectionWindow: 0,
      },
      {
        kind: Kind.HEADERS,
        own: true,
        type: 0,
        flags: 0,
        stream: 101,
        length: 0,
        value: 0,
        window: 0,
        connectionWindow: 0,
      },
    ];
    const rows = rowsOf(call.map((one) => ({ ...one, timeMs: 123_456.789, object: undefined })));
    expect(packEntries(rows).text.length).toBeLessThanOrEqual(11 * call.length);
  });

  it('are picked in the order that is asked for', () => {
    const rows = rowsOf(fc.sample(entry, 5));
    const picked = pickEntries(rows, [4, 0]);
    expect([readEntry(picked, 0), readEntry(picked, 1)]).toEqual([readEntry(rows, 4), readEntry(rows, 0)]);
  });
});

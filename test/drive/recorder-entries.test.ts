/** Entries come out of their rest as they went into it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Entries, whatOf } from '../../src/drive/recorder-entries.ts';
import { type HeadersNote, Kind } from '../../src/drive/recorder-events.ts';

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

type Row = ReturnType<Entries['read']>;

/** What is no frame has no numbers but its stream. */
function sound(one: Row): Row {
  if (one.kind === Kind.FRAME) return one;
  const object = one.kind === Kind.HEADERS ? noteOf(one) : one.object;
  return { ...one, length: 0, value: 0, window: 0, connectionWindow: 0, object };
}

function noteOf({ stream, own }: Row): HeadersNote {
  const fields = [
    { name: ':path', value: `/a.B/${stream % 3}`, neverIndexed: false },
    { name: 'x-user', value: String(stream % 5), neverIndexed: false },
  ].slice(0, own ? 1 : 2);
  return { role: 'request', fields, more: undefined, endStream: own, complete: true };
}

function entriesOf(rows: readonly Row[]): Entries {
  const entries = new Entries();
  rows.map(sound).forEach(({ timeMs, kind, own, type, flags, stream, length, ...rest }, place) => {
    const octets = kind === Kind.FRAME ? (own ? -9 - length : 9 + length) : 0;
    const what = whatOf(kind, own, type, flags, stream);
    entries.put(place, timeMs, what, octets, rest.value, rest.window, rest.connectionWindow, rest.object);
  });
  return entries;
}

const orderOf = (rows: readonly Row[]): number[] => rows.map((_, place) => place);

describe('entries of a recording', () => {
  it('are read as they were put down', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 80 }), (rows) => {
        const entries = entriesOf(rows);
        expect(orderOf(rows).map((place) => entries.read(place))).toEqual(rows.map(sound));
      }),
    );
  });

  it('are the same after a rest', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (rows) => {
        const entries = Entries.unpack(entriesOf(rows).pack(orderOf(rows)));
        expect(orderOf(rows).map((place) => entries.read(place))).toEqual(rows.map(sound));
      }),
    );
  });

  it('are packed in the order that is asked for', () => {
    const rows = fc.sample(entry, 5);
    const packed = Entries.unpack(entriesOf(rows).pack([4, 0]));
    expect([packed.read(0), packed.read(1)]).toEqual([sound(rows[4]!), sound(rows[0]!)]);
  });

  it('take some ten octets each at rest', () => {
    const row: Row = {
      ...{ timeMs: 123_456.789, kind: Kind.FRAME, own: false, type: 1, flags: 4, stream: 101, length: 12 },
      ...{ value: 0, window: 0, connectionWindow: 0, object: undefined },
    };
    const data: Row = { ...row, type: 0, length: 117, value: 117, window: 262_027, connectionWindow: 1_040_000 };
    const call = [row, { ...row, kind: Kind.HEADERS }, data, { ...row, own: true }, { ...data, own: true }, row];
    expect(entriesOf(call).pack(orderOf(call)).text.length).toBeLessThanOrEqual(13 * call.length);
  });
});

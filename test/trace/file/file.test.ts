import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeEvent, encodeHeader, type TraceEvent, TraceFileReader } from '#trace';
import { traceEvent } from './events.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function file(events: readonly TraceEvent[]): string {
  return [encodeHeader(1_717_000_000_123.25), ...events.map(encodeEvent)].map((line) => `${line}\n`).join('');
}

function read(...pieces: readonly Uint8Array[]) {
  const events: TraceEvent[] = [];
  const reader = new TraceFileReader((event) => events.push(event));
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return { events, reader };
}

const HEADER = `${encodeHeader(undefined)}\n`;

describe('the trace file', () => {
  it('gives back every event exactly', () => {
    fc.assert(
      fc.property(fc.array(traceEvent, { maxLength: 12 }), (events) => {
        const { events: seen, reader } = read(bytes(file(events)));
        expect(reader.problems).toEqual([]);
        expect(seen).toEqual(events);
        expect(reader.startEpochMs).toBe(1_717_000_000_123.25);
      }),
      { numRuns: 300 },
    );
  });

  it('is plain ASCII, one line an event', () => {
    fc.assert(
      fc.property(traceEvent, (event) => {
        expect(encodeEvent(event)).toMatch(/^[\x20-\x7e]+$/);
      }),
    );
  });

  it('reads the same however it is cut', () => {
    fc.assert(
      fc.property(fc.array(traceEvent, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), (events, size) => {
        const whole = bytes(file(events));
        const pieces: Uint8Array[] = [];
        for (let at = 0; at < whole.length; at += size) pieces.push(whole.subarray(at, at + size));
        expect(read(...pieces).events).toEqual(events);
      }),
      { numRuns: 60 },
    );
  });

  it('writes fields compactly, with marks for what is out of the ordinary', () => {
    const line = encodeEvent({
      kind: 'headers',
      connection: 1,
      timeMs: 1.5,
      packet: 2,
      index: 3,
      from: 'client',
      stream: 1,
      role: 'request',
      fields: [
        { name: 'a', value: 'é', neverIndexed: false, unknown: 'nothing' },
        { name: 'b', value: '2', neverIndexed: true, unknown: 'nothing' },
        { name: '', value: '', neverIndexed: false, unknown: 'field' },
        { name: '', value: '4', neverIndexed: true, unknown: 'name' },
      ],
      endStream: true,
      complete: false,
    });
    expect(line).toContain('"fields":[["a","\\u00e9"],["b","2","!"],["","","?"],["","4","!?name"]]');
  });

  it('takes UTF-8 from other writers, blank lines, a missing last line end and CRLF', () => {
    const { events, reader } = read(
      bytes(
        `${HEADER}\r\n{"kind":"protocol","connection":1,"timeMs":0,"packet":1,"side":"client","protocol":"other","text":"é"}`,
      ),
    );
    expect(reader.problems).toEqual([]);
    expect(events).toMatchObject([{ kind: 'protocol', text: 'é' }]);
  });

  it('passes over kinds and keys of newer versions and counts the kinds', () => {
    const { events, reader } = read(
      bytes(
        `${HEADER}{"kind":"weather","connection":1}\n{"kind":"established","connection":1,"timeMs":0,"packet":1,"more":[1]}\n`,
      ),
    );
    expect(reader.passedOver).toBe(1);
    expect(events).toMatchObject([{ kind: 'established' }]);
    expect(reader.problems).toEqual([]);
  });
});

describe('bad lines', () => {
  it('are problems with their number, and reading goes on', () => {
    const good = '{"kind":"established","connection":1,"timeMs":0,"packet":1}';
    const { events, reader } = read(
      bytes(`${HEADER}{"kind":\n${good}\n[1]\n{"kind":"established","connection":-1,"timeMs":0,"packet":1}\n${good}\n`),
    );
    expect(events).toHaveLength(2);
    expect(reader.problems).toEqual([
      { kind: 'not-json', line: 2, detail: `'{"kind":' is not JSON` },
      { kind: 'bad-event', line: 4, detail: 'the line has no kind of event' },
      { kind: 'bad-event', line: 5, detail: "the line is no event of kind 'established'" },
    ]);
    expect([reader.badLines, reader.events]).toEqual([3, 2]);
  });

  it('at the beginning end the reading', () => {
    expect(read(bytes('hello\n{}\n')).reader.problems).toEqual([
      { kind: 'not-a-trace', line: 1, detail: "the first line is 'hello'" },
    ]);
    expect(read().reader.problems).toMatchObject([{ kind: 'not-a-trace', detail: 'the file is empty' }]);
    const { events, reader } = read(bytes('{"calmwire":"trace","version":2}\n{"kind":"established"}\n'));
    expect(events).toEqual([]);
    expect(reader.problems).toEqual([
      { kind: 'unsupported-version', line: 1, detail: 'the file has version 2, version 1 can be read' },
    ]);
  });

  it('that are too long are not held', () => {
    const events: TraceEvent[] = [];
    const reader = new TraceFileReader((event) => events.push(event));
    reader.push(bytes(HEADER));
    const megabyte = new Uint8Array(1_048_576).fill(0x61);
    for (let count = 0; count < 20; count++) reader.push(megabyte);
    reader.push(bytes('\n{"kind":"established","connection":1,"timeMs":0,"packet":1}\n'));
    reader.end();
    expect(reader.problems).toMatchObject([{ kind: 'too-long', line: 2 }]);
    expect(events).toHaveLength(1);
  });

  it('are kept in a bounded number and all counted', () => {
    const { reader } = read(bytes(HEADER + 'x\n'.repeat(1_000)));
    expect(reader.problems).toHaveLength(20);
    expect(reader.badLines).toBe(1_000);
  });

  it('never make the reader throw', () => {
    const mangled = fc.tuple(
      fc.array(traceEvent, { minLength: 1, maxLength: 3 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255))),
    );
    fc.assert(
      fc.property(mangled, ([events, changes]) => {
        const whole = bytes(file(events));
        for (const [at, value] of changes) whole[at % whole.length] = value;
        const { events: seen, reader } = read(whole);
        expect(seen.length + reader.badLines + reader.passedOver).toBeGreaterThan(0);
      }),
    );
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureAnnotator, CaptureReader, type Notes } from '#capture';
import { BlockWriter, commentOptions, utf8 } from '../../src/capture/annotate/block.ts';
import { readOrdered16, readOrdered32 } from '../../src/capture/order.ts';

const folder = new URL('../../fixtures/captures/', import.meta.url);

function recording(name: string): Uint8Array {
  const bytes = readFileSync(new URL(name, folder));
  return new Uint8Array(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
}

/** One of each kind: both formats, microseconds and nanoseconds, several sections, short snap length, a truncated file. */
const recordings = readdirSync(folder).filter((name) => /^mixed-.*\.pcap(ng)?(\.gz)?$/.test(name));

const notes: Notes = {
  section: ['what it is: 结论'],
  packets: new Map([
    [1, ['first', 'second of the first']],
    [3, ['third']],
  ]),
};

function annotated(file: Uint8Array, pieces: readonly number[] = [], about: Notes = notes): Uint8Array {
  const out: Uint8Array[] = [];
  const annotator = new CaptureAnnotator(about, (bytes) => out.push(bytes.slice()));
  let at = 0;
  for (const size of pieces) {
    // The octets are not the annotator's to keep.
    const piece = file.slice(at, at + size);
    annotator.push(piece);
    piece.fill(0xee);
    at += size;
  }
  annotator.push(file.slice(Math.min(at, file.length)));
  return Buffer.concat(out);
}

/** Each packet as the reader tells it, with its octets. */
function packets(file: Uint8Array): string[] {
  const told: string[] = [];
  const reader = new CaptureReader((bytes, start, captured, original, linkType, timeMs, packet) => {
    const octets = Buffer.from(bytes.subarray(start, start + captured)).toString('base64');
    told.push([packet, linkType, timeMs, captured, original, octets].join(' '));
  });
  reader.push(file);
  reader.end();
  return told;
}

/** The comments of all blocks: block type, and which of its kind it is. */
function comments(file: Uint8Array): string[] {
  const told: string[] = [];
  const counts = new Map<number, number>();
  let little = true;
  for (let at = 0; at + 12 <= file.length; ) {
    if (readOrdered32(file, at, false) === 0x0a0d0d0a) little = readOrdered32(file, at + 8, true) === 0x1a2b3c4d;
    const type = readOrdered32(file, at, little);
    const total = readOrdered32(file, at + 4, little);
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    const captured = type === 6 ? readOrdered32(file, at + 20, little) : 0;
    const options = type === 6 ? at + 28 + ((captured + 3) & ~3) : type === 0x0a0d0d0a ? at + 24 : at + total;
    for (let option = options; option + 4 <= at + total - 4; ) {
      const length = readOrdered16(file, option + 2, little);
      if (readOrdered16(file, option, little) === 1) {
        const text = Buffer.from(file.subarray(option + 4, option + 4 + length)).toString('utf8');
        told.push(`${type === 6 ? 'packet' : 'section'} ${count}: ${text}`);
      }
      option += 4 + ((length + 3) & ~3);
    }
    at += total;
  }
  return told;
}

describe.each(recordings)('%s, annotated', (name) => {
  const file = recording(name);

  it('has the same packets, with the same lengths, interfaces and times', () => {
    expect(packets(annotated(file))).toEqual(packets(file));
  });

  it('has the comments, and is a pcapng file without a fault', () => {
    const out = annotated(file);
    expect(comments(out).filter((line) => !line.includes('Captured by'))).toEqual(
      expect.arrayContaining([
        'section 1: what it is: 结论',
        'packet 1: first',
        'packet 1: second of the first',
        'packet 3: third',
      ]),
    );
    const reader = new CaptureReader(() => undefined);
    reader.push(out);
    reader.end();
    expect(reader.problems.kept.map(({ kind }) => kind)).toEqual([]);
  });

  it('is the same in whatever pieces it comes', () => {
    const whole = annotated(file);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 20 }), (pieces) => {
        expect(Buffer.compare(annotated(file, pieces), whole)).toBe(0);
      }),
      { numRuns: 10 },
    );
  });
});

/** A section in either byte order: an interface, a TLS secret, a packet with an option of its own, a simple packet. */
function blocks(little: boolean): Uint8Array {
  const writer = new BlockWriter(little);
  const word = (value: number) => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, little);
    return bytes;
  };
  const hash = { code: 3, value: Uint8Array.of(1, 2, 3) };
  const packet = [word(0), word(0), word(5), word(4), word(60), Uint8Array.of(1, 2, 3, 4)];
  return Buffer.concat([
    writer.sectionHeader(['written by somebody']),
    writer.interfaceDescription(1, 0, 6, 4),
    writer.block(10, word(0x544c534b), word(4), Uint8Array.of(9, 9, 9, 9)),
    writer.block(6, ...packet, writer.options([hash], true)),
    writer.block(3, word(4), Uint8Array.of(5, 6, 7, 8)),
    writer.block(6, ...packet),
    writer.block(0x0bad0bad, word(1)),
  ]);
}

describe.each([true, false])('a section in little-endian order: %s', (little) => {
  it('keeps its order, secrets, options and unknown blocks', () => {
    const out = annotated(blocks(little));
    expect(comments(out)).toEqual([
      'section 1: what it is: 结论',
      'section 1: written by somebody',
      'packet 1: first',
      'packet 1: second of the first',
      'packet 2: third',
    ]);
    expect(packets(out)).toEqual(packets(blocks(little)));
    const types: number[] = [];
    for (let at = 0; at < out.length; at += readOrdered32(out, at + 4, little))
      types.push(readOrdered32(out, at, little));
    expect(types).toEqual([0x0a0d0d0a, 1, 10, 6, 3, 6, 0x0bad0bad]);
    const options = Buffer.from(new BlockWriter(little).options([{ code: 3, value: Uint8Array.of(1, 2, 3) }], true));
    expect(Buffer.from(out).includes(options)).toBe(true);
  });

  it('changes nothing where there is nothing to say, but for the length of the section', () => {
    const before = blocks(little);
    const after = annotated(before, [], { section: [], packets: new Map() });
    expect(Buffer.compare(after, before)).toBe(0);
  });
});

describe('what is no capture', () => {
  it('gives nothing, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...recordings), fc.nat(), (noise, name, where) => {
        expect(annotated(noise).length).toBe(0);
        const damaged = recording(name).slice(0, 4_000);
        damaged.set(noise.subarray(0, 30), where % (damaged.length - 30));
        expect(() => annotated(damaged)).not.toThrow();
      }),
      { numRuns: 60 },
    );
  });
});

it('comments are UTF-8, cut between characters', () => {
  expect(Buffer.from(utf8('aé结🦊', 100)).toString()).toBe('aé结🦊');
  expect(Buffer.from(utf8('结结结', 7)).toString()).toBe('结结');
  expect(Buffer.from(utf8('\ud800x', 9)).toString()).toBe('\ufffdx');
  expect(commentOptions(['x'.repeat(99_999)])[0]?.value.length).toBe(4_096);
});

/** Packets of which the capture kept the beginning: `tcpdump -s`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundaryFinder, ByteBuffer, HpackDecoder, HpackEncoder, Observer } from '#h2';
import { Recorder } from './recorder.ts';
import { type Chunk, REQUEST, RESPONSE, Script, TRAILERS } from './script.ts';

/** Watches chunks of which only the first `kept` octets were captured. */
function watchCut(write: (script: Script) => void, kept: (chunk: Chunk, index: number) => number): string[] {
  const script = new Script();
  write(script);
  const recorder = new Recorder();
  const observer = new Observer(recorder);
  script.chunks.forEach((chunk, index) => {
    const end = Math.min(chunk.bytes.length, kept(chunk, index));
    if (end > 0) observer.receive(chunk.from, chunk.bytes, 0, end);
    if (end < chunk.bytes.length) observer.gap(chunk.from, chunk.bytes.length - end);
  });
  observer.end('client');
  observer.end('server');
  return recorder.lines;
}

const hello = ({ client, server }: Script): void => {
  client.preface().settings();
  server.settings();
  client.ack();
  server.ack();
};

/** The script's chunks after its hello keep this many octets. */
const after = (count: number, kept: number) => (_: Chunk, index: number) => (index < count ? 1_000 : kept);

function chunksOfHello(): number {
  const script = new Script();
  hello(script);
  return script.chunks.length;
}

describe('packets that were cut', () => {
  const before = chunksOfHello();

  it('tells the fields before the cut, and is in step at the next frame', () => {
    const lines = watchCut(
      (script) => {
        hello(script);
        script.client.headers(1, REQUEST).message(1, 40);
      },
      after(before, 12),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^> HEADERS 1 .* incomplete$/));
    expect(lines).toContainEqual(expect.stringMatching(/^> request 1 :method=POST .*incomplete$/));
    expect(lines).toContainEqual(expect.stringMatching(/^> DATA 1 /));
    expect(lines.filter((line) => line.startsWith('!'))).toEqual([]);
  });

  it('finds the frame that begins a segment after a cut that swallowed a header', () => {
    const script = new Script();
    hello(script);
    script.client.headers(1, REQUEST).message(1, 40).headers(3, REQUEST);
    const recorder = new Recorder();
    const observer = new Observer(recorder);
    const chunks = script.chunks;
    const last = chunks.at(-1)!;
    for (const { from, bytes } of chunks.slice(0, before)) observer.receive(from, bytes, 0, bytes.length);
    // The first request and the header of its message lie in one hole.
    observer.gap(
      'client',
      chunks.slice(before, -1).reduce((sum, { bytes }) => sum + bytes.length, 0),
    );
    observer.receive('client', last.bytes, 0, 14);
    observer.gap('client', last.bytes.length - 14);
    expect(recorder.lines).toContainEqual(expect.stringMatching(/^> request 3 :method=POST .*incomplete$/));
  });

  it('never says more of a call than was sent, and breaks no rule, wherever packets are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(80), { minLength: 24, maxLength: 24 }), (kept) => {
        const write = (script: Script): void => {
          hello(script);
          for (const id of [1, 3]) {
            script.client.headers(id, REQUEST).message(id, 40, true);
            script.server.headers(id, RESPONSE).message(id, 60).headers(id, TRAILERS, true);
          }
        };
        const whole = new Set(watchCut(write, () => 10_000).flatMap((line) => line.split(' ').slice(1)));
        const lines = watchCut(write, (_, index) => kept[index % kept.length]!);
        expect(lines.filter((line) => line.startsWith('!'))).toEqual([]);
        const fields = lines.flatMap((line) => line.split(' ')).filter((word) => /^[:a-z-]+=/.test(word));
        for (const field of fields) expect(whole).toContain(field);
      }),
      { numRuns: 300 },
    );
  });
});

describe('BoundaryFinder at a cut', () => {
  const frame = (length: number, type: number, flags: number, stream: number, ...payload: number[]): Uint8Array =>
    Uint8Array.of(0, length >> 8, length & 255, type, flags, 0, 0, 0, stream, ...payload);
  const found = (bytes: Uint8Array, cut: number): boolean => {
    const finder = new BoundaryFinder(255);
    finder.push(bytes, 0, bytes.length);
    return finder.gap(cut);
  };

  it('believes a frame that ends where the segment ends', () => {
    expect(found(frame(100, 1, 4, 5, 0xbe), 99)).toBe(true);
    expect(found(frame(100, 1, 4, 5, 0xbe), 98)).toBe(false);
    expect(found(frame(100, 1, 4, 5, 0xbe), 120)).toBe(false);
  });

  it('believes headers that chance does not make, and no others', () => {
    expect(found(frame(100, 1, 4, 5, 0x83), 200)).toBe(true);
    expect(found(frame(25, 0, 1, 5, 0, 0, 0, 0, 20), 200)).toBe(true);
    expect(found(frame(25, 0, 1, 5, 0, 0, 0, 0, 21), 200)).toBe(false);
    expect(found(frame(4, 3, 0, 5, 0, 0), 200)).toBe(true);
    expect(found(frame(300, 1, 4, 5, 0x83), 200)).toBe(false);
  });
});

describe('HpackDecoder.decodeCut', () => {
  it('gives the fields that are whole, and trusts no older entry afterwards', () => {
    const fields = Object.entries(REQUEST).map(([name, value]) => ({ name, value, neverIndexed: false }));
    const to = new ByteBuffer();
    new HpackEncoder().encode(fields, to);
    const block = to.toBytes();
    const names = fields.map(({ name }) => name);
    for (let cut = 0; cut < block.length; cut++) {
      const decoder = new HpackDecoder();
      const { fields: first, complete } = decoder.decodeCut(block, 0, cut);
      expect(complete).toBe(false);
      expect(first.map(({ name }) => name)).toEqual(names.slice(0, first.length));
      const next = decoder.decode(Uint8Array.of(0xbe), 0, 1);
      expect(next.kind === 'block' && next.fields[0]?.unknown).toBe('field');
    }
  });
});

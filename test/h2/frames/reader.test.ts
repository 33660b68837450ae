import { describe, expect, it } from 'vitest';
import { toHex, UsageError } from '#base';
import {
  ByteBuffer,
  FrameReader,
  type FrameSink,
  writeContinuation,
  writeData,
  writeGoAway,
  writeHeaders,
  writePing,
} from '#h2';
import { Recorder } from './recorder.ts';

const octets = (write: (to: ByteBuffer) => void): Uint8Array => {
  const buffer = new ByteBuffer();
  write(buffer);
  return buffer.toBytes();
};

const PING = octets((to) => writePing(to, '0000000000000001'));

/** A reader and its record; `play` pushes octets, or loses as many as a number says. */
function scene(maxFrameBytes?: number, maxHeldBytes?: number) {
  const recorder = new Recorder();
  const reader = new FrameReader(recorder, maxFrameBytes, maxHeldBytes);
  const play = (...parts: readonly (Uint8Array | number)[]): void => {
    for (const part of parts) {
      if (typeof part === 'number') reader.gap(part);
      else reader.push(part, 0, part.length);
    }
  };
  return { recorder, reader, play, kinds: () => recorder.said.map(({ kind }) => kind) };
}

describe('copies', () => {
  const payloads: Uint8Array[] = [];
  const sink: FrameSink = {
    frame: (_frame, _fault, payload) => payloads.push(payload),
    dataBegin: () => undefined,
    data: (_frame, bytes) => payloads.push(bytes),
    dataLost: () => undefined,
    dataEnd: () => undefined,
  };

  it('nothing of a frame that lies whole in a chunk', () => {
    payloads.length = 0;
    const chunk = octets((to) => {
      writeHeaders(to, 1, Uint8Array.of(0x82));
      writeData(to, 1, new Uint8Array(100));
    });
    new FrameReader(sink).push(chunk, 0, chunk.length);
    expect(payloads.map((payload) => payload === chunk)).toEqual([true, true]);
  });

  it('nothing of DATA that straddles chunks', () => {
    payloads.length = 0;
    const chunk = octets((to) => writeData(to, 1, new Uint8Array(100)));
    const reader = new FrameReader(sink);
    reader.push(chunk, 0, 50);
    reader.push(chunk, 50, chunk.length);
    expect(payloads.map((payload) => payload === chunk)).toEqual([true, true]);
  });
});

it('assembles a payload from many pieces', () => {
  const { recorder, play } = scene();
  const body = Uint8Array.from({ length: 5_000 }, (_, index) => index * 7);
  const frame = octets((to) => writeHeaders(to, 1, body));
  for (let at = 0; at < frame.length; at += 7) play(frame.subarray(at, Math.min(at + 7, frame.length)));
  expect(recorder.said).toMatchObject([{ kind: 'frame', payload: toHex(body) }]);
});

describe('long frames', () => {
  it('of DATA are passed on although they exceed what is held', () => {
    const { recorder, play } = scene(undefined, 16);
    play(octets((to) => writeData(to, 1, new Uint8Array(100_000), { endStream: true })));
    expect(recorder.faults).toEqual([]);
    expect(recorder.said.map((said) => (said.kind === 'data' ? said.octets.length / 2 : said.kind))).toEqual([
      'begin',
      100_000,
      'end',
    ]);
  });

  it('of other types are told at their header, and their octets passed over', () => {
    const { recorder, play, kinds } = scene(1_000_000, 16);
    const long = octets((to) => writeHeaders(to, 1, new Uint8Array(17)));
    play(long.subarray(0, 9));
    expect(recorder.frames).toEqual([{ kind: 'broken', type: 1, flags: 4, stream: 1, length: 17, reason: 'too-long' }]);
    play(long.subarray(9, 20), long.subarray(20), PING);
    expect(kinds()).toEqual(['frame', 'frame']);
    expect(recorder.faults).toEqual([]);
  });

  it('begin above the size held', () => {
    const { recorder, play } = scene(undefined, 16);
    play(octets((to) => writeHeaders(to, 1, new Uint8Array(16))));
    expect(recorder.frames).toMatchObject([{ kind: 'headers' }]);
  });

  it('are a fault above the size advertised, which can change', () => {
    const { recorder, reader, play } = scene(100);
    const data = octets((to) => writeData(to, 3, new Uint8Array(101)));
    const headers = octets((to) => writeHeaders(to, 3, new Uint8Array(101)));
    play(data, headers);
    const detail = (name: string): string => `${name} of 101 octets where at most 100 are allowed`;
    expect(recorder.faults).toEqual([
      { rule: 'frame/too-large', stream: 3, detail: detail('DATA') },
      { rule: 'frame/too-large', stream: 3, detail: detail('HEADERS') },
    ]);
    reader.maxFrameBytes = 101;
    play(data, headers);
    expect(recorder.faults.length).toBe(2);
  });

  it('that HTTP/1 looks like are told before their octets come', () => {
    const { recorder, play } = scene(16_384, 16_384);
    play(Uint8Array.from('HTTP/1.1 400 Bad Request\r\n', (character) => character.charCodeAt(0)));
    expect(recorder.faults).toMatchObject([{ rule: 'frame/too-large' }]);
  });
});

describe('a gap', () => {
  const headers = octets((to) => writeHeaders(to, 1, new Uint8Array(20)));

  it('within a payload breaks that frame only', () => {
    const { recorder, reader, play } = scene();
    play(headers.subarray(0, 14), 5, headers.subarray(19), PING);
    expect(recorder.frames).toMatchObject([
      { kind: 'broken', type: 1, stream: 1, length: 20, reason: 'incomplete' },
      { kind: 'ping' },
    ]);
    expect(reader.synced).toBe(true);
  });

  it('that ends with the payload keeps sync', () => {
    const { recorder, reader, play } = scene();
    play(headers.subarray(0, 14), 15, PING);
    expect(recorder.frames.map(({ kind }) => kind)).toEqual(['broken', 'ping']);
    expect(reader.synced).toBe(true);
  });

  it('that reaches beyond the payload loses sync after telling the frame', () => {
    const { recorder, reader, play } = scene();
    play(headers.subarray(0, 14), 16);
    expect(recorder.frames.map(({ kind }) => kind)).toEqual(['broken']);
    expect(reader.synced).toBe(false);
    expect(() => play(PING)).toThrow(UsageError);
    reader.gap(100);
    reader.restart();
    play(PING);
    expect(recorder.frames.map(({ kind }) => kind)).toEqual(['broken', 'ping']);
  });

  it.each([0, 1, 8])('after %i octets of a frame header loses sync', (seen) => {
    const { recorder, reader, play } = scene();
    play(PING, PING.subarray(0, seen), 1);
    expect(reader.synced).toBe(false);
    expect(reader.unfinished).toBeUndefined();
    reader.restart();
    play(PING);
    expect(recorder.frames.length).toBe(2);
  });

  it('of no octets changes nothing', () => {
    const { reader, recorder, play } = scene();
    play(0, headers.subarray(0, 3), 0, headers.subarray(3));
    expect(reader.synced).toBe(true);
    expect(recorder.frames).toMatchObject([{ kind: 'headers' }]);
  });

  it('within DATA tells how many octets are missing, and where', () => {
    const { recorder, play } = scene();
    const data = octets((to) => writeData(to, 1, Uint8Array.of(1, 2, 3, 4, 5, 6), { endStream: true, padding: 3 }));
    play(data.subarray(0, 12), 2, data.subarray(14), PING);
    expect(recorder.said.map((said) => (said.kind === 'data' ? said.octets : said.kind))).toEqual([
      'begin',
      '0102',
      'lost',
      '0506',
      'end',
      'frame',
    ]);
    expect(recorder.said[2]).toEqual({ kind: 'lost', length: 2 });
  });

  it('over the end of DATA counts the octets of the body only', () => {
    const { recorder, reader, play } = scene();
    const data = octets((to) => writeData(to, 1, new Uint8Array(6), { padding: 3 }));
    play(data.subarray(0, 12), 4 + 3);
    expect(recorder.said.slice(2)).toMatchObject([{ kind: 'lost', length: 4 }, { kind: 'end' }]);
    expect(reader.synced).toBe(true);
    play(1);
    expect(reader.synced).toBe(false);
  });

  it('over a pad length breaks the DATA frame', () => {
    const { recorder, play } = scene();
    const data = octets((to) => writeData(to, 1, new Uint8Array(6), { padding: 3 }));
    play(data.subarray(0, 9), 4, data.subarray(13), PING);
    expect(recorder.said).toMatchObject([
      { kind: 'frame', frame: { kind: 'broken', type: 0, length: 10, reason: 'incomplete' } },
      { kind: 'frame', frame: { kind: 'ping' } },
    ]);
  });

  it('in the debug data of GOAWAY leaves the code and the last stream', () => {
    const { recorder, play } = scene();
    const goaway = octets((to) => writeGoAway(to, 5, 11, 'too_many_pings'));
    play(goaway.subarray(0, 9 + 8 + 9), 5, PING);
    expect(recorder.frames).toMatchObject([
      { kind: 'goaway', length: 22, lastStream: 5, errorCode: 11, debugData: 'too_many_' },
      { kind: 'ping' },
    ]);
  });

  it('over all debug data of GOAWAY leaves the rest', () => {
    const { recorder, play } = scene();
    play(octets((to) => writeGoAway(to, 5, 11, 'too_many_pings')).subarray(0, 9 + 8), 14, PING);
    expect(recorder.frames).toMatchObject([{ lastStream: 5, errorCode: 11, debugData: '' }, { kind: 'ping' }]);
  });

  it('in the fixed part of GOAWAY leaves nothing', () => {
    const { recorder, play } = scene();
    const goaway = octets((to) => writeGoAway(to, 5, 11, 'too_many_pings'));
    play(goaway.subarray(0, 9 + 7), 15, PING);
    expect(recorder.frames.map(({ kind }) => kind)).toEqual(['broken', 'ping']);
  });
});

it('goes on after a DATA frame whose padding does not fit', () => {
  const { recorder, play } = scene();
  const data = octets((to) => writeData(to, 1, new Uint8Array(3), { padding: 2 }));
  data[9] = 6;
  play(data, PING);
  expect(recorder.frames).toMatchObject([{ kind: 'broken', type: 0, reason: 'malformed' }, { kind: 'ping' }]);
});

it('keeps the beginning of long debug data', () => {
  const { recorder, play } = scene();
  play(octets((to) => writeGoAway(to, 5, 11, 'a'.repeat(1_025))));
  expect(recorder.frames).toMatchObject([{ length: 1_033, debugData: 'a'.repeat(1_024) }]);
});

describe('an unfinished frame', () => {
  it('is known by its header', () => {
    const { reader, play } = scene();
    expect(reader.unfinished).toBeUndefined();
    const data = octets((to) => writeData(to, 9, new Uint8Array(6), { endStream: true }));
    play(data.subarray(0, 8));
    expect(reader.unfinished).toBeUndefined();
    play(data.subarray(8, 12));
    expect(reader.unfinished).toEqual({ type: 0, flags: 1, stream: 9, length: 6 });
    play(data.subarray(12));
    expect(reader.unfinished).toBeUndefined();
  });

  it('is forgotten at a restart', () => {
    const { recorder, reader, play } = scene();
    play(octets((to) => writeContinuation(to, 9, new Uint8Array(6))).subarray(0, 12));
    reader.restart();
    play(PING.subarray(0, 4));
    reader.restart();
    play(PING);
    expect(recorder.frames).toMatchObject([{ kind: 'ping' }]);
  });
});

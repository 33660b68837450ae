/** Writer to reader: what was written is what is read, one property a frame type. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '#base';
import {
  ByteBuffer,
  Flag,
  FrameReader,
  FrameType,
  writeContinuation,
  writeData,
  writeFrame,
  writeGoAway,
  writeHeaderBlock,
  writeHeaders,
  writePing,
  writePriority,
  writePushPromise,
  writeRstStream,
  writeSettings,
  writeSettingsAck,
  writeWindowUpdate,
} from '#h2';
import { bodies, optional, paddings, priorities, streams, u32s } from './arbitrary.ts';
import { Recorder } from './recorder.ts';

function read(write: (to: ByteBuffer) => void): Recorder {
  const buffer = new ByteBuffer(1);
  write(buffer);
  const recorder = new Recorder();
  new FrameReader(recorder).push(buffer.bytes, 0, buffer.length);
  return recorder;
}

const whole = (write: (to: ByteBuffer) => void) => {
  const { said } = read(write);
  expect(said.length).toBe(1);
  const [only] = said;
  if (only?.kind !== 'frame') throw new Error('no whole frame');
  return only;
};

const body = (said: { payload: string; frame: object }): string => {
  const { bodyOffset, bodyLength } = said.frame as { bodyOffset: number; bodyLength: number };
  return said.payload.slice(2 * bodyOffset, 2 * (bodyOffset + bodyLength));
};

describe('each frame type', () => {
  it('DATA', () => {
    fc.assert(
      fc.property(streams, bodies, fc.boolean(), paddings, (stream, octets, endStream, padding) => {
        const { said } = read((to) => writeData(to, stream, octets, { endStream, ...optional('padding', padding) }));
        const flags = (endStream ? Flag.END_STREAM : 0) | (padding === undefined ? 0 : Flag.PADDED);
        const bodyOffset = padding === undefined ? 0 : 1;
        const length = octets.length + (padding === undefined ? 0 : 1 + padding);
        const frame = { kind: 'data', type: 0, flags, stream, length, bodyOffset, bodyLength: octets.length };
        expect(said).toEqual([
          { kind: 'begin', frame, fault: undefined },
          ...(octets.length === 0 ? [] : [{ kind: 'data', octets: toHex(octets) }]),
          { kind: 'end', frame },
        ]);
      }),
    );
  });

  it('HEADERS', () => {
    const priority = fc.option(priorities, { nil: undefined });
    fc.assert(
      fc.property(streams, bodies, paddings, priority, fc.boolean(), (stream, octets, padding, fields, endHeaders) => {
        const options = { endHeaders, ...optional('padding', padding), ...optional('priority', fields) };
        const said = whole((to) => writeHeaders(to, stream, octets, options));
        expect(said.frame).toMatchObject({ kind: 'headers', stream, priority: fields, bodyLength: octets.length });
        expect((said.frame.flags & Flag.END_HEADERS) !== 0).toBe(endHeaders);
        expect(body(said)).toBe(toHex(octets));
        expect(said.fault).toBeUndefined();
      }),
    );
  });

  it('PUSH_PROMISE', () => {
    fc.assert(
      fc.property(streams, streams, bodies, paddings, (stream, promised, octets, padding) => {
        const said = whole((to) => writePushPromise(to, stream, promised, octets, optional('padding', padding)));
        expect(said.frame).toMatchObject({ kind: 'push-promise', stream, promisedStream: promised });
        expect(body(said)).toBe(toHex(octets));
      }),
    );
  });

  it('CONTINUATION', () => {
    fc.assert(
      fc.property(streams, bodies, fc.boolean(), (stream, octets, endHeaders) => {
        const said = whole((to) => writeContinuation(to, stream, octets, endHeaders));
        expect(said.frame).toMatchObject({ kind: 'continuation', stream, flags: endHeaders ? Flag.END_HEADERS : 0 });
        expect(body(said)).toBe(toHex(octets));
      }),
    );
  });

  it('PRIORITY', () => {
    fc.assert(
      fc.property(streams, priorities, (stream, priority) => {
        const { frame } = whole((to) => writePriority(to, stream, priority));
        expect(frame).toEqual({ kind: 'priority', type: FrameType.PRIORITY, flags: 0, stream, length: 5, priority });
      }),
    );
  });

  it('RST_STREAM', () => {
    fc.assert(
      fc.property(streams, u32s, (stream, errorCode) => {
        const { frame } = whole((to) => writeRstStream(to, stream, errorCode));
        expect(frame).toEqual({ kind: 'rst-stream', type: 3, flags: 0, stream, length: 4, errorCode });
      }),
    );
  });

  it('SETTINGS', () => {
    const entries = fc.array(fc.record({ id: fc.integer({ min: 9, max: 0xffff }), value: u32s }), { maxLength: 9 });
    fc.assert(
      fc.property(entries, (settings) => {
        const { frame } = whole((to) => writeSettings(to, settings));
        expect(frame).toEqual({
          kind: 'settings',
          type: 4,
          flags: 0,
          stream: 0,
          length: 6 * settings.length,
          settings,
        });
      }),
    );
    const { frame } = whole(writeSettingsAck);
    expect(frame).toEqual({ kind: 'settings', type: 4, flags: Flag.ACK, stream: 0, length: 0, settings: [] });
  });

  it('PING', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.boolean(), (octets, ack) => {
        const payload = toHex(octets);
        const { frame } = whole((to) => writePing(to, payload, ack));
        expect(frame).toEqual({ kind: 'ping', type: 6, flags: ack ? Flag.ACK : 0, stream: 0, length: 8, payload });
      }),
    );
  });

  it('GOAWAY', () => {
    fc.assert(
      fc.property(streams, u32s, fc.string({ maxLength: 2000 }), (lastStream, errorCode, debugData) => {
        const { frame } = whole((to) => writeGoAway(to, lastStream, errorCode, debugData));
        const length = 8 + debugData.length;
        const kept = debugData.slice(0, 1024);
        expect(frame).toEqual({
          ...{ kind: 'goaway', type: 7, flags: 0, stream: 0, length, lastStream, errorCode },
          debugData: kept,
        });
      }),
    );
  });

  it('WINDOW_UPDATE', () => {
    fc.assert(
      fc.property(fc.nat(9), streams, (stream, increment) => {
        const { frame } = whole((to) => writeWindowUpdate(to, stream, increment));
        expect(frame).toEqual({ kind: 'window-update', type: 8, flags: 0, stream, length: 4, increment });
      }),
    );
  });

  it('a type that nobody defined, whatever its flags and stream', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0xa, max: 0xff }),
        fc.nat(255),
        fc.nat(9),
        bodies,
        (type, flags, stream, octets) => {
          const said = whole((to) => writeFrame(to, type, flags, stream, octets));
          expect(said.frame).toMatchObject({ kind: 'extension', type, flags, stream, length: octets.length });
          expect(said.fault).toBeUndefined();
          expect(body(said)).toBe(toHex(octets));
        },
      ),
    );
  });
});

it('a header block is split into frames of the size allowed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.integer({ min: 1, max: 40 }), (block, maxFrameBytes) => {
      const { said } = read((to) => writeHeaderBlock(to, 7, block, true, maxFrameBytes));
      expect(said.length).toBe(Math.max(1, Math.ceil(block.length / maxFrameBytes)));
      const payloads = said.map((item) => (item.kind === 'frame' ? item.payload : ''));
      expect(payloads.join('')).toBe(toHex(block));
      const flags = said.map((item) => (item.kind === 'frame' ? item.frame.flags : 0));
      expect(flags.map((value) => (value & Flag.END_HEADERS) !== 0)).toEqual(
        flags.map((_, index) => index === flags.length - 1),
      );
      expect(flags[0]! & Flag.END_STREAM).toBe(Flag.END_STREAM);
    }),
  );
});

it('reserved bits are passed over', () => {
  const { frames } = read((to) => {
    writeFrame(to, FrameType.WINDOW_UPDATE, 0, 0x80000003, Uint8Array.of(0x80, 0, 0, 5));
    writeFrame(to, FrameType.GOAWAY, 0, 0, Uint8Array.of(0x80, 0, 0, 7, 0, 0, 0, 11));
  });
  expect(frames).toMatchObject([
    { stream: 3, increment: 5 },
    { lastStream: 7, errorCode: 11, debugData: '' },
  ]);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader, frameTypeName, plausibleFrameHeader } from '#h2';
import { hex } from '../hex.ts';
import { frameOctets } from './arbitrary.ts';
import { Recorder } from './recorder.ts';

const limits = { maxFrameBytes: 16_384, maxStream: 1_000_001 };
const plausible = (digits: string): boolean => plausibleFrameHeader(hex(digits), 0, limits);

describe('plausible', () => {
  it.each([
    '000000040100000000',
    '000012040000000000',
    '000008060000000000',
    '00000408000000000f',
    '000004080000000000',
    '004000000100000001',
    '00000501240000000b',
  ])('%s', (digits) => {
    expect(plausible(digits)).toBe(true);
  });
});

describe('not plausible', () => {
  it.each([
    ['too short', '0000000401000000'],
    ['too long', '004001000100000001'],
    ['a type that RFC 9113 does not define', '0000040a0000000000'],
    ['a flag that the type does not define', '000004080100000000'],
    ['a length that the type does not allow', '000005080000000000'],
    ['a length that the flags do not allow', '000004012400000001'],
    ['the reserved bit', '000004080080000001'],
    ['stream 0 for a stream', '000004000000000000'],
    ['a stream for the connection', '000008060000000001'],
    ['a stream number beyond belief', '000004000000ffffff'],
  ])('%s', (_name, digits) => {
    expect(plausible(digits)).toBe(false);
  });
});

it('every frame that breaks no rule and is not exotic is plausible', () => {
  fc.assert(
    fc.property(frameOctets, (bytes) => {
      const recorder = new Recorder();
      new FrameReader(recorder).push(bytes, 0, bytes.length);
      const [frame] = recorder.frames;
      const known = frame !== undefined && frame.kind !== 'extension' && recorder.faults.length === 0;
      fc.pre(known && frame.kind !== 'broken' && (bytes[4]! & ~definedFlags(frameTypeName(frame.type))) === 0);
      expect(plausibleFrameHeader(bytes, 0, { maxFrameBytes: 16_384, maxStream: 0x7fffffff })).toBe(true);
    }),
  );
});

function definedFlags(name: string): number {
  const table: Readonly<Record<string, number>> = {
    DATA: 0x9,
    HEADERS: 0x2d,
    SETTINGS: 0x1,
    PUSH_PROMISE: 0xc,
    PING: 0x1,
    CONTINUATION: 0x4,
  };
  return table[name] ?? 0;
}

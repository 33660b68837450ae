/** One line a fault: the frame in octets, and what is said about it. */
import { describe, expect, it } from 'vitest';
import { FrameReader } from '#h2';
import { hex } from '../hex.ts';
import { Recorder } from './recorder.ts';

function faults(digits: string): string[] {
  const bytes = hex(digits);
  const recorder = new Recorder();
  new FrameReader(recorder, 16_384).push(bytes, 0, bytes.length);
  expect(recorder.frames.length).toBe(1);
  return recorder.faults.map(({ rule, stream, detail }) => `${rule} ${stream}: ${detail}`);
}

describe('faults', () => {
  it.each([
    // Lengths.
    ['000003 02 00 00000001 000000', 'priority/bad-length 1: PRIORITY of 3 octets, which its type does not allow'],
    ['000005 03 00 00000001 0000000000', 'frame/bad-length 1: RST_STREAM of 5 octets, which its type does not allow'],
    ['000005 04 00 00000000 0000000000', 'frame/bad-length 0: SETTINGS of 5 octets, which its type does not allow'],
    ['000003 05 04 00000001 000000', 'frame/bad-length 1: PUSH_PROMISE of 3 octets, which its type does not allow'],
    ['000007 06 00 00000000 00000000000000', 'frame/bad-length 0: PING of 7 octets, which its type does not allow'],
    ['000007 07 00 00000000 00000000000000', 'frame/bad-length 0: GOAWAY of 7 octets, which its type does not allow'],
    ['000003 08 00 00000001 000000', 'frame/bad-length 1: WINDOW_UPDATE of 3 octets, which its type does not allow'],
    ['000000 00 08 00000001', 'frame/bad-length 1: DATA of 0 octets, which its type does not allow'],
    ['000004 01 24 00000001 00000000', 'frame/bad-length 1: HEADERS of 4 octets, which its type does not allow'],
    ['000005 01 2c 00000001 0000000000', 'frame/bad-length 1: HEADERS of 5 octets, which its type does not allow'],
    // Padding.
    [
      '000002 00 08 00000001 0200',
      'frame/bad-padding 1: DATA of 2 octets whose padding is longer than the payload leaves room for',
    ],
    [
      '000006 01 2c 00000001 010000000000',
      'frame/bad-padding 1: HEADERS of 6 octets whose padding is longer than the payload leaves room for',
    ],
    [
      '000005 05 0c 00000001 0100000002',
      'frame/bad-padding 1: PUSH_PROMISE of 5 octets whose padding is longer than the payload leaves room for',
    ],
    // Streams.
    ['000000 00 00 00000000', 'frame/bad-stream 0: DATA on stream 0'],
    ['000001 01 04 00000000 82', 'frame/bad-stream 0: HEADERS on stream 0'],
    ['000005 02 00 00000000 0000000000', 'frame/bad-stream 0: PRIORITY on stream 0'],
    ['000004 03 00 00000000 00000000', 'frame/bad-stream 0: RST_STREAM on stream 0'],
    ['000004 05 04 00000000 00000002', 'frame/bad-stream 0: PUSH_PROMISE on stream 0'],
    ['000000 09 04 00000000', 'frame/bad-stream 0: CONTINUATION on stream 0'],
    ['000000 04 00 00000003', 'frame/bad-stream 3: SETTINGS on stream 3 instead of 0'],
    ['000008 06 00 00000003 0000000000000000', 'frame/bad-stream 3: PING on stream 3 instead of 0'],
    ['000008 07 00 00000003 0000000000000000', 'frame/bad-stream 3: GOAWAY on stream 3 instead of 0'],
    // Values.
    [
      '000006 04 01 00000000 000400000001',
      'settings/ack-with-payload 0: SETTINGS acknowledgement with 6 octets of payload',
    ],
    ['000006 04 00 00000000 000200000002', 'settings/bad-value 0: ENABLE_PUSH=2, allowed are 0 to 1'],
    [
      '000006 04 00 00000000 000480000000',
      'settings/bad-window 0: INITIAL_WINDOW_SIZE=2147483648, allowed are 0 to 2147483647',
    ],
    [
      '00000c 04 00 00000000 000400000001 000500003fff',
      'settings/bad-value 0: MAX_FRAME_SIZE=16383, allowed are 16384 to 16777215',
    ],
    [
      '000006 04 00 00000000 000501000000',
      'settings/bad-value 0: MAX_FRAME_SIZE=16777216, allowed are 16384 to 16777215',
    ],
    ['000006 04 00 00000000 000800000002', 'settings/bad-value 0: ENABLE_CONNECT_PROTOCOL=2, allowed are 0 to 1'],
    ['000006 04 00 00000000 000900000002', 'settings/bad-value 0: NO_RFC7540_PRIORITIES=2, allowed are 0 to 1'],
    ['000004 08 00 00000000 00000000', 'window/zero-increment 0: WINDOW_UPDATE of the connection by 0'],
    ['000004 08 00 00000005 80000000', 'window/zero-increment 5: WINDOW_UPDATE of stream 5 by 0'],
  ])('%s', (digits, fault) => {
    expect(faults(digits)).toEqual([fault]);
  });

  it('a frame that breaks several rules is told by the first', () => {
    expect(faults(`004001 06 00 00000003 ${'00'.repeat(0x4001)}`)).toEqual([
      'frame/too-large 3: PING of 16385 octets where at most 16384 are allowed',
    ]);
  });
});

describe('no fault', () => {
  it.each([
    ['empty DATA', '000000 00 01 00000001'],
    ['DATA of padding only', '000003 00 08 00000001 020000'],
    ['an empty header block fragment', '000000 01 00 00000001'],
    ['priority fields and nothing else', '000005 01 24 00000001 0000000000'],
    ['unknown settings', '000006 04 00 00000000 fe03ffffffff'],
    ['limits of settings', '000018 04 00 00000000 000200000001 00047fffffff 000500004000 000500ffffff'],
    ['flags that the type does not define', '000004 08 ff 00000001 00000001'],
    ['an extension on any stream', '000001 0a 00 00000000 00'],
  ])('%s', (_name, digits) => {
    expect(faults(digits)).toEqual([]);
  });
});

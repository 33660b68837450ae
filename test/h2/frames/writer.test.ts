import { describe, expect, it } from 'vitest';
import { toHex, UsageError } from '#base';
import {
  ByteBuffer,
  writeData,
  writeFrameHeader,
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

const written = (write: (to: ByteBuffer) => void): string => {
  const buffer = new ByteBuffer();
  write(buffer);
  return toHex(buffer.toBytes());
};

/** Written out by hand from the drawings of RFC 9113 §6. */
describe('octets', () => {
  it('SETTINGS', () => {
    expect(written((to) => writeSettings(to, [{ id: 4, value: 65_535 }]))).toBe('000006040000000000' + '00040000ffff');
  });
  it('PING acknowledgement', () => {
    expect(written((to) => writePing(to, '0807060504030201', true))).toBe('000008060100000000' + '0807060504030201');
  });
  it('GOAWAY with debug data', () => {
    expect(written((to) => writeGoAway(to, 2 ** 31 - 1, 0xb, 'calm'))).toBe(
      '00000c070000000000' + '7fffffff' + '0000000b' + '63616c6d',
    );
  });
  it('WINDOW_UPDATE', () => {
    expect(written((to) => writeWindowUpdate(to, 258, 1))).toBe('000004080000000102' + '00000001');
  });
  it('padded DATA', () => {
    expect(written((to) => writeData(to, 1, Uint8Array.of(0xaa), { endStream: true, padding: 2 }))).toBe(
      '000004000900000001' + '02' + 'aa' + '0000',
    );
  });
  it('PRIORITY', () => {
    const priority = { exclusive: true, dependsOn: 3, weight: 16 };
    expect(written((to) => writePriority(to, 5, priority))).toBe('000005020000000005' + '80000003' + '0f');
  });
  it('RST_STREAM', () => {
    expect(written((to) => writeRstStream(to, 3, 8))).toBe('000004030000000003' + '00000008');
  });
  it('SETTINGS acknowledgement', () => {
    expect(written((to) => writeSettingsAck(to))).toBe('000000040100000000');
  });
  it('PUSH_PROMISE', () => {
    const block = Uint8Array.of(0x82);
    expect(written((to) => writePushPromise(to, 1, 2, block))).toBe('000005050400000001' + '00000002' + '82');
    expect(written((to) => writePushPromise(to, 1, 2, block, { endHeaders: false, padding: 1 }))).toBe(
      '000007050800000001' + '01' + '00000002' + '82' + '00',
    );
  });
  it('a header block of several frames', () => {
    expect(written((to) => writeHeaderBlock(to, 1, Uint8Array.of(1, 2, 3, 4, 5), true, 2))).toBe(
      '000002010100000001' + '0102' + '000002090000000001' + '0304' + '000001090400000001' + '05',
    );
  });
  it('HEADERS with priority and padding', () => {
    const priority = { exclusive: true, dependsOn: 3, weight: 256 };
    expect(written((to) => writeHeaders(to, 5, Uint8Array.of(0x82), { priority, padding: 0 }))).toBe(
      '000007012c00000005' + '00' + '80000003ff' + '82',
    );
  });
});

describe('what cannot be written', () => {
  it('a frame longer than its header can say', () => {
    expect(() => writeFrameHeader(new ByteBuffer(), 2 ** 24, 0, 0, 1)).toThrow(UsageError);
  });
  it('a PING payload that is not 8 octets', () => {
    expect(() => writePing(new ByteBuffer(), '1234')).toThrow("a PING payload is 16 hexadecimal digits, not '1234'");
  });
});

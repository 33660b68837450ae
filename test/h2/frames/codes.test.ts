import { describe, expect, it } from 'vitest';
import { ErrorCode, errorCodeName, FrameType, flagNames, frameTypeName, settingName } from '#h2';

describe('names', () => {
  it('are those of the registries, and numbers for what no registry names', () => {
    expect([frameTypeName(0x8), frameTypeName(0x10), frameTypeName(0x4d)]).toEqual([
      'WINDOW_UPDATE',
      'PRIORITY_UPDATE',
      'UNKNOWN(0x4d)',
    ]);
    expect([errorCodeName(0), errorCodeName(0xb), errorCodeName(0x1f)]).toEqual([
      'NO_ERROR',
      'ENHANCE_YOUR_CALM',
      'UNKNOWN(0x1f)',
    ]);
    expect([settingName(3), settingName(9), settingName(0xfe03)]).toEqual([
      'MAX_CONCURRENT_STREAMS',
      'NO_RFC7540_PRIORITIES',
      'UNKNOWN(0xfe03)',
    ]);
    for (const [name, code] of Object.entries(ErrorCode)) expect(errorCodeName(code)).toBe(name);
  });

  it('of flags depend on the frame type, whatever other bits are set (RFC 9113 §6)', () => {
    const all = (type: number): string => flagNames(type, 0xff);
    expect(all(FrameType.DATA)).toBe('END_STREAM|PADDED');
    expect(all(FrameType.HEADERS)).toBe('END_STREAM|END_HEADERS|PADDED|PRIORITY');
    expect(all(FrameType.PUSH_PROMISE)).toBe('END_HEADERS|PADDED');
    expect(all(FrameType.CONTINUATION)).toBe('END_HEADERS');
    expect([all(FrameType.SETTINGS), all(FrameType.PING)]).toEqual(['ACK', 'ACK']);
    for (const type of [FrameType.PRIORITY, FrameType.RST_STREAM, FrameType.GOAWAY, FrameType.WINDOW_UPDATE, 0x4d])
      expect(all(type)).toBe('-');
    expect(flagNames(FrameType.HEADERS, 0)).toBe('-');
  });
});

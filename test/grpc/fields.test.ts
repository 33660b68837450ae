import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeBase64,
  decodeBinaryValues,
  grpcFormat,
  isBinaryName,
  isGrpcContentType,
  parseStatus,
  parseStatusMessage,
  parseTimeout,
  Status,
  statusFromErrorCode,
  statusFromHttp,
  statusName,
} from '#grpc';
import { ErrorCode } from '#h2';

describe('status', () => {
  it('has the 17 names of gRPC at 0 to 16', () => {
    expect(Object.values(Status)).toEqual(Array.from({ length: 17 }, (_, code) => code));
    expect(statusName(4)).toBe('DEADLINE_EXCEEDED');
    expect(statusName(16)).toBe('UNAUTHENTICATED');
    expect(statusName(17)).toBe('STATUS(17)');
  });
  it('reads grpc-status leniently', () => {
    expect(parseStatus('0')).toBe(0);
    expect(parseStatus(' 014 ')).toBe(14);
    expect(parseStatus('4711')).toBe(4711);
    for (const bad of ['', 'OK', '-1', '1.5', '0x1', '1 2', '99999999999999']) expect(parseStatus(bad)).toBeUndefined();
  });
  it('decodes grpc-message and keeps what is no escape', () => {
    expect(parseStatusMessage('caf%C3%A9 100% %zz')).toBe('café 100% %zz');
  });
  it('maps HTTP status and error codes as gRPC documents them', () => {
    expect([400, 401, 403, 404, 429, 502, 503, 504, 200, 500].map(statusFromHttp)).toEqual([
      13, 16, 7, 12, 14, 14, 14, 14, 2, 2,
    ]);
    const codes = Object.values(ErrorCode).map(statusFromErrorCode);
    expect(codes).toEqual([13, 13, 13, 13, 13, 2, 13, 14, 1, 13, 13, 8, 7, 2]);
    expect(statusFromErrorCode(0x99)).toBe(Status.UNKNOWN);
  });
});

describe('grpc-timeout', () => {
  it('knows each unit', () => {
    const all = ['1H', '2M', '3S', '4m', '5u', '6n'].map((text) => parseTimeout(text));
    expect(all.map((result) => (result.kind === 'timeout' ? result.timeoutMs : -1))).toEqual([
      3_600_000, 120_000, 3_000, 4, 0.005, 0.000_006,
    ]);
  });
  it('takes 8 digits and no more', () => {
    expect(parseTimeout('99999999H')).toEqual({ kind: 'timeout', timeoutMs: 99_999_999 * 3_600_000 });
    expect(parseTimeout('123456789m')).toEqual({
      kind: 'fault',
      detail: "grpc-timeout '123456789m' has 9 digits where 8 are allowed",
    });
  });
  it('rejects everything else with what it saw', () => {
    for (const bad of ['', 'S', '1', '1s', '-1S', '1.5S', ' 1S', '1 S', '1S ']) {
      const result = parseTimeout(bad);
      expect(result.kind).toBe('fault');
      expect(result.kind === 'fault' && result.detail).toContain(`'${bad}'`);
    }
  });
});

describe('content-type', () => {
  it('tells gRPC from what only begins like it', () => {
    for (const good of [
      'application/grpc',
      'application/grpc+proto',
      'application/grpc; charset=utf-8',
      'Application/gRPC+JSON',
    ]) {
      expect(isGrpcContentType(good)).toBe(true);
    }
    for (const bad of ['application/grpc-web', 'application/grpc-web+proto', 'application/grpcx', 'text/html', '']) {
      expect(isGrpcContentType(bad)).toBe(false);
    }
  });
  it('names the format', () => {
    expect(grpcFormat('application/grpc')).toBe('proto');
    expect(grpcFormat('application/grpc+json; a=b')).toBe('json');
    expect(grpcFormat('text/html')).toBeUndefined();
  });
});

describe('binary metadata', () => {
  it('goes by its name', () => {
    expect(isBinaryName('trace-bin')).toBe(true);
    expect(isBinaryName('trace')).toBe(false);
  });
  it('decodes what the platform encodes, padded or not', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = btoa(String.fromCharCode(...bytes));
        expect(decodeBase64(text)).toEqual(bytes);
        expect(decodeBase64(text.replace(/=+$/, ''))).toEqual(bytes);
      }),
    );
  });
  it('refuses what is no base64', () => {
    for (const bad of ['a', 'a===', 'ab=', 'abc?', 'ab cd', 'a=bc', 'é']) expect(decodeBase64(bad)).toBeUndefined();
  });
  it('splits joined values', () => {
    expect(decodeBinaryValues('AQI, AwQ=,?')).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3, 4), undefined]);
  });
});

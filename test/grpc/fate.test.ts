import { describe, expect, it } from 'vitest';
import { fateStatus, resetOutcome, Status, statusFromErrorCode, statusName } from '#grpc';
import { ErrorCode } from '#h2';

describe('the fate of a call', () => {
  it('has the codes of the gRPC documents', () => {
    const named = Object.fromEntries(Object.entries(fateStatus).map(([fate, code]) => [fate, statusName(code)]));
    expect(named).toEqual({
      cancelled: 'CANCELLED',
      'deadline-exceeded': 'DEADLINE_EXCEEDED',
      'method-not-found': 'UNIMPLEMENTED',
      'server-shutting-down': 'UNAVAILABLE',
      'handler-failed': 'UNKNOWN',
      'connection-lost': 'UNAVAILABLE',
      unprocessed: 'UNAVAILABLE',
      'cannot-decompress': 'INTERNAL',
      'request-encoding-unsupported': 'UNIMPLEMENTED',
      'response-encoding-unsupported': 'INTERNAL',
      'compressed-without-encoding': 'INTERNAL',
      'out-of-resources': 'RESOURCE_EXHAUSTED',
      'message-too-large': 'RESOURCE_EXHAUSTED',
      'metadata-too-large': 'RESOURCE_EXHAUSTED',
      'flow-control-violation': 'INTERNAL',
      'request-cardinality': 'UNIMPLEMENTED',
      'response-cardinality': 'UNIMPLEMENTED',
      'cannot-parse-request': 'INTERNAL',
      'cannot-parse-response': 'INTERNAL',
      malformed: 'INTERNAL',
      'credentials-failed': 'UNAUTHENTICATED',
    });
  });

  it('never has a code that gRPC leaves to applications', () => {
    const theirs: readonly number[] = [3, 5, 6, 9, 10, 11, 15];
    expect(Object.values(fateStatus).filter((code) => theirs.includes(code))).toEqual([]);
  });
});

describe('RST_STREAM from the server', () => {
  it('means what the table says, before the deadline', () => {
    for (const code of [...Object.values(ErrorCode), 0x99]) {
      expect(resetOutcome(code, false).code).toBe(statusFromErrorCode(code));
    }
  });

  it('with CANCEL after the deadline is DEADLINE_EXCEEDED, with any other code it is not', () => {
    for (const code of [...Object.values(ErrorCode), 0x99]) {
      const expected = code === ErrorCode.CANCEL ? Status.DEADLINE_EXCEEDED : statusFromErrorCode(code);
      expect(resetOutcome(code, true).code).toBe(expected);
    }
  });

  it('is safe to send again only for REFUSED_STREAM', () => {
    for (const code of [...Object.values(ErrorCode), 0x99]) {
      const { processed, again } = resetOutcome(code, false);
      expect(processed).toBe(code === ErrorCode.REFUSED_STREAM ? 'no' : 'maybe');
      if (code === ErrorCode.REFUSED_STREAM) expect(again).toBe('at-once');
      else expect(again).toBe(code === ErrorCode.ENHANCE_YOUR_CALM ? 'later' : 'never');
    }
  });

  it('is told with its name and in words', () => {
    expect(resetOutcome(ErrorCode.NO_ERROR, false).message).toBe(
      'the server ended the stream in peace, but without a status (RST_STREAM NO_ERROR)',
    );
    for (const code of Object.values(ErrorCode)) {
      expect(resetOutcome(code, false).message).toMatch(/^the server .+ \(RST_STREAM [A-Z_0-9]+\)$/);
    }
  });
});

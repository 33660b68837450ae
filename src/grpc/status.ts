/** The outcome of a call: status codes with their names, and the two trailer fields that carry them (gRPC over HTTP/2, "Responses"). */
import { decodePercent } from '#base';

/** gRPC "Status codes and their use in gRPC". */
export const Status = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;
export type StatusName = keyof typeof Status;
export type StatusCode = (typeof Status)[StatusName];

const names: ReadonlyMap<number, string> = new Map(Object.entries(Status).map(([name, code]) => [code, name]));

/** `DEADLINE_EXCEEDED`, or `STATUS(42)` for a number that gRPC does not define. */
export function statusName(code: number): string {
  return names.get(code) ?? `STATUS(${code})`;
}

/**
 * The number in `grpc-status`, also one that gRPC does not define; `undefined` if it is no number. Spaces around it and
 * leading zeros are let pass: receivers differ there, and what the sender meant is plain.
 */
export function parseStatus(value: string): number | undefined {
  const digit = value.charCodeAt(0) - 0x30;
  if (value.length === 1 && digit >= 0 && digit <= 9) return digit;
  const digits = /^[ \t]*(\d{1,9})[ \t]*$/.exec(value)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The text in `grpc-message`: percent-encoded UTF-8; a broken escape stays as it stands. */
export function parseStatusMessage(value: string): string {
  return decodePercent(value);
}

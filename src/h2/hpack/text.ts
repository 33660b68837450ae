/**
 * Octets to text, one character an octet, for the values that differ in every call. A string made in one piece costs a third
 * less than one joined of pieces, and half when it is read: so the lengths of a trace context, a request id and a timeout
 * have a function each.
 */
import { toLatin1 } from '#base';

/** The octets `[start .. end)` as text. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  switch (end - start) {
    case 8:
      return eight(bytes, start);
    case 36:
      return thirtySix(bytes, start);
    case 55:
      return fiftyFive(bytes, start);
    default:
      return toLatin1(bytes, start, end);
  }
}

/** `grpc-timeout` in microseconds, as grpc-go sends it: seven digits and a unit. */
function eight(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(
    bytes[at]!,
    bytes[at + 1]!,
    bytes[at + 2]!,
    bytes[at + 3]!,
    bytes[at + 4]!,
    bytes[at + 5]!,
    bytes[at + 6]!,
    bytes[at + 7]!,
  );
}

/** A UUID: `x-request-id`. */
function thirtySix(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(
    bytes[at]!,
    bytes[at + 1]!,
    bytes[at + 2]!,
    bytes[at + 3]!,
    bytes[at + 4]!,
    bytes[at + 5]!,
    bytes[at + 6]!,
    bytes[at + 7]!,
    bytes[at + 8]!,
    bytes[at + 9]!,
    bytes[at + 10]!,
    bytes[at + 11]!,
    bytes[at + 12]!,
    bytes[at + 13]!,
    bytes[at + 14]!,
    bytes[at + 15]!,
    bytes[at + 16]!,
    bytes[at + 17]!,
    bytes[at + 18]!,
    bytes[at + 19]!,
    bytes[at + 20]!,
    bytes[at + 21]!,
    bytes[at + 22]!,
    bytes[at + 23]!,
    bytes[at + 24]!,
    bytes[at + 25]!,
    bytes[at + 26]!,
    bytes[at + 27]!,
    bytes[at + 28]!,
    bytes[at + 29]!,
    bytes[at + 30]!,
    bytes[at + 31]!,
    bytes[at + 32]!,
    bytes[at + 33]!,
    bytes[at + 34]!,
    bytes[at + 35]!,
  );
}

/** `traceparent` (W3C Trace Context, section 3.2). */
function fiftyFive(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(
    bytes[at]!,
    bytes[at + 1]!,
    bytes[at + 2]!,
    bytes[at + 3]!,
    bytes[at + 4]!,
    bytes[at + 5]!,
    bytes[at + 6]!,
    bytes[at + 7]!,
    bytes[at + 8]!,
    bytes[at + 9]!,
    bytes[at + 10]!,
    bytes[at + 11]!,
    bytes[at + 12]!,
    bytes[at + 13]!,
    bytes[at + 14]!,
    bytes[at + 15]!,
    bytes[at + 16]!,
    bytes[at + 17]!,
    bytes[at + 18]!,
    bytes[at + 19]!,
    bytes[at + 20]!,
    bytes[at + 21]!,
    bytes[at + 22]!,
    bytes[at + 23]!,
    bytes[at + 24]!,
    bytes[at + 25]!,
    bytes[at + 26]!,
    bytes[at + 27]!,
    bytes[at + 28]!,
    bytes[at + 29]!,
    bytes[at + 30]!,
    bytes[at + 31]!,
    bytes[at + 32]!,
    bytes[at + 33]!,
    bytes[at + 34]!,
    bytes[at + 35]!,
    bytes[at + 36]!,
    bytes[at + 37]!,
    bytes[at + 38]!,
    bytes[at + 39]!,
    bytes[at + 40]!,
    bytes[at + 41]!,
    bytes[at + 42]!,
    bytes[at + 43]!,
    bytes[at + 44]!,
    bytes[at + 45]!,
    bytes[at + 46]!,
    bytes[at + 47]!,
    bytes[at + 48]!,
    bytes[at + 49]!,
    bytes[at + 50]!,
    bytes[at + 51]!,
    bytes[at + 52]!,
    bytes[at + 53]!,
    bytes[at + 54]!,
  );
}

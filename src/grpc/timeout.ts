/** `grpc-timeout`: how long the client will wait, as the request says it (gRPC over HTTP/2, "Requests"). */
import { UsageError } from '#base';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

/** "positive integer as ASCII string of at most 8 digits" */
const DIGITS_MAX = 8;
const VALUE_MAX = 99_999_999;

export type TimeoutResult =
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  /** `detail` quotes what was received, as one English sentence. */
  | { readonly kind: 'fault'; readonly detail: string };

/** Reads digits, at most 8, and one unit letter. Zero is taken as written: no time left. */
export function parseTimeout(value: string): TimeoutResult {
  const timeoutMs = timeoutMsOf(value);
  return timeoutMs === undefined ? { kind: 'fault', detail: timeoutProblem(value) } : { kind: 'timeout', timeoutMs };
}

/** As `parseTimeout`; `undefined` if the value is malformed. */
export function timeoutMsOf(value: string): number | undefined {
  const digits = value.length - 1;
  if (digits < 1 || digits > DIGITS_MAX) return undefined;
  let number = 0;
  for (let at = 0; at < digits; at++) {
    const digit = value.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  switch (value.charAt(digits)) {
    case 'H':
      return number * HOUR_MS;
    case 'M':
      return number * MINUTE_MS;
    case 'S':
      return number * SECOND_MS;
    case 'm':
      return number;
    case 'u':
      return number / 1_000;
    case 'n':
      return number / 1_000_000;
    default:
      return undefined;
  }
}

/** A peer may send anything of any length: evidence needs its beginning. */
const QUOTED_MAX = 40;

/** What is wrong with a value of which `timeoutMsOf` makes nothing, as one English sentence. */
export function timeoutProblem(value: string): string {
  const digits = /^(\d+)[HMSmun]$/.exec(value)?.[1];
  const problem =
    digits === undefined
      ? 'is not digits and one of the units H M S m u n'
      : `has ${digits.length} digits where ${DIGITS_MAX} are allowed`;
  return `grpc-timeout '${value.slice(0, QUOTED_MAX)}' ${problem}`;
}

/** From here on a millisecond is at most a hundredth of the timeout, and a microsecond below. */
const MILLISECONDS_FROM_MS = 100;
const MICROSECONDS_FROM_MS = 0.1;

/**
 * The text of a timeout of `timeoutMs`, which may have fractions. Rounded up, as grpc-go does: the server must not give up
 * while the client still waits, and a client ends its call at its own deadline however late the server's is. The unit is
 * the coarsest that errs by one part in a hundred at most: then calls with the same timeout mostly state it with the same
 * octets, although some microseconds have passed, and header tables can hold it. A time that is over is the least that
 * can be said: a nanosecond. `UsageError` for NaN and infinity: no deadline is no field.
 */
export function formatTimeout(timeoutMs: number): string {
  if (!Number.isFinite(timeoutMs)) throw new UsageError(`a timeout of ${timeoutMs} ms cannot be sent`);
  if (timeoutMs >= MILLISECONDS_FROM_MS) return formatLong(timeoutMs);
  if (timeoutMs >= MICROSECONDS_FROM_MS) return `${roundUp(timeoutMs, 1_000)}u`;
  return `${timeoutMs > 0 ? roundUp(timeoutMs, 1_000_000) : 1}n`;
}

/** `value * factor` rounded up; what multiplication adds by its own rounding (0.07 * 1000 > 70) is no time. */
function roundUp(value: number, factor: number): number {
  const rounded = Math.round(value * factor);
  return rounded / factor >= value ? rounded : rounded + 1;
}

function formatLong(timeoutMs: number): string {
  if (timeoutMs <= VALUE_MAX) return `${Math.ceil(timeoutMs)}m`;
  if (timeoutMs <= VALUE_MAX * SECOND_MS) return `${Math.ceil(timeoutMs / SECOND_MS)}S`;
  if (timeoutMs <= VALUE_MAX * MINUTE_MS) return `${Math.ceil(timeoutMs / MINUTE_MS)}M`;
  // Longer than eleven thousand years: cut, which no call will notice.
  return `${Math.min(Math.ceil(timeoutMs / HOUR_MS), VALUE_MAX)}H`;
}

/** `grpc-timeout`: how long the client will wait, as the request says it (gRPC over HTTP/2, "Requests"). */

const unitMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1 / 1_000,
  n: 1 / 1_000_000,
};

export type TimeoutResult =
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  /** `detail` quotes what was received, as one English sentence. */
  | { readonly kind: 'fault'; readonly detail: string };

/** Reads "positive integer as ASCII string of at most 8 digits" and one unit letter. Zero is taken as written: no time left. */
export function parseTimeout(value: string): TimeoutResult {
  const match = /^(\d+)([HMSmun])$/.exec(value);
  if (match === null) return fault(value, 'is not digits and one of the units H M S m u n');
  const [, digits = '', unit = ''] = match;
  if (digits.length > 8) return fault(value, `has ${digits.length} digits where 8 are allowed`);
  return { kind: 'timeout', timeoutMs: Number(digits) * (unitMs[unit] ?? 0) };
}

/** A peer may send anything of any length: evidence needs its beginning. */
const QUOTED_MAX = 40;

function fault(value: string, problem: string): TimeoutResult {
  return { kind: 'fault', detail: `grpc-timeout '${value.slice(0, QUOTED_MAX)}' ${problem}` };
}

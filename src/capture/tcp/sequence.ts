/** Sequence numbers, modulo 2^32 (RFC 9293 §3.4), kept as signed 32-bit integers so that differences wrap by `| 0`. */

/** Octets from `from` to `to`, negative when `to` lies behind. */
export function distance(from: number, to: number): number {
  return (to - from) | 0;
}

/** Octets in the largest window that TCP can offer (RFC 7323 §2.3). */
export const MAX_WINDOW_BYTES = 2 ** 30;

/**
 * Like `distance`, for data: an octet farther behind than any window reaches cannot be an old one. It lies ahead, and the
 * capture lost what is between.
 */
export function offsetOf(next: number, sequence: number): number {
  const ahead = (sequence - next) >>> 0;
  return ahead > 2 ** 32 - MAX_WINDOW_BYTES ? ahead - 2 ** 32 : ahead;
}

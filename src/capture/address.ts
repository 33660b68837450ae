/** IP addresses as text, as `inet_ntop` prints them, which for IPv6 is the form of RFC 5952. */
import { readU16 } from '#base';

/** The address of 4 or 16 octets at `at`. */
export function formatAddress(bytes: Uint8Array, at: number, addressBytes: 4 | 16): string {
  return addressBytes === 4 ? formatIpv4(bytes, at) : formatIpv6(bytes, at);
}

function formatIpv4(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

function formatIpv6(bytes: Uint8Array, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => readU16(bytes, at + index * 2));
  const zeros = longestZeroRun(groups);
  // RFC 5952 §5: addresses that embed an IPv4 address show it (::ffff:192.0.2.1, and ::192.0.2.1 as inet_ntop does).
  const mapped = zeros.start === 0 && (zeros.length === 6 || (zeros.length === 5 && groups[5] === 0xffff));
  if (mapped) return `${zeros.length === 6 ? '::' : '::ffff:'}${formatIpv4(bytes, at + 12)}`;
  const text = groups.map((group) => group.toString(16));
  if (zeros.length < 2) return text.join(':');
  return `${text.slice(0, zeros.start).join(':')}::${text.slice(zeros.start + zeros.length).join(':')}`;
}

/** RFC 5952 §4.2: the longest run of zero groups is shortened, the first of equals, and never a single group. */
function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let index = 0; index < groups.length; index++) {
    if (groups[index] !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}

/** The order in which addresses are tried (RFC 8305 §4): families by turns, beginning with the one the system prefers. */
import type { Address } from '#transport';

/**
 * Keeps the order within each family and alternates between them ("First Address Family Count" 1), so that a host whose
 * IPv6 leads nowhere costs one attempt delay and not one for each of its IPv6 addresses.
 */
export function interleave(addresses: readonly Address[]): readonly Address[] {
  const first = addresses[0];
  if (first === undefined) return addresses;
  const same = addresses.filter((address) => familyOf(address) === familyOf(first));
  const other = addresses.filter((address) => familyOf(address) !== familyOf(first));
  const mixed: Address[] = [];
  for (let at = 0; at < Math.max(same.length, other.length); at++) {
    const one = same[at];
    const two = other[at];
    if (one !== undefined) mixed.push(one);
    if (two !== undefined) mixed.push(two);
  }
  return mixed;
}

function familyOf(address: Address): 'ipv4' | 'ipv6' | 'unix' {
  if (address.kind === 'unix') return 'unix';
  return address.host.includes(':') ? 'ipv6' : 'ipv4';
}

/** Telling IP addresses from names: addresses need no lookup. */

/** `1.2.3.4`, four decimal numbers without leading zeros, which other programs read as octal. */
export function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255);
}

/** RFC 4291 §2.2 with an optional zone (RFC 4007 §11); no brackets. */
export function isIpv6(text: string): boolean {
  const zone = text.indexOf('%');
  const address = zone < 0 ? text : text.slice(0, zone);
  if (zone >= 0 && !/^[0-9A-Za-z._~-]+$/.test(text.slice(zone + 1))) return false;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  if (halves.length === 1) return head === 8;
  const tail = groupsOf(halves[1] ?? '', true);
  return head >= 0 && tail >= 0 && head + tail <= 7;
}

/** The groups of 16 bits in `text`, an IPv4 address at its end counting as two; -1 if some part is no group. */
function groupsOf(text: string, last: boolean): number {
  if (text === '') return 0;
  const parts = text.split(':');
  let groups = 0;
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups++;
    else if (last && at === parts.length - 1 && isIpv4(part)) groups += 2;
    else return -1;
  }
  return groups;
}

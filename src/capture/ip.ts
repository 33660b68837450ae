/**
 * IPv4 (RFC 791) and IPv6 (RFC 8200) down to the transport header. Lengths come from the IP headers, so padding and
 * check sequences behind the packet fall away. Header checksums are not verified: capturing hosts leave them to hardware.
 */
import { readU16, readU32 } from '#base';
import type { Layer, LayerName, Outcome, Packet } from './packet.ts';

const TCP = 6;

/** What follows by IP protocol number (IANA "Protocol Numbers"). ESP is encrypted and stays `other`. */
const protocols: ReadonlyMap<number, LayerName | Outcome> = new Map<number, LayerName | Outcome>([
  [4, 'ipv4'],
  [17, 'udp'],
  [41, 'ipv6'],
  [47, 'gre'],
  [137, 'mpls'],
]);

function byProtocol(protocol: number): LayerName | Outcome {
  return protocol === TCP ? 'tcp' : (protocols.get(protocol) ?? 'other');
}

export const ipv4: Layer = (packet) => {
  const { bytes, at } = packet;
  const headerBytes = (bytes[at]! & 0x0f) * 4;
  if (packet.end - at < 20 || bytes[at]! >> 4 !== 4 || headerBytes < 20) return 'malformed';
  trim(packet, readU16(bytes, at + 2));
  if (packet.end - at < headerBytes) return 'malformed';
  packet.sourceAt = at + 12;
  packet.destinationAt = at + 16;
  packet.addressBytes = 4;
  packet.timeToLive = bytes[at + 8]!;
  packet.identification = readU16(bytes, at + 4);
  packet.at = at + headerBytes;
  const fragment = readU16(bytes, at + 6);
  if ((fragment & 0x3fff) === 0) return byProtocol(bytes[at + 9]!);
  // RFC 791 §3.2: fragments belong together by addresses, protocol and identification.
  const protocol = bytes[at + 9]!;
  const more = (fragment & 0x2000) !== 0;
  const whole = packet.fragments.take(packet, packet.identification, protocol, (fragment & 0x1fff) * 8, more);
  return whole ? byProtocol(protocol) : 'held';
};

const IPV6_HEADER_BYTES = 40;

export const ipv6: Layer = (packet) => {
  const { bytes, at } = packet;
  if (packet.end - at < IPV6_HEADER_BYTES || bytes[at]! >> 4 !== 6) return 'malformed';
  const payload = readU16(bytes, at + 4);
  // Zero: a jumbogram (RFC 2675 §3), or segmentation offload that left the length to the hardware.
  trim(packet, payload === 0 ? 0 : IPV6_HEADER_BYTES + payload);
  packet.sourceAt = at + 8;
  packet.destinationAt = at + 24;
  packet.addressBytes = 16;
  packet.timeToLive = bytes[at + 7]!;
  packet.identification = 0;
  packet.at = at + IPV6_HEADER_BYTES;
  return extensions(packet, bytes[at + 6]!);
};

const HOP_BY_HOP = 0;
const FRAGMENT = 44;
const AUTHENTICATION = 51;

/** Extension headers of the common form (RFC 6564 §4): hop-by-hop, routing, destination, mobility, HIP, Shim6. */
const commonForm: ReadonlySet<number> = new Set([HOP_BY_HOP, 43, 60, 135, 139, 140]);

/** Passes over extension headers. The loop ends because each takes at least eight octets of the packet. */
function extensions(packet: Packet, first: number): LayerName | Outcome {
  let next = first;
  while (commonForm.has(next) || next === AUTHENTICATION || next === FRAGMENT) {
    const { bytes, at } = packet;
    if (packet.end - at < 8) return 'malformed';
    const kind = next;
    next = bytes[at]!;
    if (kind === FRAGMENT) {
      if (!fragment(packet, next)) return 'held';
      continue;
    }
    // RFC 4302 §2.2: the authentication header alone counts in units of four octets.
    packet.at = at + (kind === AUTHENTICATION ? (bytes[at + 1]! + 2) * 4 : (bytes[at + 1]! + 1) * 8);
    if (packet.at > packet.end) return 'malformed';
  }
  return byProtocol(next);
}

/** RFC 8200 §4.5. True if the packet is whole: with this piece, or because it is the only one (RFC 6946). */
function fragment(packet: Packet, protocol: number): boolean {
  const { bytes, at } = packet;
  const field = readU16(bytes, at + 2);
  packet.at = at + 8;
  if ((field & 0xfff9) === 0) return true;
  return packet.fragments.take(packet, readU32(bytes, at + 4), protocol, field & 0xfff8, (field & 1) !== 0);
}

/** Shortens the packet to the `total` octets that its header states from `packet.at` on, or notes how many are cut off. */
function trim(packet: Packet, total: number): void {
  // Segmentation offload hands packets of more than 65,535 octets to the capture with a length of zero.
  if (total === 0) return;
  const captured = packet.end - packet.at;
  packet.missing = total > captured ? total - captured : 0;
  if (total < captured) packet.end = packet.at + total;
}

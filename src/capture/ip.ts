/**
 * IPv4 (RFC 791) and IPv6 (RFC 8200) down to the transport header. Lengths come from the IP headers, so padding and
 * check sequences behind the packet fall away. Header checksums are not verified: capturing hosts leave them to hardware.
 */
import { readU16 } from '#base';
import type { Layer, Outcome, Packet } from './packet.ts';

const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;

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
  return byProtocol(packet, bytes[at + 9]!);
};

export const ipv6: Layer = () => 'other';

/** Shortens the packet to the `total` octets that its header states from `packet.at` on, or notes how many are cut off. */
function trim(packet: Packet, total: number): void {
  // Segmentation offload hands packets of more than 65,535 octets to the capture with a length of zero.
  if (total === 0) return;
  const captured = packet.end - packet.at;
  packet.missing = total > captured ? total - captured : 0;
  if (total < captured) packet.end = packet.at + total;
}

function byProtocol(packet: Packet, protocol: number): Layer | Outcome {
  packet.protocol = protocol;
  if (protocol === PROTOCOL_TCP) return 'tcp';
  if (protocol === PROTOCOL_UDP) return 'udp';
  return 'other';
}

/** By the version in the first four bits, where nothing else tells. */
export const byVersion: Layer = (packet) => {
  const version = packet.at < packet.end ? packet.bytes[packet.at]! >> 4 : 0;
  if (version === 4) return ipv4(packet);
  return version === 6 ? ipv6(packet) : 'other';
};

/**
 * Link layers: from the first octet of a packet to its IP header. Tags and labels in between (VLAN, stacked VLAN, MPLS,
 * PPPoE) are passed over.
 */
import { readU16, readU32 } from '#base';
import type { Layer, LayerName, Outcome, Packet } from './packet.ts';

/** Smaller values in the type field are a length (IEEE 802.3 §3.2.6). */
const MIN_ETHER_TYPE = 0x600;

const etherTypes: ReadonlyMap<number, LayerName> = new Map([
  [0x0800, 'ipv4'],
  [0x86dd, 'ipv6'],
  [0x8100, 'vlan'],
  [0x88a8, 'vlan'],
  [0x9100, 'vlan'],
  [0x8847, 'mpls'],
  [0x8848, 'mpls'],
  [0x8864, 'pppoe'],
  // Transparent Ethernet bridging, inside GRE and Geneve.
  [0x6558, 'ethernet'],
]);

/** The layer that an EtherType names. */
export function byEtherType(type: number): LayerName | Outcome {
  return type === 0x0800 ? 'ipv4' : (etherTypes.get(type) ?? 'other');
}

/** Two addresses and a type (IEEE 802.3 §3.2). */
export const ethernet: Layer = (packet) => {
  if (packet.end - packet.at < 14) return 'malformed';
  const type = readU16(packet.bytes, packet.at + 12);
  packet.at += 14;
  return type < MIN_ETHER_TYPE ? snap(packet) : byEtherType(type);
};

/** IEEE 802.2 with the SNAP extension, whose last two octets are an EtherType. */
function snap(packet: Packet): LayerName | Outcome {
  if (packet.end - packet.at < 8 || readU32(packet.bytes, packet.at) >>> 8 !== 0xaaaa03) return 'other';
  packet.at += 8;
  return byEtherType(readU16(packet.bytes, packet.at - 2));
}

/** Tag control, then the type of what follows (IEEE 802.1Q §9.6). */
export const vlan: Layer = (packet) => withTypeAt(packet, 2, 4);

/** Linux "cooked" capture, as of the `any` interface (LINKTYPE_LINUX_SLL). */
export const linuxCooked: Layer = (packet) => withTypeAt(packet, 14, 16);

/** Its second version (LINKTYPE_LINUX_SLL2). */
export const linuxCooked2: Layer = (packet) => withTypeAt(packet, 0, 20);

function withTypeAt(packet: Packet, typeAt: number, headerBytes: number): LayerName | Outcome {
  const { at } = packet;
  if (packet.end - at < headerBytes) return 'malformed';
  packet.at = at + headerBytes;
  return byEtherType(readU16(packet.bytes, at + typeAt));
}

/** Labels up to the one that marks the bottom of the stack (RFC 3032 §2.1); what follows tells by its IP version. */
export const mpls: Layer = (packet) => {
  for (let at = packet.at; at + 4 <= packet.end; at += 4) {
    if ((packet.bytes[at + 2]! & 1) === 0) continue;
    packet.at = at + 4;
    return 'raw';
  }
  return 'malformed';
};

/** A PPPoE session packet: six octets, then PPP without its framing (RFC 2516 §4). */
export const pppoe: Layer = (packet) => {
  packet.at += 6;
  return pppProtocol(packet);
};

/** PPP, with or without HDLC-like address and control octets (RFC 1662 §3.1); Cisco HDLC shares the link type. */
export const ppp: Layer = (packet) => {
  if (packet.end - packet.at < 4) return 'malformed';
  const head = readU16(packet.bytes, packet.at);
  if (head === 0x0f00 || head === 0x8f00) return withTypeAt(packet, 2, 4);
  if (head === 0xff03) packet.at += 2;
  return pppProtocol(packet);
};

/** The protocol field, which compresses to one odd octet (RFC 1661 §6.5). */
function pppProtocol(packet: Packet): LayerName | Outcome {
  if (packet.end - packet.at < 2) return 'malformed';
  const compressed = (packet.bytes[packet.at]! & 1) === 1;
  const protocol = compressed ? packet.bytes[packet.at]! : readU16(packet.bytes, packet.at);
  packet.at += compressed ? 1 : 2;
  if (protocol === 0x0021) return 'ipv4';
  return protocol === 0x0057 ? 'ipv6' : 'other';
}

/** BSD loopback: the address family in the byte order of the capturing machine (LINKTYPE_NULL), or always big (LOOP). */
export const loopback: Layer = (packet) => {
  if (packet.end - packet.at < 4) return 'malformed';
  const big = readU32(packet.bytes, packet.at);
  // Families are small numbers, so the order in which the value is small is the right one.
  const family = big > 0xffff ? packet.bytes[packet.at]! : big;
  packet.at += 4;
  return families.get(family) ?? 'other';
};

/** AF_INET is 2 everywhere; AF_INET6 differs: Linux, Windows, NetBSD and OpenBSD, FreeBSD, Darwin. */
const families: ReadonlyMap<number, LayerName> = new Map([
  [2, 'ipv4'],
  [10, 'ipv6'],
  [23, 'ipv6'],
  [24, 'ipv6'],
  [28, 'ipv6'],
  [30, 'ipv6'],
]);

const NFULA_PAYLOAD = 9;

/** Netfilter log: a header, then type-length-value fields in the host's (little) byte order, one of which is the packet. */
export const nflog: Layer = (packet) => {
  const { bytes, end } = packet;
  let at = packet.at + 4;
  while (at + 4 <= end) {
    const length = bytes[at]! | (bytes[at + 1]! << 8);
    if (length < 4) return 'malformed';
    if ((bytes[at + 2]! | (bytes[at + 3]! << 8)) === NFULA_PAYLOAD) {
      packet.at = at + 4;
      return 'raw';
    }
    at += (length + 3) & ~3;
  }
  return 'other';
};

/** An IP packet without anything before it: its first four bits are the version. */
export const raw: Layer = (packet) => {
  if (packet.at >= packet.end) return 'malformed';
  const version = packet.bytes[packet.at]! >> 4;
  if (version === 4) return 'ipv4';
  return version === 6 ? 'ipv6' : 'other';
};

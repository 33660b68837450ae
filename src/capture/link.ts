/**
 * The link layer: from the first octet of a packet to its IP header, by link type. Tags and labels in between (VLAN,
 * stacked VLAN, MPLS, PPPoE) are passed over.
 */
import { readU16, readU32 } from '#base';
import { byVersion, ipv4, ipv6 } from './ip.ts';
import type { Layer, Outcome, Packet } from './packet.ts';

/** An Ethernet frame's two addresses and its type (IEEE 802.3 §3.2). */
export const ethernet: Layer = (packet) => {
  if (packet.end - packet.at < 14) return 'malformed';
  const type = readU16(packet.bytes, packet.at + 12);
  packet.at += 14;
  return type < MIN_ETHER_TYPE ? snap(packet) : byEtherType(packet, type);
};

/** Smaller values in the type field are a length (IEEE 802.3 §3.2.6). */
const MIN_ETHER_TYPE = 0x600;

/** IEEE 802.2 with the SNAP extension, whose last two octets are an EtherType. */
function snap(packet: Packet): Layer | Outcome {
  if (packet.end - packet.at < 8 || readU32(packet.bytes, packet.at) >>> 8 !== 0xaaaa03) return 'other';
  const type = readU16(packet.bytes, packet.at + 6);
  packet.at += 8;
  return byEtherType(packet, type);
}

/** A tag control field and the type of what follows (IEEE 802.1Q §9.6). */
const vlan: Layer = (packet) => {
  if (packet.end - packet.at < 4) return 'malformed';
  const type = readU16(packet.bytes, packet.at + 2);
  packet.at += 4;
  return byEtherType(packet, type);
};

/** Labels up to the one that marks the bottom of the stack (RFC 3032 §2.1); what follows tells by its IP version. */
const mpls: Layer = (packet) => {
  for (let at = packet.at; at + 4 <= packet.end; at += 4) {
    if ((packet.bytes[at + 2]! & 1) === 0) continue;
    packet.at = at + 4;
    return byVersion(packet);
  }
  return 'malformed';
};

/** A PPPoE session packet: six octets, then PPP without its framing (RFC 2516 §4). */
const pppoe: Layer = (packet) => {
  packet.at += 6;
  return pppProtocol(packet);
};

/** PPP, with or without HDLC-like address and control octets (RFC 1662 §3.1); Cisco HDLC shares the link type. */
const ppp: Layer = (packet) => {
  if (packet.end - packet.at < 4) return 'malformed';
  const head = readU16(packet.bytes, packet.at);
  if (head === 0x0f00 || head === 0x8f00) {
    packet.at += 4;
    return byEtherType(packet, readU16(packet.bytes, packet.at - 2));
  }
  if (head === 0xff03) packet.at += 2;
  return pppProtocol(packet);
};

/** The protocol field, which compresses to one odd octet (RFC 1661 §6.5). */
function pppProtocol(packet: Packet): Layer | Outcome {
  if (packet.end - packet.at < 2) return 'malformed';
  const compressed = (packet.bytes[packet.at]! & 1) === 1;
  const protocol = compressed ? packet.bytes[packet.at]! : readU16(packet.bytes, packet.at);
  packet.at += compressed ? 1 : 2;
  if (protocol === 0x0021) return ipv4;
  if (protocol === 0x0057) return ipv6;
  return 'other';
}

/** Linux "cooked" capture, as of the `any` interface (LINKTYPE_LINUX_SLL). */
const linuxCooked: Layer = (packet) => cooked(packet, 14, 16);

/** Its second version (LINKTYPE_LINUX_SLL2). */
const linuxCooked2: Layer = (packet) => cooked(packet, 0, 20);

function cooked(packet: Packet, typeAt: number, headerBytes: number): Layer | Outcome {
  if (packet.end - packet.at < headerBytes) return 'malformed';
  const type = readU16(packet.bytes, packet.at + typeAt);
  packet.at += headerBytes;
  return byEtherType(packet, type);
}

/** BSD loopback: the address family in the byte order of the capturing machine (LINKTYPE_NULL), or always big (LOOP). */
const loopback: Layer = (packet) => {
  if (packet.end - packet.at < 4) return 'malformed';
  const big = readU32(packet.bytes, packet.at);
  // Families are small numbers, so the order in which the value is small is the right one.
  const family = big > 0xffff ? packet.bytes[packet.at]! : big;
  packet.at += 4;
  if (family === 2) return ipv4;
  // AF_INET6 differs between systems: Linux, Windows, NetBSD and OpenBSD, FreeBSD, Darwin.
  return family === 10 || family === 23 || family === 24 || family === 28 || family === 30 ? ipv6 : 'other';
};

const raw: Layer = (packet) => byVersion(packet);

/** Netfilter log: a header, then type-length-value fields in the host's byte order, one of which is the packet. */
const nflog: Layer = (packet) => {
  const { bytes, end } = packet;
  let at = packet.at + 4;
  while (at + 4 <= end) {
    const length = bytes[at]! | (bytes[at + 1]! << 8);
    if (length < 4) return 'malformed';
    if ((bytes[at + 2]! | (bytes[at + 3]! << 8)) === NFULA_PAYLOAD) {
      packet.at = at + 4;
      return byVersion(packet);
    }
    at += (length + 3) & ~3;
  }
  return 'other';
};

const NFULA_PAYLOAD = 9;

const etherTypes: ReadonlyMap<number, Layer> = new Map([
  [0x0800, ipv4],
  [0x86dd, ipv6],
  [0x8100, vlan],
  [0x88a8, vlan],
  [0x9100, vlan],
  [0x8847, mpls],
  [0x8848, mpls],
  [0x8864, pppoe],
]);

/** The layer that an EtherType names. */
export function byEtherType(packet: Packet, type: number): Layer | Outcome {
  if (type === 0x0800) return ipv4(packet);
  return etherTypes.get(type) ?? 'other';
}

/** By LINKTYPE number (the registry of draft-ietf-opsawg-pcaplinktype, and the numbers that systems use beside it). */
export const linkLayers: ReadonlyMap<number, Layer> = new Map([
  [0, loopback],
  [1, ethernet],
  [9, ppp],
  [12, raw],
  [14, raw],
  [50, ppp],
  [101, raw],
  [108, loopback],
  [113, linuxCooked],
  [228, ipv4],
  [229, ipv6],
  [239, nflog],
  [276, linuxCooked2],
]);

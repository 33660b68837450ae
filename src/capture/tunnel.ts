/** Encapsulations met in clusters and on mirror ports: GRE with ERSPAN, VXLAN, Geneve. IP in IP needs no header of its own. */
import { readU16, readU32 } from '#base';
import { byEtherType } from './link.ts';
import type { Layer } from './packet.ts';

const ERSPAN_ETHER_TYPE = 0x88be;

/** RFC 2784 §2 with key and sequence number (RFC 2890 §2). Version 1 (PPTP) carries no IP packet directly. */
export const gre: Layer = (packet) => {
  const { bytes, at } = packet;
  if (packet.end - at < 4) return 'malformed';
  const flags = readU16(bytes, at);
  const type = readU16(bytes, at + 2);
  // Source routing (0x4000) is of RFC 1701 only.
  if ((flags & 0x4007) !== 0) return 'other';
  const sequenced = (flags & 0x1000) !== 0;
  packet.at = at + 4 + (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (sequenced ? 4 : 0);
  if (type === ERSPAN_ETHER_TYPE) return sequenced ? 'erspan' : 'ethernet';
  return byEtherType(type);
};

/** ERSPAN type II: eight octets before the mirrored frame (draft-foschiano-erspan §4.2). */
export const erspan: Layer = (packet) => {
  packet.at += 8;
  return 'ethernet';
};

/** UDP (RFC 768): of interest only where its destination port is that of a tunnel. 8472 is the Linux kernel's VXLAN port. */
export const udp: Layer = (packet) => {
  const { bytes, at } = packet;
  if (packet.end - at < 16) return 'datagram';
  const port = readU16(bytes, at + 2);
  const vxlan = (port === 4789 || port === 8472) && isVxlan(bytes, at + 8);
  if (!vxlan && !(port === 6081 && isGeneve(bytes, at + 8))) return 'datagram';
  packet.at = at + 8;
  return vxlan ? 'vxlan' : 'geneve';
};

/** RFC 7348 §5: the I flag is set and everything reserved is zero. */
function isVxlan(bytes: Uint8Array, at: number): boolean {
  return readU32(bytes, at) === 0x08000000 && bytes[at + 7] === 0;
}

/** RFC 8926 §3.4: version 0 and reserved bits of zero. */
function isGeneve(bytes: Uint8Array, at: number): boolean {
  return bytes[at]! >> 6 === 0 && (bytes[at + 1]! & 0x3f) === 0 && bytes[at + 7] === 0;
}

export const vxlan: Layer = (packet) => {
  packet.at += 8;
  return 'ethernet';
};

export const geneve: Layer = (packet) => {
  const { bytes, at } = packet;
  packet.at = at + 8 + (bytes[at]! & 0x3f) * 4;
  return byEtherType(readU16(bytes, at + 2));
};

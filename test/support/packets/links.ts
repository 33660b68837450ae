/** Link layers and tunnels around an IP packet, by name. */
import { ip, udp } from './headers.ts';
import { join, u16, u32 } from './octets.ts';

export interface Link {
  readonly linkType: number;
  wrap(packet: Uint8Array): Uint8Array;
}

const MACS = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];

function isIpv6(packet: Uint8Array): boolean {
  return packet[0]! >> 4 === 6;
}

function etherType(packet: Uint8Array): number[] {
  return isIpv6(packet) ? [0x86, 0xdd] : [0x08, 0x00];
}

function ethernet(packet: Uint8Array): Uint8Array {
  const frame = join(MACS, etherType(packet), packet);
  // Ethernet pads to 60 octets; the check sequence is not captured.
  return frame.length < 60 ? join(frame, new Uint8Array(60 - frame.length).fill(0xee)) : frame;
}

function tagged(tags: readonly number[][]): (packet: Uint8Array) => Uint8Array {
  return (packet) => join(MACS, tags.flat(), etherType(packet), packet);
}

/** Puts the packet into another IP packet between two tunnel ends, on Ethernet. */
function tunnel(
  protocol: number | ((packet: Uint8Array) => number),
  encapsulate: (packet: Uint8Array) => Uint8Array,
): Link {
  return {
    linkType: 1,
    wrap: (packet) =>
      ethernet(
        ip({
          source: '172.16.0.1',
          destination: '172.16.0.2',
          protocol: typeof protocol === 'number' ? protocol : protocol(packet),
          payload: encapsulate(packet),
        }),
      ),
  };
}

const VXLAN_HEADER = [8, 0, 0, 0, 0, 0, 7, 0];

export const links = {
  ethernet: { linkType: 1, wrap: ethernet },
  vlan: { linkType: 1, wrap: tagged([[0x81, 0, 0, 5]]) },
  qinq: {
    linkType: 1,
    wrap: tagged([
      [0x88, 0xa8, 0, 5],
      [0x91, 0, 0, 6],
      [0x81, 0, 0, 7],
    ]),
  },
  snap: {
    linkType: 1,
    wrap: (packet) => join(MACS, u16(packet.length + 8), [0xaa, 0xaa, 3, 0, 0, 0], etherType(packet), packet),
  },
  mpls: { linkType: 1, wrap: (packet) => join(MACS, [0x88, 0x47, 0, 1, 0, 64, 0, 2, 1, 64], packet) },
  pppoe: {
    linkType: 1,
    wrap: (packet) => join(MACS, [0x88, 0x64, 0x11, 0, 0, 1], u16(packet.length + 2), pppProtocol(packet), packet),
  },
  'linux-cooked': { linkType: 113, wrap: (packet) => join(new Uint8Array(14), etherType(packet), packet) },
  'linux-cooked-2': { linkType: 276, wrap: (packet) => join(etherType(packet), new Uint8Array(18), packet) },
  'loopback-little': { linkType: 0, wrap: (packet) => join([isIpv6(packet) ? 30 : 2, 0, 0, 0], packet) },
  'loopback-big': { linkType: 0, wrap: (packet) => join([0, 0, 0, isIpv6(packet) ? 24 : 2], packet) },
  'openbsd-loopback': { linkType: 108, wrap: (packet) => join([0, 0, 0, isIpv6(packet) ? 24 : 2], packet) },
  raw: { linkType: 101, wrap: (packet) => packet },
  'raw-bsd': { linkType: 12, wrap: (packet) => packet },
  'raw-openbsd': { linkType: 14, wrap: (packet) => packet },
  ppp: { linkType: 9, wrap: (packet) => join([0xff, 3], pppProtocol(packet), packet) },
  'ppp-compressed': { linkType: 9, wrap: (packet) => join(pppProtocol(packet).slice(1), packet) },
  'ppp-serial': { linkType: 50, wrap: (packet) => join([0x0f, 0], etherType(packet), packet) },
  nflog: {
    linkType: 239,
    wrap: (packet) =>
      join(
        [2, 0, 0, 0, 5, 0, 10, 0, 0x78, 0, 0, 0],
        [(packet.length + 4) & 0xff, (packet.length + 4) >> 8, 9, 0],
        packet,
      ),
  },
  'ip-in-ip': tunnel(
    (packet) => (isIpv6(packet) ? 41 : 4),
    (packet) => packet,
  ),
  gre: tunnel(47, (packet) => join([0x20, 0], etherType(packet), u32(9), packet)),
  erspan: tunnel(47, (packet) => join([0x10, 0, 0x88, 0xbe], u32(1), new Uint8Array(8), ethernet(packet))),
  vxlan: tunnel(17, (packet) => udp(55_555, 4789, join(VXLAN_HEADER, ethernet(packet)))),
  'vxlan-linux': tunnel(17, (packet) => udp(55_555, 8472, join(VXLAN_HEADER, ethernet(packet)))),
  geneve: tunnel(17, (packet) => udp(55_555, 6081, join([1, 0, 0x65, 0x58, 0, 0, 7, 0, 1, 2, 3, 0], ethernet(packet)))),
} as const satisfies Readonly<Record<string, Link>>;

export type LinkKind = keyof typeof links;

function pppProtocol(packet: Uint8Array): number[] {
  return [0, isIpv6(packet) ? 0x57 : 0x21];
}

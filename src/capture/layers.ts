/** The table that ties the layers together: each names its successor, none imports it. */
import { ipv4, ipv6 } from './ip.ts';
import { ethernet, linuxCooked, linuxCooked2, loopback, mpls, nflog, ppp, pppoe, raw, vlan } from './link.ts';
import type { Layer, LayerName, Outcome, Packet } from './packet.ts';
import { erspan, geneve, gre, udp, vxlan } from './tunnel.ts';

const layers: Readonly<Record<LayerName, Layer> & Record<Outcome, Outcome>> = {
  ethernet,
  vlan,
  mpls,
  pppoe,
  ppp,
  'linux-cooked': linuxCooked,
  'linux-cooked-2': linuxCooked2,
  loopback,
  nflog,
  raw,
  ipv4,
  ipv6,
  gre,
  erspan,
  udp,
  vxlan,
  geneve,
  tcp: 'tcp',
  datagram: 'datagram',
  other: 'other',
  held: 'held',
  malformed: 'malformed',
};

/** Headers that one packet may stack up. A tagged frame in two tunnels has ten; more is an attack on its reader. */
const MAX_LAYERS = 24;

/** Takes the packet apart from `first` on, until it is TCP or known to be something else. */
export function unwrap(packet: Packet, first: LayerName): Outcome {
  let name: LayerName | Outcome = first;
  for (let depth = 0; depth < MAX_LAYERS; depth++) {
    const entry: Layer | Outcome = layers[name];
    if (typeof entry === 'string') return entry;
    name = entry(packet);
  }
  return 'malformed';
}

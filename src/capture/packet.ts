/**
 * A packet while it is taken apart, from the link layer inwards. One object serves the whole capture: each layer moves
 * `at` and `end` inwards and names the layer that follows, so a packet costs no allocation.
 */
import type { FragmentTable } from './fragments.ts';

export interface Packet {
  bytes: Uint8Array;
  /** First octet of the layer to be read next. */
  at: number;
  /** After the last octet that belongs to this layer and was captured. */
  end: number;
  /** Octets of this layer behind `end` that the capture cut off. */
  missing: number;
  timeMs: number;
  number: number;
  /** The interface that captured it, counted over the whole file: each stamps with a clock of its own. */
  source: number;

  /** The innermost IP header so far: where its addresses stand, in octets of 4 or 16. */
  sourceAt: number;
  destinationAt: number;
  addressBytes: 4 | 16;
  timeToLive: number;
  /** IPv4 identification (RFC 791 §3.1), which tells a copy from a retransmission; 0 in IPv6. */
  identification: number;
  readonly fragments: FragmentTable;
}

/** The layers that can be read, by the names under which the others refer to them. */
export type LayerName =
  | 'ethernet'
  | 'vlan'
  | 'mpls'
  | 'pppoe'
  | 'ppp'
  | 'linux-cooked'
  | 'linux-cooked-2'
  | 'loopback'
  | 'nflog'
  | 'raw'
  | 'ipv4'
  | 'ipv6'
  | 'gre'
  | 'erspan'
  | 'udp'
  | 'vxlan'
  | 'geneve';

/**
 * What has become of a packet. `tcp`: `at` stands at the header; `datagram`: UDP that is no tunnel; `held`: a fragment
 * that waits for the others; `malformed`: cut too short to be read, or in contradiction with itself.
 */
export type Outcome = 'tcp' | 'datagram' | 'other' | 'held' | 'malformed';

/** Reads one layer. Returns which layer stands at the new `packet.at`, or what the packet has turned out to be. */
export type Layer = (packet: Packet) => LayerName | Outcome;

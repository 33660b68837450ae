/**
 * A packet while it is taken apart, from the link layer inwards. One object serves the whole capture: each layer moves
 * `at` and `end` inwards and names the layer that follows, so a packet costs no allocation.
 */

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

  /** The innermost IP header so far: where its addresses stand, in octets of 4 or 16, and what tells copies apart. */
  sourceAt: number;
  destinationAt: number;
  addressBytes: 4 | 16;
  timeToLive: number;
  /** IPv4 identification (RFC 791 §3.1); 0 in IPv6. */
  identification: number;
  /** IP protocol number of what `at` points to. */
  protocol: number;
}

/**
 * other protocol; `malformed` is cut too short or contradicts itself.
 */
export type Outcome = 'tcp' | 'udp' | 'other' | 'held' | 'malformed';

/** Reads one layer. Returns the layer that stands at the new `packet.at`, or what the packet has turned out to be. */
export type Layer = (packet: Packet) => Layer | Outcome;

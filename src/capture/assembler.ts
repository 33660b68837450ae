/** Packets to TCP connections: link layer, IP, TCP, and the counts of what else was there. */
import type { FlowSink } from '#trace';
import { linkLayers } from './link.ts';
import type { Layer, Outcome, Packet } from './packet.ts';
import type { LinkTypeCount } from './summary.ts';
import { TcpTracker } from './tcp/tracker.ts';

/** Layers that one packet may hold: VLAN tags and tunnels nest, and ten deep is no longer a network. */
const MAX_LAYERS = 16;

export class FlowAssembler {
  readonly #tcp: TcpTracker;
  readonly #packet: Packet = {
    bytes: new Uint8Array(0),
    at: 0,
    end: 0,
    missing: 0,
    timeMs: 0,
    number: 0,
    sourceAt: 0,
    destinationAt: 0,
    addressBytes: 4,
    timeToLive: 0,
    identification: 0,
    protocol: 0,
  };
  readonly #linkTypes = new Map<number, number>();
  packets = 0;
  tcpPackets = 0;
  udpPackets = 0;
  bytes = 0;
  snappedPackets = 0;
  lastTimeMs = 0;

  constructor(sink: FlowSink) {
    this.#tcp = new TcpTracker(sink);
  }

  /** The shape of `PacketCallback`. */
  packet(
    bytes: Uint8Array,
    start: number,
    capturedLength: number,
    originalLength: number,
    linkType: number,
    timeMs: number,
    number: number,
  ): void {
    const packet = this.#packet;
    packet.bytes = bytes;
    packet.at = start;
    packet.end = start + capturedLength;
    packet.missing = originalLength - capturedLength;
    packet.timeMs = timeMs;
    packet.number = number;
    this.packets++;
    this.bytes += originalLength;
    if (packet.missing > 0) this.snappedPackets++;
    if (timeMs > this.lastTimeMs) this.lastTimeMs = timeMs;
    this.#linkTypes.set(linkType, (this.#linkTypes.get(linkType) ?? 0) + 1);
    const outcome = this.#unwrap(linkLayers.get(linkType) ?? 'other');
    if (outcome === 'tcp') {
      this.tcpPackets++;
      this.#tcp.take(packet);
    } else if (outcome === 'udp') this.udpPackets++;
  }

  end(): void {
    this.#tcp.end(this.lastTimeMs);
  }

  get linkTypes(): readonly LinkTypeCount[] {
    return [...this.#linkTypes].map(([linkType, packets]) => ({ linkType, packets }));
  }

  #unwrap(first: Layer | Outcome): Outcome {
    let layer = first;
    for (let depth = 0; depth < MAX_LAYERS; depth++) {
      if (typeof layer === 'string') return layer;
      layer = layer(this.#packet);
    }
    return 'malformed';
  }
}

/** Packets to TCP connections: link layer, IP, TCP, and the counts of what else was there. */
import type { FlowSink } from '#trace';
import { FragmentTable } from './fragments.ts';
import { unwrap } from './layers.ts';
import { linkLayers, linkTypeName } from './link-types.ts';
import type { LayerName, Packet } from './packet.ts';
import type { LinkTypeCount } from './summary.ts';
import type { TcpLimits } from './tcp/limits.ts';
import { TcpTracker } from './tcp/tracker.ts';

/** Told once a link type that cannot be read, with its first packet. */
export type UnknownLinkType = (linkType: number, name: string, packet: number) => void;

interface LinkCount {
  readonly linkType: number;
  readonly layer: LayerName | undefined;
  packets: number;
}

/** A pcapng file may name 65,536 link types; the registry has fewer than 300. */
const MAX_LINK_TYPES = 1000;

export class FlowAssembler {
  readonly #tcp: TcpTracker;
  readonly #onUnknownLinkType: UnknownLinkType;
  readonly #packet: Packet = {
    bytes: new Uint8Array(0),
    at: 0,
    end: 0,
    missing: 0,
    timeMs: 0,
    number: 0,
    source: 0,
    sourceAt: 0,
    destinationAt: 0,
    addressBytes: 4,
    timeToLive: 0,
    identification: 0,
    fragments: new FragmentTable(),
  };
  readonly #links = new Map<number, LinkCount>();
  #link: LinkCount = { linkType: -1, layer: undefined, packets: 0 };
  packets = 0;
  tcpPackets = 0;
  udpPackets = 0;
  /** Cut too short to be read, or in contradiction with themselves; part of neither count above. */
  malformedPackets = 0;
  bytes = 0;
  snappedPackets = 0;
  firstSnappedPacket = 0;
  /** The latest time of a packet that is no TCP segment. */
  #otherMs = 0;

  constructor(sink: FlowSink, limits?: TcpLimits, onUnknownLinkType: UnknownLinkType = () => {}) {
    this.#tcp = new TcpTracker(sink, limits);
    this.#onUnknownLinkType = onUnknownLinkType;
  }

  /** The next packet of the capture: a `PacketCallback`. */
  take(
    bytes: Uint8Array,
    start: number,
    capturedLength: number,
    originalLength: number,
    linkType: number,
    timeMs: number,
    number: number,
    source = 0,
  ): void {
    const packet = this.#packet;
    packet.bytes = bytes;
    packet.at = start;
    packet.end = start + capturedLength;
    packet.missing = originalLength - capturedLength;
    packet.timeMs = timeMs;
    packet.number = number;
    packet.source = source;
    this.packets++;
    this.bytes += originalLength;
    if (packet.missing > 0 && this.snappedPackets++ === 0) this.firstSnappedPacket = number;
    if (linkType !== this.#link.linkType) this.#link = this.#linkOf(linkType, number);
    this.#link.packets++;
    if (this.#link.layer !== undefined) this.#unwrap(packet, this.#link.layer);
    else this.#passed(packet);
  }

  #passed({ timeMs, source }: Packet): void {
    const trueMs = timeMs - this.#tcp.shiftMs(source);
    if (trueMs > this.#otherMs) this.#otherMs = trueMs;
  }

  /** The capture is over: every connection is ended. */
  end(): void {
    this.#tcp.flush();
    this.#tcp.end(this.lastTimeMs);
  }

  /** The latest time of all, as far as it is known by how much the clock leapt. */
  get lastTimeMs(): number {
    return Math.max(this.#otherMs, this.#tcp.lastMs);
  }

  get ipFragments(): number {
    return this.#packet.fragments.seen;
  }

  get linkTypes(): readonly LinkTypeCount[] {
    return [...this.#links.values()].map(({ linkType, packets }) => ({
      linkType,
      name: linkTypeName(linkType),
      packets,
    }));
  }

  #unwrap(packet: Packet, first: LayerName): void {
    const outcome = unwrap(packet, first);
    if (outcome === 'tcp') {
      if (this.#tcp.take(packet)) this.tcpPackets++;
      else this.malformedPackets++;
      return;
    }
    this.#passed(packet);
    if (outcome === 'datagram') this.udpPackets++;
    else if (outcome === 'malformed') this.malformedPackets++;
  }

  #linkOf(linkType: number, packet: number): LinkCount {
    const known = this.#links.get(linkType);
    if (known !== undefined) return known;
    const layer = linkLayers.get(linkType);
    const count = { linkType, layer, packets: 0 };
    if (this.#links.size >= MAX_LINK_TYPES) return count;
    this.#links.set(linkType, count);
    if (layer === undefined) this.#onUnknownLinkType(linkType, linkTypeName(linkType), packet);
    return count;
  }
}

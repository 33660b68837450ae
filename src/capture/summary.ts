/** What a capture holds, counted: enough to say why no connection was found in it. */

export interface LinkTypeCount {
  readonly linkType: number;
  readonly packets: number;
}

export interface CaptureSummary {
  readonly format: 'pcap' | 'pcapng' | undefined;
  readonly packets: number;
  /** By the innermost protocol: a TCP segment inside VXLAN counts as TCP. The three add up to `packets`. */
  readonly tcpPackets: number;
  readonly udpPackets: number;
  readonly otherPackets: number;
  /** Octets that the packets had on the wire. */
  readonly bytes: number;
  /** Packets of which the capture kept less than was on the wire. */
  readonly snappedPackets: number;
  readonly ipFragments: number;
  readonly linkTypes: readonly LinkTypeCount[];
  /** Time of the first packet, milliseconds since 1970; undefined if no packet is stamped. */
  readonly startEpochMs: number | undefined;
  /** Time of the latest packet, milliseconds since the first. */
  readonly lastTimeMs: number;
}

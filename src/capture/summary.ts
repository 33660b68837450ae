/** What a capture holds, counted: enough to say why no connection was found in it. */

export interface LinkTypeCount {
  readonly linkType: number;
  readonly name: string;
  readonly packets: number;
}

export interface CaptureSummary {
  /** Undefined when the input is no capture. */
  readonly format: 'pcap' | 'pcapng' | undefined;
  readonly packets: number;
  /** By the innermost protocol: a TCP segment inside VXLAN counts as TCP. The three add up to `packets`. */
  readonly tcpPackets: number;
  readonly udpPackets: number;
  /** Neither TCP nor UDP, or not to be read; fragments count here until their packet is whole. */
  readonly otherPackets: number;
  /** Of all packets, those cut too short to be read, or in contradiction with themselves. */
  readonly malformedPackets: number;
  /** Octets that the packets had on the wire. */
  readonly bytes: number;
  /** Packets of which the capture kept less than was on the wire. */
  readonly snappedPackets: number;
  /** Packets that the capturing program says it dropped (pcapng only). */
  readonly droppedPackets: number;
  readonly ipFragments: number;
  readonly linkTypes: readonly LinkTypeCount[];
  /** Blocks of TLS secrets in the file (pcapng only). */
  readonly decryptionSecrets: number;
  /** Time of the first packet, milliseconds since 1970; undefined if no packet is stamped. */
  readonly startEpochMs: number | undefined;
  /** Time of the latest packet, milliseconds since the first. */
  readonly lastTimeMs: number;
}

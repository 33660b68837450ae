/** What the two file formats share: packets go out, records come in. */

/**
 * Receives one packet. `bytes` from `start` on hold `capturedLength` octets of it, of the `originalLength` that it had on
 * the wire; they are valid during the call only. `linkType` is the registered LINKTYPE number. Packets count from 1.
 * `source`: which interface captured it, counted over the whole file; 0 where the format knows of one only.
 */
export type PacketCallback = (
  bytes: Uint8Array,
  start: number,
  capturedLength: number,
  originalLength: number,
  linkType: number,
  timeMs: number,
  packet: number,
  source?: number,
) => void;

/** Receives the octets of a block of TLS secrets: lines of a key log, valid during the call only. */
export type SecretsCallback = (bytes: Uint8Array) => void;

/** Takes whole records out of octets. The reader holds what is left over and offers it again, longer. */
export interface RecordParser {
  /** How many octets the record at which `parse` stopped needs; it may turn out to need more once those are there. */
  readonly wanted: number;
  /** What that record is, for the sentence about a file that ends inside it. */
  readonly part: 'file header' | 'packet' | 'block';
  /** True after damage behind which no record can be found. */
  readonly stopped: boolean;
  /** How many packets were met. */
  readonly packets: number;
  /** Offset in the file of the record that is being read, or at which `parse` stopped. */
  readonly recordAt: number;
  /** Packets that the capturing program says it dropped. */
  readonly dropped: number;
  /** How many blocks of TLS secrets the file holds (pcapng draft §4.7). */
  readonly secrets: number;
  /**
   * Takes the complete records of `bytes` from `start` to `end` and returns where it stopped: at `end`, at a record that
   * is incomplete, or beyond `end` when the octets up to there are of no interest. `bytes[0]` stands at `fileOffset`.
   */
  parse(bytes: Uint8Array, start: number, end: number, fileOffset: number): number;
}

/** Octets of the longest packet that libpcap and Wireshark accept (MAXIMUM_SNAPLEN): a longer one is damage. */
export const MAX_PACKET_BYTES = 262_144;

/** What is to be written into a capture, and where its octets go. */

export interface Notes {
  /** About the capture as a whole. */
  readonly section: readonly string[];
  /** By packet number, from 1, as `CaptureReader` counts them. */
  readonly packets: ReadonlyMap<number, readonly string[]>;
}

/** Receives the new file in order. The octets are valid during the call only. */
export type OctetSink = (bytes: Uint8Array) => void;

/** Copies one format. What it is given holds whole records or blocks at the start, as far as they are there. */
export interface Copier {
  /** Packets that carry a note in the new file. */
  readonly noted: number;
  /** Behind damage nothing can be found. */
  readonly stopped: boolean;
  /** Copies what is complete from `start` on, and returns where it stopped. */
  copy(bytes: Uint8Array, start: number, end: number): number;
}

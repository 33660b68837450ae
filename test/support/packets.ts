/** Synthetic packets and captures, for tests and benches. */
export { BulkCapture, type BulkFlow } from './packets/bulk.ts';
export {
  type CapturedPacket,
  type PcapFlavour,
  type PcapngFlavour,
  PcapngWriter,
  pcapFile,
  pcapngFile,
} from './packets/files.ts';
export * from './packets/headers.ts';
export { type Link, type LinkKind, links } from './packets/links.ts';
export { hex, join, u16, u32 } from './packets/octets.ts';
export * from './packets/packetiser.ts';
export { Random } from './packets/random.ts';

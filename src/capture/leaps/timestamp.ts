/** The time stamp option of a TCP segment (RFC 7323 §3.2): what the sender's own clock said when it sent the segment. */
import type { Packet } from '../packet.ts';
import { readI32, type Segment } from '../tcp/segment.ts';

/** No-operation twice, then kind 8 and length 10: how nearly every segment carries it (RFC 7323, appendix A). */
const USUAL_LAYOUT = 0x0101080a;
const OPTION_TIMESTAMP = 8;
const NO_OPERATION = 1;

/** Where the value stands in the packet's octets; 0 if the segment carries none, or it was cut off. */
export function timestampAt(segment: Segment, { bytes }: Packet): number {
  const { optionsAt, dataAt } = segment;
  if (dataAt - optionsAt >= 12 && readI32(bytes, optionsAt) === USUAL_LAYOUT) return optionsAt + 4;
  let at = optionsAt;
  while (at + 6 <= dataAt && bytes[at] !== 0) {
    if (bytes[at] === OPTION_TIMESTAMP) return at + 2;
    at += bytes[at] === NO_OPERATION ? 1 : Math.max(2, bytes[at + 1]!);
  }
  return 0;
}

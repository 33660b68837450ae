/** Foreign octets as evidence: printable, short, one line. */

/** Characters of evidence, as `ProtocolEvent.text` promises. */
export const TEXT_MAX = 80;

const LF = 0x0a;
const CR = 0x0d;

/** The first line of the octets, without its end; other characters than printable ASCII become dots. */
export function firstLine(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end && text.length < TEXT_MAX; at++) {
    const byte = bytes[at]!;
    if (byte === LF || byte === CR) break;
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
  }
  return text;
}

/** Header blocks of one direction, each after an octet with its length, by decoders that saw all, little or nothing before. */
import { ByteBuffer, type EncodableField, type HeaderBlock, HpackDecoder, HpackEncoder, type HpackFault } from '#h2';
import type { FuzzTarget } from './run.ts';

const LIST_BYTES_MAX = 8_192;

export const fuzzTarget: FuzzTarget = {
  name: 'hpack',
  run(bytes) {
    const full = new HpackDecoder(LIST_BYTES_MAX);
    const joined = new HpackDecoder(LIST_BYTES_MAX);
    joined.forgetTable();
    let sound = true;
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + 1 + bytes[at]!);
      const block = full.decode(bytes, at + 1, end);
      check(block, full);
      const late = joined.decode(bytes, at + 1, end);
      check(late, joined);
      sound &&= block.kind === 'block';
      if (sound && block.kind === 'block') compare(block, late);
      at = end;
    }
    const limited = new HpackDecoder(64);
    limited.setTableLimit(bytes.length & 0xff);
    check(limited.decode(bytes, 0, bytes.length), limited);
  },
  seeds: () => [stories(4_096), stories(120), Uint8Array.of(5, 0x3f, 0xe1, 0x1f, 0x82, 0x84, 3, 0xbe, 0xbf, 0xc0)],
};

function check(block: HeaderBlock | HpackFault, decoder: HpackDecoder): void {
  if (decoder.tableBytes > 65_536) throw new Error(`a table of ${decoder.tableBytes} octets`);
  if (block.kind === 'fault') return;
  let bytes = 0;
  for (const field of block.fields) bytes += field.name.length + field.value.length + 32;
  if (bytes > LIST_BYTES_MAX) throw new Error(`${bytes} octets of fields were returned`);
  if (bytes > block.listBytes) throw new Error(`${bytes} octets of fields were counted as ${block.listBytes}`);
}

/** What the decoder that joined late gives as known is what the full decoder gives. */
function compare(full: HeaderBlock, late: HeaderBlock | HpackFault): void {
  if (late.kind === 'fault') throw new Error(`only the late decoder found a fault: ${late.detail}`);
  late.fields.forEach((field, index) => {
    const known = full.fields[index];
    if (known === undefined || field.unknown === 'field') return;
    if (field.value !== known.value) throw new Error(`value '${field.value}' instead of '${known.value}'`);
    if (field.unknown === 'nothing' && field.name !== known.name) {
      throw new Error(`name '${field.name}' instead of '${known.name}'`);
    }
  });
}

function stories(tableBytes: number): Uint8Array {
  const encoder = new HpackEncoder(tableBytes);
  const to = new ByteBuffer();
  for (let call = 0; call < 6; call++) {
    const block = new ByteBuffer();
    encoder.encode(story(call), block);
    to.u8(block.length);
    to.append(block.bytes, 0, block.length);
  }
  return to.toBytes();
}

function story(call: number): EncodableField[] {
  const field = (name: string, value: string): EncodableField => ({ name, value, neverIndexed: name === 'x-secret' });
  return [
    field(':method', 'POST'),
    field(':path', `/pkg.Service/Method${call % 3}`),
    field(':authority', 'service:50051'),
    field('grpc-timeout', `${call * 7}m`),
    field('x-secret', `s${call}`),
    field('x-binary', String.fromCharCode(call, 0xff, 0x80)),
  ];
}

/** Where things stand in a packet, for the mutations that look into it. Read by the layers of the sources themselves. */
import { readU16, readU32 } from '#base';
import { FragmentTable } from '../../../src/capture/fragments.ts';
import { unwrap } from '../../../src/capture/layers.ts';
import { linkLayers } from '../../../src/capture/link-types.ts';
import type { Packet } from '../../../src/capture/packet.ts';
import type { Shot } from '../recordings.ts';

export const SYN = 0x02;
export const FIN = 0x01;
export const RST = 0x04;

/** A packet with a TCP segment in it. */
export interface Segment {
  /** Offset of the innermost IP header, of 4 or 6. */
  readonly ipAt: number;
  readonly version: 4 | 6;
  readonly tcpAt: number;
  readonly dataAt: number;
  /** After the last octet of data that was captured. */
  readonly end: number;
  /** All of the data was captured. */
  readonly whole: boolean;
  readonly sequence: number;
  readonly flags: number;
  /** Source and destination as text. */
  readonly from: string;
  readonly to: string;
}

/** The innermost TCP segment of a packet, or undefined. */
export function dissect(shot: Shot): Segment | undefined {
  const layer = linkLayers.get(shot.linkType);
  if (layer === undefined) return undefined;
  const { bytes } = shot;
  const packet: Packet = {
    bytes,
    at: 0,
    end: bytes.length,
    missing: shot.length - bytes.length,
    timeMs: 0,
    number: 1,
    source: 0,
    sourceAt: 0,
    destinationAt: 0,
    addressBytes: 4,
    timeToLive: 0,
    identification: 0,
    fragments: new FragmentTable(),
  };
  if (unwrap(packet, layer) !== 'tcp' || packet.end - packet.at < 20) return undefined;
  const { at, sourceAt, destinationAt, addressBytes } = packet;
  const end = (start: number, port: number): string =>
    `${bytes.subarray(start, start + addressBytes).join('.')}:${readU16(bytes, port)}`;
  const version = addressBytes === 4 ? 4 : 6;
  return {
    ipAt: sourceAt - (version === 4 ? 12 : 8),
    version,
    tcpAt: at,
    dataAt: Math.min(at + (bytes[at + 12]! >> 4) * 4, packet.end),
    end: packet.end,
    whole: packet.missing === 0,
    sequence: readU32(bytes, at + 4),
    flags: bytes[at + 13]!,
    from: end(sourceAt, at),
    to: end(destinationAt, at + 2),
  };
}

/** For each packet which end of its connection sent it: the one that was seen first, the other one, or neither. */
export function senders(shots: readonly Shot[]): ('first' | 'second' | 'none')[] {
  const firsts = new Map<string, string>();
  return shots.map((shot) => {
    const segment = dissect(shot);
    if (segment === undefined) return 'none';
    const { from, to } = segment;
    const key = from < to ? `${from} ${to}` : `${to} ${from}`;
    if (!firsts.has(key)) firsts.set(key, from);
    return firsts.get(key) === from ? 'first' : 'second';
  });
}

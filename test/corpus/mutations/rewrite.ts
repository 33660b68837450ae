/** Packets rewritten: other segment borders, other sequence numbers, other link layers. Checksums are left as they were. */
import { readU16, readU32 } from '#base';
import { type LinkKind, links } from '../../support/packets/links.ts';
import type { Shot } from '../recordings.ts';
import { dissect, FIN, RST, type Segment, SYN } from './dissect.ts';

/** The packet with other data in its segment. */
function withData(shot: Shot, segment: Segment, sequence: number, data: Uint8Array, flags: number): Shot {
  const { ipAt, tcpAt, dataAt, version } = segment;
  const bytes = new Uint8Array(dataAt + data.length);
  bytes.set(shot.bytes.subarray(0, dataAt));
  bytes.set(data, dataAt);
  // Larger packets than the length field can state are what segmentation offload leaves at zero.
  const total = dataAt + data.length - ipAt;
  const stated = total > 65_535 ? 0 : version === 4 ? total : total - 40;
  put(bytes, ipAt + (version === 4 ? 2 : 4), stated, 2);
  put(bytes, tcpAt + 4, sequence >>> 0, 4);
  bytes[tcpAt + 13] = flags;
  return { ...shot, bytes, length: bytes.length };
}

function put(bytes: Uint8Array, at: number, value: number, octets: number): void {
  for (let index = 0; index < octets; index++) bytes[at + index] = Math.floor(value / 256 ** (octets - 1 - index));
}

/** The packet in two, cut somewhere in its data. */
export function split(shot: Shot, random: (below: number) => number): Shot[] {
  const segment = dissect(shot);
  if (segment === undefined || !isPlain(segment) || segment.end - segment.dataAt < 2) return [shot];
  const { dataAt, end, sequence, flags } = segment;
  const cut = 1 + random(end - dataAt - 1);
  const data = shot.bytes.subarray(dataAt, end);
  return [
    withData(shot, segment, sequence, data.subarray(0, cut), flags & ~FIN),
    withData(shot, segment, sequence + cut, data.subarray(cut), flags),
  ];
}

/** Packets that follow each other in one direction as one, as receive offload hands them to the capture. */
export function merge(shots: readonly Shot[]): Shot[] {
  const merged: Shot[] = [];
  for (const shot of shots) {
    const before = merged.at(-1);
    const joined = before === undefined ? undefined : join(before, shot);
    if (joined === undefined) merged.push(shot);
    else merged[merged.length - 1] = joined;
  }
  return merged;
}

function join(before: Shot, after: Shot): Shot | undefined {
  const [one, two] = [dissect(before), dissect(after)];
  if (one === undefined || two === undefined || one.from !== two.from || one.to !== two.to) return undefined;
  if (!isPlain(one) || !isPlain(two) || before.linkType !== after.linkType || one.dataAt !== two.dataAt)
    return undefined;
  const [first, second] = [before.bytes.subarray(one.dataAt, one.end), after.bytes.subarray(two.dataAt, two.end)];
  if (first.length === 0 || second.length === 0 || (one.sequence + first.length) >>> 0 !== two.sequence)
    return undefined;
  if ((one.flags & FIN) !== 0) return undefined;
  const data = new Uint8Array(first.length + second.length);
  data.set(first);
  data.set(second, first.length);
  return withData(before, one, one.sequence, data, one.flags | two.flags);
}

function isPlain({ whole, flags }: Segment): boolean {
  return whole && (flags & (SYN | RST)) === 0;
}

/** As it passes the next hop: one less to live. */
export function forwarded(shot: Shot): Shot {
  const segment = dissect(shot);
  if (segment === undefined) return shot;
  const bytes = shot.bytes.slice();
  bytes[segment.ipAt + (segment.version === 4 ? 8 : 7)]! -= 1;
  return { ...shot, bytes };
}

/** The same connection once more: other sequence numbers, later. */
export function again(shot: Shot, afterMs: number): Shot {
  const segment = dissect(shot);
  const timeMs = shot.timeMs + afterMs;
  if (segment === undefined) return { ...shot, timeMs };
  const bytes = shot.bytes.slice();
  for (const at of [segment.tcpAt + 4, segment.tcpAt + 8]) put(bytes, at, (readU32(bytes, at) + 0x1234_5678) >>> 0, 4);
  return { ...shot, timeMs, bytes };
}

/** Without the time stamp option, as middleboxes and some systems send: no-operations stand in its place. */
export function withoutTimestamp(shot: Shot): Shot {
  const segment = dissect(shot);
  if (segment === undefined) return shot;
  const bytes = shot.bytes.slice();
  for (let at = segment.tcpAt + 20; at + 10 <= segment.dataAt && bytes[at] !== 0; ) {
    if (bytes[at] === 8) bytes.fill(1, at, at + 10);
    at += bytes[at] === 1 ? 1 : Math.max(2, bytes[at + 1]!);
  }
  return { ...shot, bytes };
}

/** Octets of an IP packet that fit: length fields of 16 bits with tunnel headers beside it, or a length below the EtherTypes. */
const CARRIED_MAX = { snap: 1_492, other: 65_000 } as const;

/** The innermost IP packet in another link layer or tunnel. */
export function within(shot: Shot, kind: LinkKind): Shot {
  const segment = dissect(shot);
  if (segment === undefined) return shot;
  const { ipAt, version } = segment;
  const stated = readU16(shot.bytes, ipAt + (version === 4 ? 2 : 4)) + (version === 4 ? 0 : 40);
  // What was not captured of the packet cannot be put into another.
  if (shot.bytes.length - ipAt < stated || stated > CARRIED_MAX[kind === 'snap' ? 'snap' : 'other']) return shot;
  const bytes = links[kind].wrap(shot.bytes.slice(ipAt, ipAt + stated));
  return { ...shot, bytes, length: bytes.length, linkType: links[kind].linkType };
}

/** Capture files of every flavour around a list of packets. */
import { join, joinAll } from './octets.ts';

export interface CapturedPacket {
  readonly bytes: Uint8Array;
  readonly linkType: number;
  /** Nanoseconds since 1970. */
  readonly timeNs: bigint;
  /** Octets to keep; all when undefined. */
  readonly snapLength?: number;
}

export interface PcapFlavour {
  readonly little: boolean;
  readonly resolution: 'micro' | 'nano' | 'modified';
}

class Writer {
  readonly #little: boolean;
  constructor(little: boolean) {
    this.#little = little;
  }
  u16(value: number): number[] {
    const octets = [value & 0xff, (value >>> 8) & 0xff];
    return this.#little ? octets : octets.reverse();
  }
  u32(value: number): number[] {
    const octets = [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff];
    return this.#little ? octets : octets.reverse();
  }
  u64(value: bigint): number[] {
    const low = this.u32(Number(value & 0xffffffffn));
    const high = this.u32(Number(BigInt.asUintN(32, value >> 32n)));
    return this.#little ? [...low, ...high] : [...high, ...low];
  }
}

const magics = { micro: 0xa1b2c3d4, nano: 0xa1b23c4d, modified: 0xa1b2cd34 } as const;

/** All packets must be of one link type. */
export function pcapFile(
  packets: readonly CapturedPacket[],
  flavour: PcapFlavour,
  linkType = packets[0]?.linkType ?? 1,
): Uint8Array {
  const write = new Writer(flavour.little);
  const header = join(
    write.u32(magics[flavour.resolution]),
    write.u16(2),
    write.u16(4),
    new Uint8Array(8),
    write.u32(262_144),
    write.u32(linkType),
  );
  const records = packets.map(({ bytes, timeNs, snapLength = bytes.length }) => {
    const kept = bytes.subarray(0, snapLength);
    const fraction = Number(timeNs % 1_000_000_000n);
    return join(
      write.u32(Number(timeNs / 1_000_000_000n)),
      write.u32(flavour.resolution === 'nano' ? fraction : Math.floor(fraction / 1000)),
      write.u32(kept.length),
      write.u32(bytes.length),
      flavour.resolution === 'modified' ? new Uint8Array(8) : [],
      kept,
    );
  });
  return joinAll([header, ...records]);
}

export interface PcapngFlavour {
  readonly little: boolean;
  /** if_tsresol, or undefined to leave it out. */
  readonly resolution?: number;
  /** if_tsoffset in seconds. */
  readonly offsetSeconds?: bigint;
  readonly packetBlock?: 'enhanced' | 'obsolete';
  /** Blocks that readers pass over, and options everywhere. */
  readonly decorated?: boolean;
  /** Begins a new section, in the other byte order, every so many packets. */
  readonly sectionEvery?: number;
}

/** Blocks of one section, for tests that build a file by hand. */
export class PcapngWriter {
  readonly #write: Writer;

  constructor(little: boolean) {
    this.#write = new Writer(little);
  }

  block(type: number, body: Uint8Array): Uint8Array {
    const { u32 } = this;
    const padding = new Uint8Array((4 - (body.length % 4)) % 4);
    const total = 12 + body.length + padding.length;
    return join(u32(type), u32(total), body, padding, u32(total));
  }

  readonly u16 = (value: number): number[] => this.#write.u16(value);
  readonly u32 = (value: number): number[] => this.#write.u32(value);
  readonly u64 = (value: bigint): number[] => this.#write.u64(value);

  option(code: number, value: readonly number[]): number[] {
    const padding = new Array<number>((4 - (value.length % 4)) % 4).fill(0);
    return [...this.u16(code), ...this.u16(value.length), ...value, ...padding];
  }

  section(options: readonly number[] = []): Uint8Array {
    return this.block(0x0a0d0d0a, join(this.u32(0x1a2b3c4d), this.u16(1), this.u16(0), this.u64(-1n), options));
  }

  interface(linkType: number, options: readonly number[] = [], snapLength = 0): Uint8Array {
    return this.block(1, join(this.u16(linkType), [0, 0], this.u32(snapLength), options));
  }

  enhancedPacket(
    id: number,
    ticks: bigint,
    bytes: Uint8Array,
    original: number,
    options: readonly number[] = [],
  ): Uint8Array {
    const padding = new Uint8Array((4 - (bytes.length % 4)) % 4);
    const lengths = [...this.u32(bytes.length), ...this.u32(original)];
    return this.block(6, join(this.u32(id), this.#stamp(ticks), lengths, bytes, padding, options));
  }

  obsoletePacket(id: number, ticks: bigint, bytes: Uint8Array, original: number): Uint8Array {
    return this.block(
      2,
      join(this.u16(id), this.u16(0xffff), this.#stamp(ticks), this.u32(bytes.length), this.u32(original), bytes),
    );
  }

  simplePacket(bytes: Uint8Array, original = bytes.length): Uint8Array {
    return this.block(3, join(this.u32(original), bytes));
  }

  statistics(id: number, options: readonly number[]): Uint8Array {
    return this.block(5, join(this.u32(id), this.#stamp(0n), options));
  }

  /** The high half first, whatever the byte order (draft §4.3). */
  #stamp(ticks: bigint): number[] {
    return [...this.u32(Number((ticks >> 32n) & 0xffffffffn)), ...this.u32(Number(ticks & 0xffffffffn))];
  }
}

/** One interface a link type. */
export function pcapngFile(packets: readonly CapturedPacket[], flavour: PcapngFlavour): Uint8Array {
  const every = flavour.sectionEvery ?? Math.max(1, packets.length);
  const parts: Uint8Array[] = [];
  let little = flavour.little;
  for (let start = 0; start === 0 || start < packets.length; start += every) {
    parts.push(section(packets.slice(start, start + every), new PcapngWriter(little), flavour));
    little = !little;
  }
  return joinAll(parts);
}

function section(packets: readonly CapturedPacket[], write: PcapngWriter, flavour: PcapngFlavour): Uint8Array {
  const { resolution = 6, offsetSeconds = 0n, decorated = false } = flavour;
  const linkTypes = [...new Set(packets.map((packet) => packet.linkType))];
  const comment = decorated ? [...write.option(1, [0x68, 0x65, 0x79]), ...write.option(0, [])] : [];
  const options = [
    ...(flavour.resolution === undefined ? [] : write.option(9, [resolution])),
    ...(offsetSeconds === 0n ? [] : write.option(14, write.u64(offsetSeconds))),
    ...comment,
  ];
  const ticksPerSecond = resolution & 0x80 ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
  const parts = [write.section(comment), ...linkTypes.map((linkType) => write.interface(linkType, options))];
  for (const { bytes, linkType, timeNs, snapLength = bytes.length } of packets) {
    const id = linkTypes.indexOf(linkType);
    const ticks = ((timeNs - offsetSeconds * 1_000_000_000n) * ticksPerSecond) / 1_000_000_000n;
    const kept = bytes.subarray(0, snapLength);
    if (decorated) parts.push(write.block(0xbad, kept), write.block(4, new Uint8Array(4)));
    if (flavour.packetBlock === 'obsolete') parts.push(write.obsoletePacket(id, ticks, kept, bytes.length));
    else parts.push(write.enhancedPacket(id, ticks, kept, bytes.length, comment));
  }
  return joinAll(parts);
}

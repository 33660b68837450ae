/**
 * The block format (draft-ietf-opsawg-pcapng): sections in either byte order, each with its interfaces. Packet blocks of
 * all three kinds are read, losses that the capturing program counted are noted, and other blocks are passed over.
 */
import type { CaptureClock } from './clock.ts';
import { CaptureInterface, findOption, read64 } from './interface.ts';
import { readOrdered16, readOrdered32 } from './order.ts';
import { groupDigits, type ProblemList } from './problem.ts';
import type { PacketCallback, RecordParser, SecretsCallback } from './record.ts';

export const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const ENHANCED_PACKET = 6;
const DECRYPTION_SECRETS = 10;
/** "TLSK": the secrets are a TLS key log (draft §4.7). */
const TLS_KEY_LOG = 0x544c534b;
const ISB_IFDROP = 5;
const ISB_OSDROP = 7;

/** Type, length, and the length again. A section header's byte-order magic stands within them. */
const MIN_BLOCK_BYTES = 12;
/** libpcap's and Wireshark's bound (MAX_BLOCKSIZE): a longer block, of those that matter, is damage. */
export const MAX_BLOCK_BYTES = 16 * 1024 * 1024;
/** The obsolete packet block counts interfaces in 16 bits, and no capture comes near that. */
const MAX_INTERFACES = 65_536;

/** The byte order of the section whose header begins at `at`; undefined if it shows none. */
export function sectionIsLittle(bytes: Uint8Array, at: number): boolean | undefined {
  if (readOrdered32(bytes, at + 8, true) === BYTE_ORDER_MAGIC) return true;
  return readOrdered32(bytes, at + 8, false) === BYTE_ORDER_MAGIC ? false : undefined;
}

/** True for octets that begin a pcapng file. */
export function isPcapng(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && readOrdered32(bytes, 0, false) === SECTION_HEADER;
}

/** A kind of block that is read. `minBytes` is what its fixed fields take, head and tail included. */
interface BlockKind {
  readonly minBytes: number;
  read(bytes: Uint8Array, at: number, total: number): void;
}

/** Reads the block format. Created when the first four octets have been seen to be those of a section header. */
export class PcapngParser implements RecordParser {
  readonly #onPacket: PacketCallback;
  readonly #clock: CaptureClock;
  readonly #problems: ProblemList;
  readonly #onSecrets: SecretsCallback | undefined;
  readonly #kinds: ReadonlyMap<number, BlockKind>;
  readonly #enhancedPacket: BlockKind = {
    minBytes: 32,
    read: (bytes, at, total) => this.#readEnhancedPacket(bytes, at, total),
  };
  #little = false;
  #inSection = false;
  #interfaces: CaptureInterface[] = [];
  /** Interfaces of the sections before. */
  #interfacesBefore = 0;
  #droppedBefore = 0;
  wanted = MIN_BLOCK_BYTES;
  stopped = false;
  packets = 0;
  recordAt = 0;
  secrets = 0;

  constructor(onPacket: PacketCallback, clock: CaptureClock, problems: ProblemList, onSecrets?: SecretsCallback) {
    this.#onPacket = onPacket;
    this.#onSecrets = onSecrets;
    this.#clock = clock;
    this.#problems = problems;
    this.#kinds = new Map<number, BlockKind>([
      [SECTION_HEADER, { minBytes: 28, read: () => this.#beginSection() }],
      [1, { minBytes: 20, read: (bytes, at, total) => this.#readInterface(bytes, at, total) }],
      [2, { minBytes: 32, read: (bytes, at, total) => this.#readObsoletePacket(bytes, at, total) }],
      [3, { minBytes: 16, read: (bytes, at, total) => this.#readSimplePacket(bytes, at, total) }],
      [5, { minBytes: 24, read: (bytes, at, total) => this.#readStatistics(bytes, at, total) }],
      [DECRYPTION_SECRETS, { minBytes: 20, read: (bytes, at, total) => this.#readSecrets(bytes, at, total) }],
      [ENHANCED_PACKET, this.#enhancedPacket],
    ]);
  }

  get part(): 'file header' | 'block' {
    return this.#inSection ? 'block' : 'file header';
  }

  get dropped(): number {
    return this.#interfaces.reduce((sum, each) => sum + each.dropped, this.#droppedBefore);
  }

  parse(bytes: Uint8Array, start: number, end: number, fileOffset: number): number {
    let at = start;
    while (end - at >= MIN_BLOCK_BYTES) {
      this.recordAt = fileOffset + at;
      if (readOrdered32(bytes, at, false) === SECTION_HEADER && !this.#readByteOrder(bytes, at)) return end;
      const type = readOrdered32(bytes, at, this.#little);
      const total = readOrdered32(bytes, at + 4, this.#little);
      if (total % 4 !== 0 || total < MIN_BLOCK_BYTES) return this.#damaged(end, blockOf(total));
      const kind = type === ENHANCED_PACKET ? this.#enhancedPacket : this.#kinds.get(type);
      if (kind !== undefined) {
        if (total > MAX_BLOCK_BYTES) return this.#absurd(end, total);
        if (total > end - at) {
          this.wanted = total;
          return at;
        }
        const repeated = readOrdered32(bytes, at + total - 4, this.#little);
        if (repeated !== total) {
          return this.#damaged(end, `${blockOf(total)} that ends as one of ${groupDigits(repeated)}`);
        }
        if (total < kind.minBytes) this.#badBlock(type, `it has ${total} octets and needs ${kind.minBytes}`);
        else kind.read(bytes, at, total);
      }
      at += total;
    }
    this.wanted = MIN_BLOCK_BYTES;
    if (at <= end) this.recordAt = fileOffset + at;
    return at;
  }

  #readByteOrder(bytes: Uint8Array, at: number): boolean {
    const little = sectionIsLittle(bytes, at);
    this.#little = little ?? false;
    if (little === undefined) this.#damaged(at, 'a section header without a byte order');
    return little !== undefined;
  }

  #beginSection(): void {
    this.#droppedBefore = this.dropped;
    this.#interfacesBefore += this.#interfaces.length;
    this.#interfaces = [];
    this.#inSection = true;
  }

  #readInterface(bytes: Uint8Array, at: number, total: number): void {
    if (this.#interfaces.length >= MAX_INTERFACES) {
      this.#problems.add('too-many-interfaces', this.recordAt, 0, { limit: MAX_INTERFACES });
      return;
    }
    this.#interfaces.push(new CaptureInterface(bytes, at + 8, at + 16, at + total - 4, this.#little));
  }

  #readEnhancedPacket(bytes: Uint8Array, at: number, total: number): void {
    this.#readStamped(bytes, at, total, readOrdered32(bytes, at + 8, this.#little));
  }

  /** Draft §4.9.1 of older editions: as the enhanced block, but for a 16-bit interface and a count of drops beside it. */
  #readObsoletePacket(bytes: Uint8Array, at: number, total: number): void {
    this.#readStamped(bytes, at, total, readOrdered16(bytes, at + 8, this.#little));
  }

  #readStamped(bytes: Uint8Array, at: number, total: number, interfaceId: number): void {
    const little = this.#little;
    const captured = readOrdered32(bytes, at + 20, little);
    if (captured > total - 32) {
      const reason = `it claims ${captured} octets of packet and has room for ${total - 32}`;
      this.#badBlock(readOrdered32(bytes, at, little), reason);
      return;
    }
    const from = this.#interfaceOf(interfaceId);
    if (from === undefined) return;
    const timeMs = from.since(
      readOrdered32(bytes, at + 12, little),
      readOrdered32(bytes, at + 16, little),
      this.#clock,
    );
    const original = readOrdered32(bytes, at + 24, little);
    const length = Math.max(captured, original);
    const source = this.#interfacesBefore + interfaceId;
    this.#onPacket(bytes, at + 28, captured, length, from.linkType, timeMs, this.packets, source);
  }

  /** A packet without a stamp, of the section's first interface, cut to that interface's snap length (draft §4.4). */
  #readSimplePacket(bytes: Uint8Array, at: number, total: number): void {
    const from = this.#interfaceOf(0);
    if (from === undefined) return;
    const original = readOrdered32(bytes, at + 8, this.#little);
    const captured = Math.min(original, total - 16, from.snapLength === 0 ? original : from.snapLength);
    const timeMs = this.#clock.latestMs;
    this.#onPacket(bytes, at + 12, captured, original, from.linkType, timeMs, this.packets, this.#interfacesBefore);
  }

  /** Counts the packet and finds its interface. */
  #interfaceOf(id: number): CaptureInterface | undefined {
    this.packets++;
    const found = this.#interfaces[id];
    if (found === undefined) this.#problems.add('unknown-interface', this.recordAt, this.packets, { interface: id });
    return found;
  }

  #readSecrets(bytes: Uint8Array, at: number, total: number): void {
    if (readOrdered32(bytes, at + 8, this.#little) !== TLS_KEY_LOG) return;
    const length = Math.min(readOrdered32(bytes, at + 12, this.#little), total - 20);
    this.secrets++;
    this.#onSecrets?.(bytes.subarray(at + 16, at + 16 + length));
  }

  /** What the interface and the system dropped, each counted since the capture began (draft §4.6). */
  #readStatistics(bytes: Uint8Array, at: number, total: number): void {
    const from = this.#interfaces[readOrdered32(bytes, at + 8, this.#little)];
    if (from === undefined) return;
    from.dropped = 0;
    for (const code of [ISB_IFDROP, ISB_OSDROP]) {
      const valueAt = findOption(bytes, at + 20, at + total - 4, this.#little, code, 8);
      const count = valueAt === undefined ? 0 : Number(read64(bytes, valueAt, this.#little));
      // All ones stand for a count that is not known.
      if (Number.isSafeInteger(count)) from.dropped += count;
    }
  }

  #badBlock(type: number, reason: string): void {
    this.#problems.add('bad-block', this.recordAt, 0, { type, reason });
  }

  #damaged(end: number, what: string): number {
    this.#problems.add('damaged-file', this.recordAt, 0, { what, read: this.packets });
    this.stopped = true;
    return end;
  }

  #absurd(end: number, length: number): number {
    const params = { length, limit: MAX_BLOCK_BYTES, read: this.packets };
    this.#problems.add('absurd-length', this.recordAt, 0, params);
    this.stopped = true;
    return end;
  }
}

function blockOf(length: number): string {
  return `a block of ${groupDigits(length)} octets`;
}

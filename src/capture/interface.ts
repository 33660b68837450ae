/** An interface of a pcapng section: its link type, how its time stamps count, and how many packets it lost (draft §4.2). */
import type { CaptureClock } from './clock.ts';
import { readOrdered16, readOrdered32 } from './order.ts';

const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;
/** Without if_tsresol, stamps are microseconds. */
const DEFAULT_RESOLUTION = 6;
/** Below this many ticks a second, long division in steps of 16 bits stays within the 53 bits of a double. */
const MAX_TICKS_FOR_STEPS = 2 ** 37;

export class CaptureInterface {
  readonly linkType: number;
  /** Octets kept of a packet; 0 for all. */
  readonly snapLength: number;
  /** Packets that the capturing program or its system dropped, as its latest statistics block says. */
  dropped = 0;
  readonly #ticksPerSecond: bigint;
  readonly #ticks: number;
  readonly #offsetSeconds: number;

  /** Reads an interface description block whose options stand between `optionsAt` and `end`. */
  constructor(bytes: Uint8Array, at: number, optionsAt: number, end: number, little: boolean) {
    this.linkType = readOrdered16(bytes, at, little);
    this.snapLength = readOrdered32(bytes, at + 4, little);
    const resolutionAt = findOption(bytes, optionsAt, end, little, IF_TSRESOL, 1);
    const resolution = resolutionAt === undefined ? DEFAULT_RESOLUTION : bytes[resolutionAt]!;
    this.#ticksPerSecond = (resolution & 0x80 ? 2n : 10n) ** BigInt(resolution & 0x7f);
    this.#ticks = Number(this.#ticksPerSecond);
    const offsetAt = findOption(bytes, optionsAt, end, little, IF_TSOFFSET, 8);
    this.#offsetSeconds = offsetAt === undefined ? 0 : Number(BigInt.asIntN(64, read64(bytes, offsetAt, little)));
  }

  /** The time of a stamp of two 32-bit halves, in milliseconds since the capture's first packet. */
  since(high: number, low: number, clock: CaptureClock): number {
    const ticks = this.#ticks;
    if (ticks > MAX_TICKS_FOR_STEPS) return this.#sinceFine(high, low, clock);
    const first = Math.floor(high / ticks);
    const upper = (high - first * ticks) * 65_536 + (low >>> 16);
    const second = Math.floor(upper / ticks);
    const lower = (upper - second * ticks) * 65_536 + (low & 0xffff);
    const third = Math.floor(lower / ticks);
    const seconds = (first * 65_536 + second) * 65_536 + third + this.#offsetSeconds;
    return clock.since(seconds, (lower - third * ticks) * (1e9 / ticks));
  }

  /** Picoseconds and finer: rare, and beyond what doubles divide exactly. */
  #sinceFine(high: number, low: number, clock: CaptureClock): number {
    const stamp = (BigInt(high) << 32n) | BigInt(low);
    const seconds = Number(stamp / this.#ticksPerSecond) + this.#offsetSeconds;
    return clock.since(seconds, (Number(stamp % this.#ticksPerSecond) / this.#ticks) * 1e9);
  }
}

/** Where the value of the option `code` stands, if it is there with at least `length` octets (draft §3.5). */
export function findOption(
  bytes: Uint8Array,
  start: number,
  end: number,
  little: boolean,
  code: number,
  length: number,
): number | undefined {
  let at = start;
  while (at + 4 <= end) {
    const valueBytes = readOrdered16(bytes, at + 2, little);
    const valueAt = at + 4;
    if (readOrdered16(bytes, at, little) === code) {
      return valueBytes >= length && valueAt + valueBytes <= end ? valueAt : undefined;
    }
    at = valueAt + ((valueBytes + 3) & ~3);
  }
  return undefined;
}

/** An unsigned 64-bit integer. */
export function read64(bytes: Uint8Array, at: number, little: boolean): bigint {
  const first = BigInt(readOrdered32(bytes, at, little));
  const second = BigInt(readOrdered32(bytes, at + 4, little));
  return little ? (second << 32n) | first : (first << 32n) | second;
}

/**
 * Finds a frame boundary in octets whose beginning was not seen: after a gap, or in a connection that was joined in its
 * middle. A boundary is believed when three frame headers follow each other from it, or when frames fill a segment exactly
 * from its beginning to its end, because most senders write whole frames, or two frames its end.
 */
import { readU24, readU32 } from '#base';
import { FRAME_HEADER_BYTES, FrameType } from '../frames/codes.ts';
import { plausibleFrameHeader } from '../frames/plausible.ts';

/**
 * Octets held while searching: three frames of the default maximum (16,384) with a segment to spare. Older ones are given
 * up: they are within one long frame, or no HTTP/2.
 */
export const SEARCH_BYTES_MAX = 65_536;

/** Long chunks are searched in slices, so that what is held stays near the limit. */
const SLICE_BYTES = 16_384;

/** Chains followed at once: random octets make one in some 100,000 positions; more only where somebody tries. */
const CHAINS_MAX = 64;

/** Each new stream takes a frame header and at least one octet of fields. */
const STREAM_BYTES_MIN = 10;

/** Any 31-bit number: for a connection of which nothing is known. */
const STREAM_MAX = 0x7fff_ffff;

interface Chain {
  start: number;
  /** Where the next header must stand. */
  next: number;
  /** Plausible headers so far. */
  headers: number;
}

export class BoundaryFinder {
  /** The held octets; those from `boundary` to `length` are frames once `push` returned true. */
  bytes = new Uint8Array(2_048);
  length = 0;
  boundary = 0;
  /** Octets given up before the held ones. */
  skipped = 0;
  #scanned = 0;
  /** Where the present segment begins; negative when its beginning was given up. */
  #segment = 0;
  #chains: Chain[] = [];
  readonly #limits: { readonly maxFrameBytes: number; maxStream: number };
  readonly #strict: boolean;

  /**
   * `maxStream`: the highest stream number that can be in use, if that is known. `strict`: only three headers count, for
   * octets that may be no HTTP/2 at all.
   */
  constructor(maxStream = STREAM_MAX, strict = false) {
    this.#limits = { maxFrameBytes: SEARCH_BYTES_MAX, maxStream };
    this.#strict = strict;
  }

  /** The next octets, cut as their sender or the network cut them. True when a boundary was found. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    this.#segment = this.length;
    for (let at = start; at < end; at += SLICE_BYTES) {
      const sliceEnd = Math.min(end, at + SLICE_BYTES);
      this.#append(bytes, at, sliceEnd);
      if (this.#search(sliceEnd === end)) {
        // The rest of the segment needs no search any more.
        this.#append(bytes, sliceEnd, end);
        return true;
      }
      this.#trim();
    }
    return false;
  }

  /**
   * `length` octets are missing before the next ones: what is held cannot be continued. True when a boundary was found in it,
   * because captures that cut packets leave the beginning of each segment, where most senders begin a frame.
   */
  gap(length: number): boolean {
    const found = this.#strict ? undefined : this.#chains.find((chain) => this.#believesCut(chain, length));
    if (found !== undefined) {
      this.boundary = found.start;
      return true;
    }
    this.allowStreams(length);
    this.#drop(this.length);
    return false;
  }

  /** `length` octets went unseen, which may have opened streams. */
  allowStreams(length: number): void {
    const opened = 2 * Math.ceil(length / STREAM_BYTES_MIN);
    this.#limits.maxStream = Math.min(STREAM_MAX, this.#limits.maxStream + opened);
  }

  #append(bytes: Uint8Array, start: number, end: number): void {
    const needed = this.length + end - start;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(bytes.subarray(start, end), this.length);
    this.length = needed;
  }

  #search(segmentEnds: boolean): boolean {
    this.#begin();
    this.#chains = this.#chains.filter((chain) => this.#follow(chain));
    let best: Chain | undefined;
    for (const chain of this.#chains) {
      if (!this.#believes(chain, segmentEnds)) continue;
      if (best === undefined || chain.headers > best.headers) best = chain;
    }
    if (best === undefined) return false;
    this.boundary = best.start;
    return true;
  }

  /** Begins a chain at each new position that could be a header. */
  #begin(): void {
    const last = this.length - FRAME_HEADER_BYTES;
    for (; this.#scanned <= last; this.#scanned++) {
      if (this.#chains.length >= CHAINS_MAX || !this.#mayStart(this.#scanned)) continue;
      this.#chains.push({ start: this.#scanned, next: this.#scanned, headers: 0 });
    }
  }

  /**
   * An empty frame does not start a chain, unless it acknowledges SETTINGS: the last nine octets of RST_STREAM and
   * WINDOW_UPDATE read as the header of an empty DATA or HEADERS frame, and a true frame follows them.
   */
  #mayStart(at: number): boolean {
    if (!plausibleFrameHeader(this.bytes, at, this.#limits)) return false;
    return readU24(this.bytes, at) > 0 || this.bytes[at + 3] === FrameType.SETTINGS;
  }

  /** Walks on as far as octets are held; false when something stands where a header should. */
  #follow(chain: Chain): boolean {
    while (chain.next + FRAME_HEADER_BYTES <= this.length) {
      if (!plausibleFrameHeader(this.bytes, chain.next, this.#limits)) return false;
      chain.headers++;
      chain.next += FRAME_HEADER_BYTES + readU24(this.bytes, chain.next);
    }
    return true;
  }

  #believes(chain: Chain, segmentEnds: boolean): boolean {
    if (chain.headers >= 3) return true;
    if (this.#strict || !segmentEnds || chain.next !== this.length || chain.start < this.#segment) return false;
    return chain.headers >= 2 || chain.start === this.#segment;
  }

  /**
   * Whether frames begin where the segment does, of which the last `cut` octets are missing: two headers follow each other,
   * the frame ends where the segment ends, or the header alone is one that chance does not make.
   */
  #believesCut(chain: Chain, cut: number): boolean {
    if (chain.start !== this.#segment) return false;
    const end = this.length + cut;
    return chain.headers >= 2 || chain.next === end || isTelling(this.bytes, chain.start, this.length, end);
  }

  /** Gives up the oldest octets when too many are held. */
  #trim(): void {
    if (this.length <= SEARCH_BYTES_MAX) return;
    const oldest = this.#chains[0]?.start ?? this.#scanned;
    this.#drop(Math.max(oldest, this.length - SEARCH_BYTES_MAX));
  }

  /** Gives up the first `count` held octets. */
  #drop(count: number): void {
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
    this.skipped += count;
    this.#scanned = Math.max(0, this.#scanned - count);
    this.#segment -= count;
    this.#chains = this.#chains.filter((chain) => chain.start >= count);
    for (const chain of this.#chains) {
      chain.start -= count;
      chain.next -= count;
    }
  }
}

/**
 * Whether the frame at `start`, of which octets up to `held` are there and which lies in a segment that goes to `end`, shows by
 * itself that it is one: its type's length is fixed, its header block begins with a pseudo-header field of the static table, or
 * its content is exactly one gRPC message.
 */
function isTelling(bytes: Uint8Array, start: number, held: number, end: number): boolean {
  const length = readU24(bytes, start);
  const payload = start + FRAME_HEADER_BYTES;
  if (payload + length > end) return false;
  const type = bytes[start + 3]!;
  if (type === FrameType.HEADERS) return payload < held && isPseudoHeader(bytes[payload]!);
  if (type === FrameType.DATA) {
    return payload + 5 <= held && bytes[payload]! <= 1 && readU32(bytes, payload + 1) === length - 5;
  }
  return FIXED_LENGTH.has(type);
}

const FIXED_LENGTH: ReadonlySet<number> = new Set([FrameType.RST_STREAM, FrameType.PING, FrameType.WINDOW_UPDATE]);

/** An indexed field or a literal with the name of one of `:authority` to `:status 500` (RFC 7541 appendix A, 1 to 14). */
function isPseudoHeader(first: number): boolean {
  const index = first & 0x80 ? first & 0x7f : first & 0x40 ? first & 0x3f : first & 0x20 ? 0 : first & 0x0f;
  return index >= 1 && index <= 14;
}

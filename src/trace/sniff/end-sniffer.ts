/** Finds out what one end of a connection speaks, from as few octets as that takes. */
import type { Side } from '#base';
import { BoundaryFinder, FRAME_HEADER_BYTES, FrameType } from '#h2';
import { HEAD_BYTES_MAX } from './http1.ts';
import { frameText, otherSign, recognise, recogniseFirstFrame, type Sign } from './recognise.ts';
import { SideProbe } from './side-probe.ts';
import { TEXT_MAX } from './text.ts';

/**
 * Octets that are searched for frames before the end is called something else: from a connection's start (something may
 * stand before HTTP/2, a PROXY protocol header for one), and from its middle, where a long frame may come first.
 */
const SEARCH_FROM_START_MAX = 4_096;
const SEARCH_FROM_MIDDLE_MAX = 65_536;

export class EndSniffer {
  /** What the end speaks, once that is known. */
  sign: Sign | undefined = undefined;
  /** False when octets before the first ones here were not captured. */
  #fromStart: boolean;
  #head = new Uint8Array(128);
  #length = 0;
  /** Looks for frames where the first octets told nothing. */
  #finder: BoundaryFinder | undefined = undefined;
  #probe: SideProbe | undefined = undefined;

  constructor(fromStart: boolean) {
    this.#fromStart = fromStart;
  }

  /** The side that this end must be, if what it sent tells. */
  get side(): Side | undefined {
    return this.sign?.side ?? this.#probe?.side;
  }

  /** Whether more octets can say which side this is. */
  get mayTellSide(): boolean {
    return this.sign === undefined || this.sign.protocol === 'h2-middle';
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    if (this.#probe !== undefined) this.#probe.push(bytes, start, end);
    else if (this.sign === undefined && this.#finder !== undefined) this.#search(this.#finder, bytes, start, end);
    else if (this.sign === undefined) this.#read(bytes, start, end);
  }

  gap(length: number): void {
    this.#fromStart = false;
    this.#probe?.gap(length);
    if (this.sign !== undefined || this.#length === 0) return;
    this.#finder ??= new BoundaryFinder(undefined, true);
    this.#finder.gap(length);
  }

  /** No more octets will come, or no more can be waited for. */
  end(): void {
    if (this.sign !== undefined || this.#length === 0) return;
    if (this.#isShortMiddle()) {
      this.#assumeMiddle();
      return;
    }
    const sign = this.#finder === undefined ? recognise(this.#head, this.#length, true) : 'unlike';
    this.sign = typeof sign === 'string' ? otherSign(this.#head, this.#length) : sign;
  }

  /**
   * The other end speaks HTTP/2: then so does this one if its octets match nothing else. After the client's preface they
   * may be the server's first ones although the connection's beginning was not captured.
   */
  follow(other: Sign): void {
    if (this.sign !== undefined || this.#length === 0) return;
    if (other.protocol === 'h2' && other.side === 'client' && !this.#fromStart) {
      const first = recogniseFirstFrame(this.#head, this.#length);
      if (first === 'more') return;
      if (first !== 'unlike' && isSettings(this.#head)) this.sign = first;
      else this.#assumeMiddle();
    } else if (other.protocol === 'h2-middle' && this.#finder !== undefined) {
      this.#assumeMiddle();
    }
  }

  /** All that the end sent is frames from the first octet to the last, too few for the search to believe in them. */
  #isShortMiddle(): boolean {
    const finder = this.#finder;
    if (finder === undefined || finder.skipped > 0 || this.#fromStart) return false;
    const whole = new BoundaryFinder();
    return whole.push(finder.bytes, 0, finder.length) && whole.boundary === 0;
  }

  #assumeMiddle(): void {
    const { text } = otherSign(this.#head, this.#length);
    this.sign = { protocol: 'h2-middle', text, side: undefined, upgrade: undefined };
  }

  #read(bytes: Uint8Array, start: number, end: number): void {
    const rest = start + this.#keep(bytes, start, end);
    const sign = this.#recognise();
    if (sign === 'more') return;
    if (sign !== 'unlike') {
      this.sign = sign;
      return;
    }
    this.#finder = new BoundaryFinder(undefined, true);
    this.#search(this.#finder, this.#head, 0, this.#length);
    if (rest < end) this.push(bytes, rest, end);
  }

  #recognise(): Sign | 'more' | 'unlike' {
    const sign = recognise(this.#head, this.#length, false);
    return sign === 'unlike' && this.#fromStart ? recogniseFirstFrame(this.#head, this.#length) : sign;
  }

  #search(finder: BoundaryFinder, bytes: Uint8Array, start: number, end: number): void {
    if (bytes !== this.#head && this.#length < TEXT_MAX) this.#keep(bytes, start, Math.min(end, start + TEXT_MAX));
    if (finder.push(bytes, start, end)) {
      const text = frameText(finder.bytes, finder.boundary);
      this.sign = { protocol: 'h2-middle', text, side: undefined, upgrade: undefined };
      this.#probe = new SideProbe();
      this.#probe.push(finder.bytes, finder.boundary, finder.length);
      this.#finder = undefined;
      return;
    }
    const limit = this.#fromStart ? SEARCH_FROM_START_MAX : SEARCH_FROM_MIDDLE_MAX;
    if (finder.skipped + finder.length > limit) this.end();
  }

  /** Appends to the head as much as any protocol's head can have; returns how many octets that were. */
  #keep(bytes: Uint8Array, start: number, end: number): number {
    const taken = Math.min(end - start, HEAD_BYTES_MAX + FRAME_HEADER_BYTES - this.#length);
    if (this.#length + taken > this.#head.length) {
      const grown = new Uint8Array(Math.max(this.#length + taken, 2 * this.#head.length));
      grown.set(this.#head.subarray(0, this.#length));
      this.#head = grown;
    }
    this.#head.set(bytes.subarray(start, start + taken), this.#length);
    this.#length += taken;
    return taken;
  }
}

/** A SETTINGS frame that is no acknowledgement, as a server's first frame is (RFC 9113 §3.4). */
function isSettings(head: Uint8Array): boolean {
  return head[3] === FrameType.SETTINGS && head[4] === 0;
}

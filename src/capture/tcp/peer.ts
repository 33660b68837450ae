/** What is known of one end of a connection beside the octets that it sends. */
import { HostTime } from '../leaps/host-time.ts';
import type { Half } from './half.ts';
import { ACK, type Segment } from './segment.ts';
import { distance } from './sequence.ts';

/** An unscaled window: what even the plainest end accepts, and the slack for segments that the capture shows late. */
const PLAIN_WINDOW_BYTES = 65_535;
/** Where the SYN was not seen, the largest scale (RFC 7323 §2.3) must be allowed for. */
const UNKNOWN_WINDOW_SCALE = 14;

export class Peer {
  readonly half: Half;
  /** What its own clock says. */
  readonly host: HostTime;
  /** The window it advertised last, unscaled. */
  window = 0;
  windowScale = UNKNOWN_WINDOW_SCALE;
  windowClosed = false;
  hasReset = false;
  #timeToLive: number | undefined;
  /** The one before: a capture on several interfaces shows each packet before and after a hop. */
  #otherTimeToLive: number | undefined;

  constructor(half: Half, address: string) {
    this.half = half;
    this.host = new HostTime(address);
  }

  /** Notes the time to live of a packet that certainly is of this end. */
  see(timeToLive: number): void {
    if (timeToLive === this.#timeToLive) return;
    this.#otherTimeToLive = this.#timeToLive;
    this.#timeToLive = timeToLive;
  }

  /** What its packets carry: the given value if that is among it. */
  usualTimeToLive(given: number): number | undefined {
    return given === this.#otherTimeToLive ? given : this.#timeToLive;
  }

  /**
   * Whether a RST from this end can be obeyed by the other (RFC 9293 §3.10.7): it lies in the window, or answers the SYN.
   * One that is far off is forged or of an older connection.
   */
  mayReset(to: Peer, segment: Segment): boolean {
    const { half } = this;
    if (!half.synced) {
      const { initial, highest } = to.half;
      if (initial === undefined) return true;
      const { flags, acknowledgment } = segment;
      return (flags & ACK) !== 0 && distance(initial, acknowledgment) > 0 && distance(acknowledgment, highest) >= 0;
    }
    const lowest = half.acknowledged ?? half.highest;
    const window = Math.max(PLAIN_WINDOW_BYTES, to.window * 2 ** to.windowScale);
    return (
      distance(lowest, segment.sequence) >= -PLAIN_WINDOW_BYTES && distance(half.highest, segment.sequence) <= window
    );
  }
}

/**
 * Segments that acknowledge octets which the capture has not shown yet. Their sender had those octets, so they happened
 * before: the capture is out of order, and the segments wait until the octets come or are given up.
 */
import type { End } from '#trace';
import type { Packet } from '../packet.ts';
import type { TcpLimits } from './limits.ts';
import type { PendingBudget } from './pending.ts';
import { FIN, type Segment } from './segment.ts';
import { distance } from './sequence.ts';

export interface HeldSegment {
  readonly segment: Segment;
  readonly packet: Packet;
  readonly fromA: boolean;
  readonly copied: boolean;
  /** Octets of the other end that its sender had not got, as far as that was known when it was captured. */
  readonly unacknowledged: number | undefined;
}

/** What one costs beside its octets. */
const OVERHEAD_BYTES = 512;

export class HeldSegments {
  readonly #held: HeldSegment[] = [];
  readonly #limits: TcpLimits;
  readonly #budget: PendingBudget;

  constructor(limits: TcpLimits, budget: PendingBudget) {
    this.#limits = limits;
    this.#budget = budget;
  }

  get isEmpty(): boolean {
    return this.#held.length === 0;
  }

  /** How far from `sequence` on the octets of this end are missing, because those behind stand in held segments. */
  missing(end: End, sequence: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { segment, fromA } of this.#held) {
      if (fromA !== (end === 'a')) continue;
      const ahead = distance(sequence, segment.sequence);
      const after = ahead + segment.length + ((segment.flags & FIN) === 0 ? 0 : 1);
      if (after > 0 && ahead < least) least = Math.max(0, ahead);
    }
    return least;
  }

  /** Keeps a copy of a segment. False if there is no room: waits overlap once at most, so twice their length is held. */
  add(segment: Segment, packet: Packet, fromA: boolean, copied: boolean, unacknowledged: number | undefined): boolean {
    const { holdSegments, pendingBytesTotal } = this.#limits;
    const bytes = packet.bytes.slice(segment.dataAt, packet.end);
    if (this.#held.length >= 2 * holdSegments || this.#budget.used + bytes.length > pendingBytesTotal) return false;
    this.#budget.used += OVERHEAD_BYTES + bytes.length;
    this.#held.push({
      segment: segment.copy(),
      packet: { ...packet, bytes, at: 0, end: bytes.length },
      fromA,
      copied,
      unacknowledged,
    });
    return true;
  }

  /** Takes out the oldest one that fits, if one does. */
  take(fits: (held: HeldSegment) => boolean): HeldSegment | undefined {
    const index = this.#held.findIndex(fits);
    const [held] = index < 0 ? [] : this.#held.splice(index, 1);
    if (held === undefined) return undefined;
    this.#budget.used -= OVERHEAD_BYTES + held.packet.bytes.length;
    return held;
  }
}

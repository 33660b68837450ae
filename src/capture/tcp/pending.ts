/** The octets of one direction that arrived before others: pieces in order, none overlapping. The first copy of an octet holds. */
import type { TcpLimits } from './limits.ts';

/** What a piece costs beside its octets, so that a flood of one-octet segments reaches the bound as well. */
const PIECE_OVERHEAD_BYTES = 128;

export interface Piece {
  /** Octets from the start of the stream to the piece. */
  readonly position: number;
  readonly length: number;
  /** Undefined for octets that were cut off when the packet was captured. */
  readonly bytes: Uint8Array | undefined;
  readonly timeMs: number;
  readonly packet: number;
}

/** The octets that wait in all connections of a capture. */
export interface PendingBudget {
  used: number;
}

export class Pending {
  readonly #pieces: Piece[] = [];
  readonly #limits: TcpLimits;
  readonly #budget: PendingBudget;
  #used = 0;

  constructor(limits: TcpLimits, budget: PendingBudget) {
    this.#limits = limits;
    this.#budget = budget;
  }

  get first(): Piece | undefined {
    return this.#pieces[0];
  }

  /** True when this direction, or the capture as a whole, holds more than it may. */
  get overfull(): boolean {
    if (this.#pieces.length === 0) return false;
    const { pendingBytesPerHalf, pendingPieces, pendingBytesTotal } = this.#limits;
    return (
      this.#used > pendingBytesPerHalf || this.#pieces.length > pendingPieces || this.#budget.used > pendingBytesTotal
    );
  }

  /** Takes the first piece out. */
  shift(): Piece | undefined {
    const piece = this.#pieces.shift();
    if (piece !== undefined) this.#charge(-cost(piece));
    return piece;
  }

  /** Lets go of everything. */
  clear(): void {
    this.#pieces.length = 0;
    this.#charge(-this.#used);
  }

  /**
   * Keeps copies of those of `length` octets, from `position` of the stream on, that are not here yet. They stand in
   * `bytes` from `start` on; without `bytes` they were cut off by the capture. Returns whether there were any.
   */
  insert(
    position: number,
    length: number,
    bytes: Uint8Array | undefined,
    start: number,
    timeMs: number,
    packet: number,
  ): boolean {
    let from = position;
    const to = position + length;
    let index = this.#firstEndingAfter(from);
    let added = false;
    while (from < to) {
      const next = this.#pieces[index];
      const limit = next === undefined ? to : Math.min(to, next.position);
      if (from < limit) {
        const offset = start + from - position;
        const piece = {
          position: from,
          length: limit - from,
          bytes: bytes?.slice(offset, offset + limit - from),
          timeMs,
          packet,
        };
        this.#pieces.splice(index++, 0, piece);
        this.#charge(cost(piece));
        added = true;
      }
      if (next === undefined) break;
      from = Math.max(from, next.position + next.length);
      index++;
    }
    return added;
  }

  /** Searched from the back, where nearly every segment belongs. */
  #firstEndingAfter(position: number): number {
    let index = this.#pieces.length;
    while (index > 0) {
      const before = this.#pieces[index - 1]!;
      if (before.position + before.length <= position) break;
      index--;
    }
    return index;
  }

  #charge(octets: number): void {
    this.#used += octets;
    this.#budget.used += octets;
  }
}

function cost(piece: Piece): number {
  return PIECE_OVERHEAD_BYTES + (piece.bytes?.length ?? 0);
}

/** What a page asks of the events that were kept: of one input, or of two that were compared. */
import type { Side } from '#base';
import type { OpenedEvent } from '#trace';
import type { TimelineCollector } from './collector.ts';
import type { Point } from './curve.ts';
import type { Mark } from './mark.ts';

/** One connection with what is shown of it. */
export interface ShownTrack {
  readonly opened: OpenedEvent;
  readonly closedMs: number | undefined;
  /** Marks that the capture holds: those that are kept may be fewer. */
  readonly total: number;
  readonly curves: Readonly<Record<Side, { readonly points: readonly Point[] }>>;
  /** Everything that is kept, once each, in the order in which it happened. */
  marks(): readonly Mark[];
}

export interface TimelineSource {
  /** Connections seen. */
  readonly connections: number;
  track(connection: number): ShownTrack | undefined;
  /** Those kept, in the order in which they opened. */
  tracks(): readonly ShownTrack[];
}

/** How the connections of the second input are told of: their ids begin after `idsAfter`, their times are on the first one's clock. */
export interface Shift {
  readonly idsAfter: number;
  timeMs(timeMs: number): number;
}

/** Both sides of a comparison on one clock, those of the client side first. */
export class PairedTimeline implements TimelineSource {
  readonly #left: TimelineCollector;
  readonly #right: TimelineCollector;
  readonly #shift: Shift;

  constructor(left: TimelineCollector, right: TimelineCollector, shift: Shift) {
    this.#left = left;
    this.#right = right;
    this.#shift = shift;
  }

  get connections(): number {
    return this.#left.connections + this.#right.connections;
  }

  track(connection: number): ShownTrack | undefined {
    const { idsAfter } = this.#shift;
    if (connection <= idsAfter) return this.#left.track(connection);
    const track = this.#right.track(connection - idsAfter);
    return track === undefined ? undefined : shifted(track, this.#shift);
  }

  tracks(): readonly ShownTrack[] {
    return [...this.#left.tracks(), ...this.#right.tracks().map((track) => shifted(track, this.#shift))];
  }
}

function shifted(track: ShownTrack, { idsAfter, timeMs }: Shift): ShownTrack {
  const { opened, closedMs, total, curves } = track;
  const moved = ({ points }: { readonly points: readonly Point[] }): { readonly points: readonly Point[] } => ({
    points: points.map((point) => ({ ...point, timeMs: timeMs(point.timeMs) })),
  });
  return {
    opened: { ...opened, connection: opened.connection + idsAfter, timeMs: timeMs(opened.timeMs) },
    closedMs: closedMs === undefined ? undefined : timeMs(closedMs),
    total,
    curves: { client: moved(curves.client), server: moved(curves.server) },
    marks: () =>
      track.marks().map((mark) => ({ ...mark, event: { ...mark.event, timeMs: timeMs(mark.event.timeMs) } })),
  };
}

/** What is drawn: the layout on a scale, what is in sight of it, and what is marked out. */
import type { Layout, Placed } from './layout.ts';
import type { Scale } from './scale.ts';
import type { View } from './view.ts';

/** Left of the first position, so that the first marks are not cut. */
export const GUTTER = 12;

export interface Scene {
  readonly layout: Layout;
  scale: Scale;
  readonly view: View;
  readonly width: number;
  readonly height: number;
  /** Of the rows, below the axis. */
  readonly scrollTop: number;
  readonly selected: Placed | undefined;
  /** Marks that a line of evidence points to. */
  readonly evidence: ReadonlySet<Placed>;
  /** What the search found; undefined while nothing is searched. */
  readonly found: ReadonlySet<Placed> | undefined;
}

/** Where a time is, in pixels from the left. */
export function xOf({ scale, view, width }: Scene, time: number): number {
  return GUTTER + ((scale.position(time) - view.from) / view.span) * (width - 2 * GUTTER);
}

/** Marks of one moment stand this far apart. */
const NUDGE_PIXELS = 9;

/** Where a mark is, in pixels from the left. */
export function xOfMark(scene: Scene, { mark, nudge }: Placed): number {
  return xOf(scene, mark.time) + nudge * NUDGE_PIXELS;
}

/** The lane of a mark, in pixels from the top of the rows; ends of streams on the connection's own lane are a little apart. */
export function yOf({ mark, lane }: Placed): number {
  const middle = lane.top + lane.height / 2;
  if (lane.kind !== 'connection') return middle;
  return middle + (mark.from === 'client' ? -6 : 6);
}

/** The mark nearest to a point of the rows, if one is near. */
export function markAt(scene: Scene, x: number, y: number, reach: number): Placed | undefined {
  let nearest: Placed | undefined;
  let least = reach;
  for (const placed of scene.layout.marks) {
    const down = Math.abs(yOf(placed) - y);
    if (down > reach) continue;
    // Evidence is what people aim at.
    const distance = Math.hypot(xOfMark(scene, placed) - x, down) - (scene.evidence.has(placed) ? 2 : 0);
    if (distance < least) {
      least = distance;
      nearest = placed;
    }
  }
  return nearest;
}

/**
 * The clock of a log beside that of a capture. A log that names its zone needs nothing; one that does not is tried in
 * every zone of the world, and taken as the one in which most of its lines meet events that they fit. If none does, or
 * several do equally well, times are not compared.
 */
import type { LogFacts } from '../diagnosis.ts';

/** How the times of a log become those of a capture. */
export type Alignment =
  /** Both have a wall clock. */
  | { readonly kind: 'zoned'; readonly shiftMs: number }
  /** Taken as this many minutes east of UTC, because so many lines then meet an event. */
  | { readonly kind: 'assumed'; readonly shiftMs: number; readonly eastMinutes: number; readonly lines: number }
  /** No zone makes them meet, or more than one does; or one side has no clock. */
  | { readonly kind: 'unknown' };

const MINUTE_MS = 60_000;
/** From UTC-12 to UTC+14, in quarters of an hour: all zones in use. */
const EAST_MIN = -12 * 60;
const EAST_MAX = 14 * 60;
const STEP = 15;

/** `meets` says how many lines meet an event when `shiftMs` is added to their time to get that of the capture. */
export function align(
  log: Pick<LogFacts, 'zone' | 'startMs' | 'yearless'>,
  captureStartMs: number | undefined,
  meets: (shiftMs: number) => number,
): Alignment {
  const { startMs, zone } = log;
  if (startMs === undefined || captureStartMs === undefined) return { kind: 'unknown' };
  const shiftMs = (log.yearless ? inYearOf(captureStartMs, startMs) : startMs) - captureStartMs;
  if (zone === 'given' && !log.yearless) return { kind: 'zoned', shiftMs };
  return assumed(shiftMs, meets);
}

function assumed(shiftMs: number, meets: (shiftMs: number) => number): Alignment {
  let best: { readonly eastMinutes: number; readonly lines: number } | undefined;
  let tied = false;
  for (let eastMinutes = EAST_MIN; eastMinutes <= EAST_MAX; eastMinutes += STEP) {
    const lines = meets(shiftMs - eastMinutes * MINUTE_MS);
    if (lines === 0) continue;
    tied = best !== undefined && lines === best.lines;
    if (best === undefined || lines > best.lines) best = { eastMinutes, lines };
  }
  if (best === undefined || tied) return { kind: 'unknown' };
  return { kind: 'assumed', shiftMs: shiftMs - best.eastMinutes * MINUTE_MS, ...best };
}

/** The same day and time in the year of the capture. */
function inYearOf(captureStartMs: number, timeMs: number): number {
  const date = new Date(timeMs);
  date.setUTCFullYear(new Date(captureStartMs).getUTCFullYear());
  return date.getTime();
}

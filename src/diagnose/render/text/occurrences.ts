/** Of a finding from log lines: how many, when, and a line of bars over the time of the log. */
import type { Finding, LogOccurrences, Params } from '../../finding.ts';
import type { Writer } from '../writer.ts';
import type { Page } from './page.ts';

const BARS = '▁▂▃▄▅▆▇█';
/** Without a line in that part of the time. */
const NO_BAR = '·';
/** Fewer lines make no rate, and no picture. */
const LINES_MIN = 3;
const MINUTE_MS = 60_000;

/** Adds them; nothing for a finding from frames. */
export function addOccurrences(page: Page, writer: Writer, finding: Pick<Finding, 'log'>): void {
  const [counts, histogram] = occurrenceLines(writer, finding);
  if (counts === undefined) return;
  page.gap();
  page.paragraph(counts, 2);
  if (histogram !== undefined) page.paragraph(histogram, 2, 'dim');
}

/** How many and when, and the bars if there are enough for a picture; nothing for a finding from frames. */
export function occurrenceLines(writer: Writer, { log }: Pick<Finding, 'log'>): readonly string[] {
  if (log === undefined) return [];
  const counts = writer.phrase('occurrences', countsOf(log));
  if (log.lines < LINES_MIN || log.histogram.length < 2) return [counts];
  return [counts, writer.phrase('histogram', { bars: barsOf(log.histogram), bucketMs: log.bucketMs })];
}

function countsOf({ lines, firstLine, lastLine, firstMs, lastMs }: LogOccurrences): Params {
  const span = firstMs === undefined || lastMs === undefined ? 0 : lastMs - firstMs;
  return {
    lines,
    firstLine: String(firstLine),
    ...(lines > 1 ? { lastLine: String(lastLine) } : {}),
    ...(span > 0 ? { spanMs: span } : {}),
    ...(lines >= LINES_MIN && span >= MINUTE_MS ? { perMinute: rateOf(lines, span) } : {}),
  };
}

/** One digit after the point below 10. */
function rateOf(lines: number, spanMs: number): string {
  const rate = (lines * MINUTE_MS) / spanMs;
  return rate < 10 ? rate.toFixed(1) : String(Math.round(rate));
}

/** `▁·▂█`: the highest bar is the most lines of one part. */
export function barsOf(counts: readonly number[]): string {
  const most = Math.max(...counts, 1);
  return counts.map((count) => (count === 0 ? NO_BAR : BARS[Math.ceil((count / most) * BARS.length) - 1])).join('');
}

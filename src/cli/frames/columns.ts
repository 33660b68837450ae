/**
 * Fixed columns without the cost of general formatting: a line is made for every frame of captures that hold millions.
 * Numbers wider than their column push the rest to the right rather than being cut.
 */

const SPACES: readonly string[] = Array.from({ length: 33 }, (_, width) => ' '.repeat(width));
const THOUSANDTHS: readonly string[] = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));

/** Right-aligned, at most 32 columns wide. */
export function right(text: string, width: number): string {
  return text.length >= width ? text : SPACES[width - text.length]! + text;
}

/** Left-aligned, at most 32 columns wide. */
export function left(text: string, width: number): string {
  return text.length >= width ? text : text + SPACES[width - text.length]!;
}

/** Milliseconds as seconds with six decimals: `40.112003`. */
export function seconds(timeMs: number): string {
  const micros = Math.round(timeMs * 1000);
  const whole = Math.floor(micros / 1_000_000);
  const rest = micros - whole * 1_000_000;
  const millis = Math.floor(rest / 1000);
  return `${whole}.${THOUSANDTHS[millis]!}${THOUSANDTHS[rest - millis * 1000]!}`;
}

/** Numbers and names as the facts of both languages show them. */
import { errorCodeName } from '#h2';

/** `31 ms`, `12.3 s`, `5 min`. */
export function duration(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.max(0, Math.round(durationMs))} ms`;
  if (durationMs < 60_000) return `${(durationMs / 1_000).toFixed(1).replace(/\.0$/, '')} s`;
  return `${(durationMs / 60_000).toFixed(1).replace(/\.0$/, '')} min`;
}

/** `ENHANCE_YOUR_CALM "too_many_pings"`. */
export function farewellText({
  errorCode,
  debugData,
}: {
  readonly errorCode: number;
  readonly debugData: string;
}): string {
  return debugData === '' ? errorCodeName(errorCode) : `${errorCodeName(errorCode)} "${printable(debugData)}"`;
}

/** A peer's text may be anything of any length. */
const QUOTED_MAX = 120;

export function printable(text: string): string {
  const cut = text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}...` : text;
  return cut.replace(/[^ -~]+/g, '.');
}

/** Numbers of the page. */

/** `40.006 s`. */
export function clock(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

/** `0.35 ms`, `10 s`, `2 min 6 s`: three digits say enough. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Number(ms.toPrecision(3))} ms`;
  if (ms < 119_500) return `${Number((ms / 1000).toPrecision(3))} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `12,400`. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** A label of the axis, as fine as the distance to its neighbour needs: `0.712 ms`, `182 ms`, `2.5 s`. */
export function tick(ms: number, stepMs: number): string {
  if (Math.abs(ms) < 1000) return `${Number(ms.toFixed(stepMs < 1 ? 3 : stepMs < 10 ? 1 : 0))} ms`;
  const digits = stepMs >= 1000 ? 1 : stepMs >= 1 ? 3 : 6;
  return `${Number((ms / 1000).toFixed(digits))} s`;
}

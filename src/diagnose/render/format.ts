/** How numbers, times and sizes are written, in each language. */
import { printable } from './printable.ts';

/** The names of units: the only thing in which number formats differ between languages. */
export interface Units {
  readonly ms: string;
  readonly second: string;
  readonly minute: string;
  readonly hour: string;
  readonly byte: string;
  readonly bytes: string;
}

/** `12,400`. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/**
 * `0.35 ms`, `350 ms`, `10 s`, `1.67 s`, `15 min 24 s`, `2 h 5 min`: three digits say enough,
 * and whole numbers stay whole.
 */
export function formatDuration(ms: number, units: Units): string {
  if (ms < 0) return `-${formatDuration(-ms, units)}`;
  if (ms < 999.5) return `${threeDigits(ms)} ${units.ms}`;
  if (ms < 119_500) return `${threeDigits(ms / 1000)} ${units.second}`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 7200) return joined(Math.floor(seconds / 60), units.minute, seconds % 60, units.second);
  const minutes = Math.round(seconds / 60);
  return joined(Math.floor(minutes / 60), units.hour, minutes % 60, units.minute);
}

function joined(major: number, majorUnit: string, minor: number, minorUnit: string): string {
  return minor === 0 ? `${major} ${majorUnit}` : `${major} ${majorUnit} ${minor} ${minorUnit}`;
}

/** At most three significant digits, without trailing zeros: 10.001 -> 10, 1.674 -> 1.67, 119.4 -> 119. */
function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

const KIB = 1024;
const MIB = 1024 * 1024;

/** Exact: `4 MiB` and `64 KiB` when they are whole, otherwise octets, `11,117 bytes`. */
export function formatBytes(value: number, units: Units): string {
  if (value >= MIB && value % MIB === 0) return `${formatCount(value / MIB)} MiB`;
  if (value >= 16 * KIB && value % KIB === 0) return `${formatCount(value / KIB)} KiB`;
  return `${formatCount(value)} ${value === 1 ? units.byte : units.bytes}`;
}

/** `85%`; one digit after the point below 10, and never 100% for what is less. */
export function formatPercent(value: number): string {
  const rounded = value < 10 ? Number(value.toFixed(1)) : Math.round(value);
  return `${rounded === 100 && value < 100 ? 99 : rounded}%`;
}

/** Seconds with milliseconds, `40.006`: the clock of evidence lines. */
export function formatClock(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** `"too_many_pings"`. */
export function formatQuoted(text: string): string {
  return `"${printable(text)}"`;
}

/** `2024-04-25 09:30:00 UTC`. */
export function formatInstant(epochMs: number): string {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? '?' : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

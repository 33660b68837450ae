/**
 * Checks of options, which programs without types fill in as well. Each answers with the value, or with what holds where there is none;
 * a value that makes no sense is a `UsageError` that names the option, what it must be, and what it is.
 */
import { UsageError } from './invariant.ts';

/** A time in milliseconds, 1 at least: shorter ones only make a program spin. `Infinity` stands for never. */
export function durationOption(name: string, value: number | undefined, missing: number, mayBeZero = false): number {
  if (value === undefined) return missing;
  if (typeof value === 'number' && (value >= 1 || (value === 0 && mayBeZero))) return value;
  throw refused(name, mayBeZero ? '0 or a number of 1 or more' : 'a number of 1 or more', value);
}

/** A number of things or octets; `Infinity` where there need be no limit. */
export function wholeOption(
  name: string,
  value: number | undefined,
  missing: number,
  least = 1,
  most = Number.POSITIVE_INFINITY,
): number {
  if (value === undefined) return missing;
  const isWhole = Number.isInteger(value) || value === Number.POSITIVE_INFINITY;
  if (isWhole && value >= least && value <= most) return value;
  const range = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`;
  throw refused(name, `a whole number ${range}`, value);
}

export function flagOption(name: string, value: boolean | undefined, missing: boolean): boolean {
  if (value === undefined) return missing;
  if (typeof value === 'boolean') return value;
  throw refused(name, 'true or false', value);
}

/** Options that belong together. */
export function groupOption<Group extends object>(name: string, value: Group | undefined): Partial<Group> {
  if (value === undefined) return {};
  if (typeof value === 'object' && value !== null) return value;
  throw refused(name, 'an object', value);
}

export function refused(name: string, what: string, value: unknown): UsageError {
  const shown = typeof value === 'string' ? `'${value}'` : String(value);
  return new UsageError(`${name} must be ${what}, not ${shown}`);
}

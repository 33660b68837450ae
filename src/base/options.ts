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
export function groupOption<Group extends object>(
  name: string,
  value: Group | undefined,
  names: OptionNames<Group>,
): Partial<Group> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null) throw refused(name, 'an object', value);
  checkNames(name, value, names);
  return value;
}

/** The names of all options of an interface: the compiler misses one that is left out. */
export type OptionNames<Options extends object> = Readonly<Record<keyof Options, true>>;

/**
 * Refuses options that there are not: a setting that is ignored in silence is worse than none. `elsewhere`: names that other
 * libraries give to options, and the name here.
 */
export function checkNames<Options extends object>(
  owner: string,
  options: Options,
  names: OptionNames<Options>,
  elsewhere: Readonly<Record<string, string>> = {},
): void {
  if (typeof options !== 'object' || options === null) throw refused(`the options of ${owner}`, 'an object', options);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(names, name)) continue;
    const known = Object.keys(names);
    const meant = Object.hasOwn(elsewhere, name) ? elsewhere[name] : known.find((other) => isNear(name, other));
    const hint = meant === undefined ? `its options are ${known.sort().join(', ')}` : `here that is ${meant}`;
    throw new UsageError(`${owner} has no option '${name}': ${hint}`);
  }
}

/** Another spelling: other capitals and signs, the unit left out, or the plural. */
function isNear(name: string, other: string): boolean {
  const bare = (text: string): string => text.toLowerCase().replace(/[^a-z]|(?:ms|bytes|s)$/g, '');
  return bare(name) === bare(other);
}

export function refused(name: string, what: string, value: unknown): UsageError {
  const shown = typeof value === 'string' ? `'${value}'` : String(value);
  return new UsageError(`${name} must be ${what}, not ${shown}`);
}

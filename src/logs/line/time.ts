/**
 * Times as programs write them. Most logs leave out the zone, some the year or the date: what is missing is said, not
 * guessed, because lines are later compared with captures.
 */

export interface LogTime {
  /** Milliseconds since 1970, as if in UTC where `zoned` is false. */
  readonly epochMs: number;
  /** The line names its zone, or counts from 1970. */
  readonly zoned: boolean;
  /** Without a year; then `YEARLESS` stands in for it. */
  readonly yearless: boolean;
}

/** A leap year, so that February 29 exists. */
export const YEARLESS = 2000;

/** A time stands at the beginning, behind a level or a container's prefix at most. */
const HEAD_MAX = 96;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

interface Form {
  readonly pattern: RegExp;
  readonly read: (groups: Groups) => LogTime | undefined;
}

type Groups = Readonly<Record<string, string | undefined>>;

/** Fixed widths and one level of optional parts: no expression here can backtrack far. */
const forms: readonly Form[] = [
  // 2026-11-21T13:26:42.287Z, 2026-11-21 13:26:42,287 +0800: ISO 8601, zap, log4j, pino, CRI
  {
    pattern:
      /(?<y>\d{4})-(?<mo>\d\d)-(?<d>\d\d)[T ](?<h>\d\d):(?<mi>\d\d):(?<s>\d\d)(?:[.,](?<f>\d{1,9}))?\s?(?<z>Z|[+-]\d\d:?\d\d)?/,
    read: dated,
  },
  // 2026/11/21 13:26:42.287: Go's log package, nginx
  {
    pattern: /(?<y>\d{4})\/(?<mo>\d\d)\/(?<d>\d\d) (?<h>\d\d):(?<mi>\d\d):(?<s>\d\d)(?:\.(?<f>\d{1,9}))?/,
    read: dated,
  },
  // [21/Nov/2026:13:26:42.287 +0000]: HAProxy, access logs
  {
    pattern:
      /(?<d>\d\d)\/(?<mon>[A-Za-z]{3})\/(?<y>\d{4}):(?<h>\d\d):(?<mi>\d\d):(?<s>\d\d)(?:\.(?<f>\d{1,9}))?(?: (?<z>[+-]\d{4}))?/,
    read: dated,
  },
  // I0000 00:00:1795267615.404790: absl, seconds since 1970
  { pattern: /^[IWEF]0000 00:00:(?<epoch>\d{9,10})\.(?<f>\d{1,9})/, read: counted },
  // E1121 13:26:42.287000: klog, glog
  { pattern: /^[IWEF](?<mo>\d\d)(?<d>\d\d) (?<h>\d\d):(?<mi>\d\d):(?<s>\d\d)\.(?<f>\d{6})/, read: dated },
  // Nov 21, 2026 1:26:42 PM: java.util.logging
  {
    pattern: /(?<mon>[A-Z][a-z]{2}) (?<d>\d{1,2}), (?<y>\d{4}),? (?<h>\d{1,2}):(?<mi>\d\d):(?<s>\d\d)\s(?<half>[AP]M)/,
    read: dated,
  },
  // Nov 21 13:26:42: syslog, journald
  { pattern: /^(?:<\d{1,3}>)?(?<mon>[A-Z][a-z]{2}) (?<d>[ \d]\d) (?<h>\d\d):(?<mi>\d\d):(?<s>\d\d)/, read: dated },
  // 13:26:42.287 [main]: logback's default
  { pattern: /^(?<h>\d\d):(?<mi>\d\d):(?<s>\d\d)[.,](?<f>\d{3})\b/, read: dated },
];

/** The time of a line, from its beginning; undefined where there is none. */
export function timeOf(text: string): LogTime | undefined {
  const head = text.slice(0, HEAD_MAX);
  for (const { pattern, read } of forms) {
    const groups = pattern.exec(head)?.groups;
    const time = groups === undefined ? undefined : read(groups);
    if (time !== undefined) return time;
  }
  return undefined;
}

/** A number in a field that is a time: its size tells the unit. */
export function timeOfNumber(value: number): LogTime | undefined {
  // From 2001 to 2286, in seconds, milliseconds, microseconds and nanoseconds.
  const scales = [
    [1e9, 1e10, 1000],
    [1e12, 1e13, 1],
    [1e15, 1e16, 1e-3],
    [1e18, 1e19, 1e-6],
  ] as const;
  const scale = scales.find(([from, to]) => value >= from && value < to);
  return scale === undefined ? undefined : { epochMs: value * scale[2], zoned: true, yearless: false };
}

function counted({ epoch, f }: Groups): LogTime {
  return { epochMs: Number(epoch) * 1000 + fractionMs(f), zoned: true, yearless: false };
}

function dated({ y, mo, mon, d, h, mi, s, f, z, half }: Groups): LogTime | undefined {
  const month = mon === undefined ? Number(mo ?? 1) - 1 : MONTHS.indexOf(mon.toLowerCase());
  const day = Number(d ?? 1);
  const hour = hourOf(Number(h), half);
  if (month < 0 || month > 11 || day < 1 || day > 31 || hour > 24) return undefined;
  const localMs = Date.UTC(Number(y ?? YEARLESS), month, day, hour, Number(mi), Number(s)) + fractionMs(f);
  return { epochMs: localMs - offsetMs(z), zoned: z !== undefined, yearless: y === undefined };
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  return (hour % 12) + (half === 'PM' ? 12 : 0);
}

function fractionMs(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(`0.${digits}`) * 1000;
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const digits = zone.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return (digits.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** The diagnosis of one log: octets in, findings out. Memory does not grow with the log. */
import { decodeUtf8 } from '#base';
import { type Finding, readings } from '#diagnose';
import { LogClock, type Zone } from './clock.ts';
import { continues } from './entry.ts';
import { unwrap } from './envelope/unwrap.ts';
import { findingsOf } from './findings.ts';
import { Encoding } from './line/encoding.ts';
import { LineSplitter } from './line/splitter.ts';
import type { Occurrence } from './occurrence.ts';
import { prefilter, recognise } from './recogniser.ts';
import type { Group } from './tally/group.ts';
import { Tally } from './tally/tally.ts';

/** Octets of a line that are decoded. A JSON line must be whole to be read. */
const DECODED_MAX = 64 * 1024;
/** The beginning of a line, where its time stands. */
const HEAD_MAX = 200;
/** A time is read of so many first lines, and then of every so many: enough for the beginning and the end of the log. */
const TIMED_FIRST = 64;
const TIMED_EVERY = 256;
/** Beginnings of lines kept for a recognised line without a time: a stack trace is rarely deeper. */
const HEADS_KEPT = 64;
/** Lines between two of one entry: a chain of causes has a trace of its own at each. */
const ENTRY_LINES_MAX = 300;

const CERTAINTY = { certain: 2, likely: 1, possible: 0 } as const;

/** What was read. */
export interface LogFacts {
  readonly lines: number;
  /** Lines with a known error; repeated words of one entry count once. */
  readonly known: number;
  readonly zone: Zone;
  /** The first time of the log, as if in UTC where it names no zone. */
  readonly startMs: number | undefined;
  /** The times leave out the year. */
  readonly yearless: boolean;
  readonly durationMs: number;
}

export class LogDiagnosis {
  readonly #encoding = new Encoding();
  readonly #splitter = new LineSplitter((bytes, start, end, line) => this.#line(bytes, start, end, line));
  readonly #clock = new LogClock();
  readonly #tally = new Tally();
  readonly #found = new Set<number>();
  /** Octets of the last beginnings, so that a trace can be timed by the line that it belongs to. */
  readonly #heads = Array.from({ length: HEADS_KEPT }, () => ({ bytes: new Uint8Array(HEAD_MAX), length: 0 }));
  #pending: Occurrence | undefined;
  #known = 0;

  /** Takes the next piece. Its octets may be reused after the call. */
  push(bytes: Uint8Array): void {
    this.#splitter.push(this.#encoding.decode(bytes));
  }

  /** The input is complete. */
  end(): void {
    this.#splitter.end();
    this.#flush();
    this.#timeEnd();
  }

  get facts(): LogFacts {
    const { first, zone, durationMs } = this.#clock;
    const lines = this.#splitter.lines;
    const yearless = first?.yearless ?? false;
    return { lines, known: this.#known, zone, startMs: first?.epochMs, yearless, durationMs };
  }

  /** The groups of lines, for the joining with captures. */
  get groups(): readonly Group[] {
    return this.#tally.groups;
  }

  /** Worst first; without the lines that are `explained` elsewhere, as far as all lines of their kind were kept. */
  findings(explained: ReadonlySet<number> = new Set()): Finding[] {
    const groups = this.#tally.groups.flatMap((group) => group.without(explained));
    return findingsOf(groups, this.#clock);
  }

  #line(bytes: Uint8Array, start: number, end: number, line: number): void {
    this.#keepHead(bytes, start, end, line);
    this.#found.clear();
    if (prefilter.search(bytes, start, end, this.#found)) this.#look(bytes, start, end, line);
    else if (line <= TIMED_FIRST || line % TIMED_EVERY === 0) this.#clock.see(this.#headTime(line));
  }

  #keepHead(bytes: Uint8Array, start: number, end: number, line: number): void {
    const head = this.#heads[line % HEADS_KEPT]!;
    head.length = Math.min(end - start, HEAD_MAX);
    const kept = head.bytes;
    for (let at = 0; at < head.length; at++) kept[at] = bytes[start + at]!;
  }

  #headTime(line: number): ReturnType<typeof unwrap>['time'] {
    const { bytes, length } = this.#heads[line % HEADS_KEPT]!;
    return unwrap(decodeUtf8(bytes, 0, length)).time;
  }

  #look(bytes: Uint8Array, start: number, end: number, line: number): void {
    const { text, time } = unwrap(decodeUtf8(bytes, start, Math.min(end, start + DECODED_MAX)));
    const said = recognise(text, this.#found);
    if (said === undefined) return;
    const goesOn = continues(text, time !== undefined);
    const timeMs = this.#clock.see(time) ?? this.#timeBefore(line) ?? this.#clock.latestMs;
    const { reading } = said;
    if (reading === 'echo') return;
    this.#take({ ...said, reading, line, timeMs }, goesOn);
  }

  /** The time of the nearest line before that has one. */
  #timeBefore(line: number): number | undefined {
    for (let back = 1; back < HEADS_KEPT && back < line; back++) {
      const time = this.#headTime(line - back);
      if (time !== undefined) return this.#clock.see(time);
    }
    return undefined;
  }

  /** One entry counts once: of its lines the one that tells most. */
  #take(occurrence: Occurrence, goesOn: boolean): void {
    const before = this.#pending;
    const sameEntry = before !== undefined && goesOn && occurrence.line - before.line <= ENTRY_LINES_MAX;
    if (sameEntry && tellsMore(before, occurrence)) return;
    if (!sameEntry) this.#flush();
    this.#pending = occurrence;
  }

  #flush(): void {
    if (this.#pending === undefined) return;
    this.#tally.add(this.#pending);
    this.#known++;
    this.#pending = undefined;
  }

  #timeEnd(): void {
    const last = this.#splitter.lines;
    for (let back = 0; back < HEADS_KEPT && back < last; back++) {
      const time = this.#headTime(last - back);
      if (time === undefined) continue;
      this.#clock.see(time);
      return;
    }
  }
}

function tellsMore(one: Occurrence, other: Occurrence): boolean {
  return CERTAINTY[readings[one.reading].certainty] >= CERTAINTY[readings[other.reading].certainty];
}

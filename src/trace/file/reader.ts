/**
 * Lines of text back into trace events: the reading half of the trace file (docs/trace-format.md). A bad line is a problem
 * with its number, and reading goes on; lines of kinds that only newer versions know are passed over and counted.
 */
import type { TraceSink } from '../events.ts';
import { type EventLine, eventShapes } from './event-shape.ts';
import { fieldOf } from './headers-line.ts';
import { Lines } from './lines.ts';
import { isRecord } from './shape.ts';
import { TRACE_VERSION } from './writer.ts';

export interface TraceProblem {
  /**
   * `not-a-trace`, `unsupported-version`: of the first line, nothing else is read; `not-json`, `bad-event`, `too-long`: of
   * one line, the others are read.
   */
  readonly kind: 'not-a-trace' | 'unsupported-version' | 'not-json' | 'bad-event' | 'too-long';
  /** From 1. */
  readonly line: number;
  /** What was found, as one English sentence without an end. */
  readonly detail: string;
}

/** Problems kept: the first ones show what is wrong with a file, their number how much. */
const PROBLEMS_MAX = 20;

/** Quoted of a line that cannot be read. */
const QUOTED_MAX = 60;

export class TraceFileReader {
  readonly #sink: TraceSink;
  readonly #lines: Lines;
  readonly #problems: TraceProblem[] = [];
  #state: 'header' | 'events' | 'refused' = 'header';
  #line = 0;
  /** Bad lines, those beyond the kept problems included. */
  badLines = 0;
  /** Lines of kinds that are not known here. */
  passedOver = 0;
  /** Events given to the sink. */
  events = 0;
  /** Wall clock of time 0, milliseconds since 1970; undefined where the file does not say. */
  startEpochMs: number | undefined = undefined;

  constructor(sink: TraceSink) {
    this.#sink = sink;
    this.#lines = new Lines({ line: (text) => this.#read(text) });
  }

  /** The first problems, in order. */
  get problems(): readonly TraceProblem[] {
    return this.#problems;
  }

  /** The next octets of the file (UTF-8), cut anywhere. */
  push(bytes: Uint8Array): void {
    this.#lines.push(bytes);
  }

  /** The file is complete; its last line may lack its end. */
  end(): void {
    this.#lines.end();
    if (this.#state === 'header') this.#refuse('not-a-trace', 'the file is empty');
  }

  /** One line of a file that the caller has cut into lines. */
  pushLine(line: string): void {
    this.#read(line);
  }

  #read(line: string | undefined): void {
    this.#line++;
    if (this.#state === 'refused' || line?.trim() === '') return;
    if (line === undefined) {
      this.#problem('too-long', 'the line is longer than any event');
      return;
    }
    const value = parse(line);
    if (this.#state === 'header') this.#readHeader(value, line);
    else if (value === undefined) this.#problem('not-json', `'${line.slice(0, QUOTED_MAX)}' is not JSON`);
    else this.#readEvent(value);
  }

  #readHeader(value: unknown, line: string): void {
    if (!isRecord(value) || value.calmwire !== 'trace') {
      this.#refuse('not-a-trace', `the first line is '${line.slice(0, QUOTED_MAX)}'`);
    } else if (value.version !== TRACE_VERSION) {
      const version = String(value.version).slice(0, QUOTED_MAX);
      this.#refuse('unsupported-version', `the file has version ${version}, version ${TRACE_VERSION} can be read`);
    } else {
      this.#state = 'events';
      if (typeof value.startEpochMs === 'number') this.startEpochMs = value.startEpochMs;
    }
  }

  #readEvent(value: unknown): void {
    const kind = isRecord(value) ? value.kind : undefined;
    if (typeof kind !== 'string') {
      this.#problem('bad-event', 'the line has no kind of event');
      return;
    }
    const shape = eventShapes.get(kind);
    if (shape === undefined) this.passedOver++;
    else if (shape(value)) this.#deliver(value);
    else this.#problem('bad-event', `the line is no event of kind '${kind.slice(0, QUOTED_MAX)}'`);
  }

  #deliver(line: EventLine): void {
    this.events++;
    this.#sink(line.kind === 'headers' ? { ...line, fields: line.fields.map(fieldOf) } : line);
  }

  #refuse(kind: TraceProblem['kind'], detail: string): void {
    this.#state = 'refused';
    this.#problem(kind, detail);
  }

  #problem(kind: TraceProblem['kind'], detail: string): void {
    this.badLines++;
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push({ kind, line: Math.max(1, this.#line), detail });
  }
}

/** `undefined` for what is not JSON, which no JSON text means. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

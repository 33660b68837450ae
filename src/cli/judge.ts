/** Events in, a report out that can be shared: what `explain` and the library door have in common. */
import type { Redactor } from '#base';
import { Diagnosis, type Report, redactReport } from '#diagnose';
import { secretWatch, type TraceEvent } from '#trace';
import type { ReadResult } from './read/read-recording.ts';
import { reportOf } from './report.ts';

export class Judge {
  readonly #diagnosis = new Diagnosis();
  readonly #redactor: Redactor | undefined;
  readonly #watch: ((event: TraceEvent) => void) | undefined;

  /** Without a redactor, secrets stay. */
  constructor(redactor: Redactor | undefined) {
    this.#redactor = redactor;
    this.#watch = redactor === undefined ? undefined : secretWatch(redactor);
  }

  begin(): void {}

  /** Bound, so that it can be handed over as a `TraceSink`. */
  readonly event = (event: TraceEvent): void => {
    if (event.kind === 'headers') this.#watch?.(event);
    this.#diagnosis.event(event);
  };

  /** Secrets are hidden here, once, before any renderer sees the report. */
  report(read: ReadResult): Report {
    const report = reportOf(read, this.#diagnosis.finish());
    return this.#redactor === undefined ? report : redactReport(report, this.#redactor);
  }
}

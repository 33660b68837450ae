/** Events in, a report out that can be shared: what `explain` and the library door have in common. */
import type { Redactor } from '#base';
import { CallMessages, Diagnosis, type Report, redactReport, type Verdict } from '#diagnose';
import type { MessagePorts } from '#grpc';
import { LogDiagnosis } from '#logs';
import { secretWatch, type TraceEvent } from '#trace';
import { payloadBytesMax } from './proto/open.ts';
import type { ReadResult } from './read/read-recording.ts';
import { reportOf } from './report.ts';

export class Judge {
  /** Reads the input if it is a log. */
  readonly log = new LogDiagnosis();
  readonly #diagnosis = new Diagnosis();
  readonly #redactor: Redactor | undefined;
  readonly #messages: CallMessages;
  readonly #watch: ((event: TraceEvent) => void) | undefined;

  /** How many octets of each message are wanted. */
  readonly payloadBytesMax: number | undefined;

  /** Without a redactor, secrets stay. */
  constructor(redactor: Redactor | undefined, ports: MessagePorts) {
    this.payloadBytesMax = payloadBytesMax(ports);
    this.#messages = new CallMessages(ports, redactor);
    this.#redactor = redactor;
    this.#watch = redactor === undefined ? undefined : secretWatch(redactor);
  }

  begin(): void {}

  /** Bound, so that it can be handed over as a `TraceSink`. */
  readonly event = (event: TraceEvent): void => {
    // Most events are frames, and those hold no fields and no messages.
    if (event.kind !== 'frame') {
      if (event.kind === 'headers') this.#watch?.(event);
      this.#messages.event(event);
    }
    this.#diagnosis.event(event);
  };

  /** Secrets are hidden here, once, before any renderer sees the report. */
  report(read: ReadResult): Report {
    const verdict = read.facts.log === undefined ? this.#recordingVerdict() : logVerdict(this.log);
    const report = reportOf(read, verdict);
    return this.#redactor === undefined ? report : redactReport(report, this.#redactor);
  }

  #recordingVerdict(): Verdict {
    const { connections, findings } = this.#diagnosis.finish();
    return { connections, findings: this.#messages.attach(findings) };
  }
}

function logVerdict(log: LogDiagnosis): Verdict {
  return { connections: [], findings: log.findings() };
}

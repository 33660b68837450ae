/** The explanation of one failed call: facts from the failure, findings from the flight recorder. */
import { Redactor } from '#base';
import { type Finding, type Report, redactReport, renderBrief } from '#diagnose';
import type { Explanation, ExplanationLanguage } from '#rpc';
import { secretWatch, type TraceEvent } from '#trace';
import { formatAddress } from '#transport';
import { factsOf } from './facts.ts';
import { judge } from './judge.ts';
import type { Told } from './texts.ts';

export class CallExplanation implements Explanation {
  readonly #told: Told;
  readonly #events: readonly TraceEvent[];
  #report: Report | undefined;
  /** Explanations end up in logs and tickets. */
  #redactor: Redactor | undefined;

  /** `events` are those of the connection, in its recorder's numbering; none if nothing was recorded. */
  constructor(told: Told, events: readonly TraceEvent[]) {
    this.#told = told;
    this.#events = events;
  }

  get facts(): readonly string[] {
    return this.#factsIn('en');
  }

  get findings(): readonly Finding[] {
    return this.report.findings;
  }

  /** For `renderText` and `renderJson` of `calmwire/diagnose`. */
  get report(): Report {
    this.#report ??= redactReport(this.#judge(), this.#secrets);
    return this.#report;
  }

  #judge(): Report {
    const { connections, findings } = judge(
      this.#events,
      this.#told.failure.connection?.id ?? 0,
      this.#told.failure.stream,
    );
    const { connection } = this.#told.failure;
    const name =
      connection === undefined ? 'recorder' : `connection ${connection.id} to ${formatAddress(connection.remote)}`;
    const durationMs = this.#events.at(-1)?.timeMs ?? 0;
    const input = { name, format: 'recorder', packets: 0, bytes: 0, startEpochMs: undefined, durationMs, problems: [] };
    return { input, connections, findings };
  }

  text(language: ExplanationLanguage = 'en'): string {
    const facts = this.#factsIn(language).join(language === 'en' ? ' ' : '');
    const { report } = this;
    // Healthy traffic has findings too, of severity info: they explain no failure.
    const failures = report.findings.filter(({ severity }) => severity !== 'info');
    if (failures.length === 0) return facts;
    return `${facts}\n\n${renderBrief({ ...report, findings: failures }, { language })}`.trimEnd();
  }

  toString(): string {
    return this.text();
  }

  /** A peer's debug data and faults are quoted in them. */
  #factsIn(language: ExplanationLanguage): string[] {
    return factsOf(this.#told, language).map((fact) => this.#secrets.text(fact));
  }

  /** Knows the secrets that the connection carried, in case the peer repeats one. */
  get #secrets(): Redactor {
    if (this.#redactor !== undefined) return this.#redactor;
    this.#redactor = new Redactor();
    const watch = secretWatch(this.#redactor);
    for (const event of this.#events) watch(event);
    return this.#redactor;
  }
}

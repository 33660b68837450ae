/** The explanation of one failed call: facts from the failure, findings from the flight recorder. */
import { type Finding, type Report, renderBrief, type Verdict } from '#diagnose';
import type { Explanation, ExplanationLanguage } from '#rpc';
import type { TraceEvent } from '#trace';
import { formatAddress } from '#transport';
import { factsOf } from './facts.ts';
import { judge } from './judge.ts';
import type { Told } from './texts.ts';

export class CallExplanation implements Explanation {
  readonly #told: Told;
  readonly #events: readonly TraceEvent[];
  #verdict: Verdict | undefined;

  /** `events` are those of the connection, in its recorder's numbering; none if nothing was recorded. */
  constructor(told: Told, events: readonly TraceEvent[]) {
    this.#told = told;
    this.#events = events;
  }

  get facts(): readonly string[] {
    return factsOf(this.#told, 'en');
  }

  get findings(): readonly Finding[] {
    return this.#judged.findings;
  }

  /** For `renderText` and `renderJson` of `calmwire/diagnose`. */
  get report(): Report {
    const { connections, findings } = this.#judged;
    const { connection } = this.#told.failure;
    const name =
      connection === undefined ? 'recorder' : `connection ${connection.id} to ${formatAddress(connection.remote)}`;
    const durationMs = this.#events.at(-1)?.timeMs ?? 0;
    const input = { name, format: 'recorder', packets: 0, bytes: 0, startEpochMs: undefined, durationMs, problems: [] };
    return { input, connections, findings };
  }

  text(language: ExplanationLanguage = 'en'): string {
    const facts = factsOf(this.#told, language).join(language === 'en' ? ' ' : '');
    const { report } = this;
    // Healthy traffic has findings too, of severity info: they explain no failure.
    const failures = report.findings.filter(({ severity }) => severity !== 'info');
    if (failures.length === 0) return facts;
    return `${facts}\n\n${renderBrief({ ...report, findings: failures }, { language })}`.trimEnd();
  }

  toString(): string {
    return this.text();
  }

  get #judged(): Verdict {
    const { connection, stream } = this.#told.failure;
    this.#verdict ??= judge(this.#events, connection?.id ?? 0, stream);
    return this.#verdict;
  }
}

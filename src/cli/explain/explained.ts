/** One input, read and judged. */
import type { Report, TimelineSource } from '#diagnose';
import type { LogDiagnosis } from '#logs';
import type { Language } from '../language.ts';
import { messagesIn } from '../messages/index.ts';
import { problemText } from '../problem-text.ts';
import type { ReadResult } from '../read/read-recording.ts';

export interface Explained {
  readonly read: ReadResult;
  /** All that was read: one input, or two that were compared. */
  readonly reads: readonly ReadResult[];
  readonly report: Report;
  /** The events that a timeline shows; undefined where the format has none. */
  readonly timeline: TimelineSource | undefined;
  /** The lines, if the input is a log. */
  readonly log: LogDiagnosis | undefined;
}

/** The report for people: what could not be read is said in their language too. */
export function forPeople({ read, report }: Explained, language: Language): Report {
  const problems = read.problems.map((problem) => problemText(problem, messagesIn[language]));
  return { ...report, input: { ...report.input, problems } };
}

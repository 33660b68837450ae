/** Logs and captures of one command: lines that belong to a finding of a capture become evidence of it. */
import type { Redactor } from '#base';
import { type Report, redactFinding } from '#diagnose';
import { type Alignment, join } from '#logs';
import { messagesIn } from '../messages/index.ts';
import { problemText } from '../problem-text.ts';
import type { JoinProblem } from '../read/content.ts';
import type { Explained } from './explained.ts';

/** Each log is held against each capture; without both there is nothing to do. */
export function joinLogs(explained: readonly Explained[], redactor: Redactor | undefined): readonly Explained[] {
  if (!explained.some(isLog) || !explained.some(isCapture)) return explained;
  const reports = explained.map(({ report }) => report);
  const logs = explained.map((one) => (isLog(one) ? joinLog(one, explained, reports, redactor) : one));
  return logs.map((one, at) => ({ ...one, report: isLog(one) ? one.report : (reports[at] ?? one.report) }));
}

function isLog({ log, read }: Explained): boolean {
  return log !== undefined && read.facts.format === 'log' && log.facts.known > 0;
}

function isCapture({ read, report }: Explained): boolean {
  return read.facts.log === undefined && report.connections.length > 0;
}

/** Replaces the reports of the captures in `reports`, and returns the log without the lines that they took. */
function joinLog(
  one: Explained,
  explained: readonly Explained[],
  reports: Report[],
  redactor: Redactor | undefined,
): Explained {
  const { log, report, read } = one;
  if (log === undefined) return one;
  const taken = new Set<number>();
  const problems: JoinProblem[] = [];
  explained.forEach((other, at) => {
    const capture = reports[at];
    if (capture === undefined || !isCapture(other)) return;
    const joined = join(capture, { name: read.name, log });
    reports[at] = redacted(joined.report, redactor);
    for (const line of joined.lines) taken.add(line);
    problems.push(...problemOf(joined.alignment, capture));
  });
  const findings = redacted({ ...report, findings: log.findings(taken) }, redactor).findings;
  const summary = report.input.log === undefined ? {} : { log: { ...report.input.log, joined: taken.size } };
  const sentences = problems.map((problem) => problemText(problem, messagesIn.en));
  const told = { ...read, problems: [...read.problems, ...problems] };
  return {
    ...one,
    read: told,
    reads: [told],
    report: {
      ...report,
      findings,
      input: { ...report.input, ...summary, problems: [...report.input.problems, ...sentences] },
    },
  };
}

/** The words of the lines are new to the report. */
function redacted(report: Report, redactor: Redactor | undefined): Report {
  if (redactor === undefined) return report;
  return { ...report, findings: report.findings.map((finding) => redactFinding(finding, redactor)) };
}

/** Clocks that name their zones need no word. */
function problemOf(alignment: Alignment, capture: Report): readonly JoinProblem[] {
  const { name } = capture.input;
  if (alignment.kind === 'zoned') return [];
  if (alignment.kind === 'unknown') return [{ layer: 'join', kind: 'unaligned', capture: name }];
  const { eastMinutes, lines } = alignment;
  return [{ layer: 'join', kind: 'assumed-zone', capture: name, eastMinutes, lines }];
}

/** The report as a message: short enough for an incident channel, in the Markdown that GitHub, Slack, Feishu and DingTalk share. */
import type { Report } from '../report.ts';
import { escapeMarkdown } from './markdown/escape.ts';
import { findingMarkdown } from './markdown/finding.ts';
import type { Language } from './messages/index.ts';
import { marks, oneLine } from './text/finding.ts';
import { inputLine, inputsOf, isFailure, noFailure, wasJudged } from './text.ts';
import { type Writer, writerOf } from './writer.ts';

/** Findings told in full; a channel needs the worst ones, and the others by name. */
const FINDINGS_MAX = 3;
const LINES_MAX = 10;
const PROBLEMS_MAX = 5;

/** The message; several reports stand one below the other, each under the name of its input. Ends with a line feed. */
export function renderMarkdown(reports: readonly Report[], language: Language): string {
  const parts = reports.map((report) => reportMarkdown(writerOf(report, language), report, reports.length > 1));
  return `${parts.join('\n\n---\n\n')}\n`;
}

function reportMarkdown(writer: Writer, report: Report, named: boolean): string {
  const failures = report.findings.filter(isFailure);
  const infos = report.findings.filter((finding) => !isFailure(finding));
  const connections = new Map(report.connections.map((connection) => [connection.id, connection]));
  const parts = [
    ...(named ? [`**${escapeMarkdown(report.input.name)}**`] : []),
    ...(failures.length === 0
      ? [`**${wasJudged(report) ? '✔ ' : ''}${escapeMarkdown(noFailure(writer, report))}**`]
      : []),
    ...failures
      .slice(0, FINDINGS_MAX)
      .flatMap((finding) => findingMarkdown(writer, finding, connections.get(finding.connections[0] ?? 0))),
    ...list(writer, [...failures.slice(FINDINGS_MAX), ...infos]),
    ...inputsOf(report).map((one) => `_${escapeMarkdown(inputLine(writer, one))}_`),
    ...report.input.problems
      .slice(0, PROBLEMS_MAX)
      .map((problem) => escapeMarkdown(writer.phrase('problem', { problem }))),
  ];
  return parts.join('\n\n');
}

/** What else there is, a line each. */
function list(writer: Writer, findings: Report['findings']): readonly string[] {
  if (findings.length === 0) return [];
  const lines = findings
    .slice(0, LINES_MAX)
    .map((finding) => `- ${marks[finding.severity]} ${escapeMarkdown(oneLine(writer, finding))}`);
  const left = findings.length - LINES_MAX;
  if (left > 0) lines.push(`- ${escapeMarkdown(writer.phrase('moreInfo', { count: left }))}`);
  return [`**${writer.phrase('infoHeading')}**`, lines.join('\n')];
}

/** One line a file, when several were explained. */
import { displayWidth, type Finding, type Report, type Severity } from '#diagnose';
import { escapeControls } from './frames/printable.ts';
import type { Messages } from './messages/index.ts';

export interface SummaryRow {
  readonly report: Report;
  /** `nothing`: it was read, and there is nothing in it to judge; `unreadable`: it is no recording. */
  readonly outcome: 'judged' | 'nothing' | 'unreadable';
}

const GAP = '  ';

/**
 * The table with its heading; ends with a line feed. Where `columns` are too few, the last column is left out: the lines
 * about each file have said the same.
 */
export function summaryTable(rows: readonly SummaryRow[], { summary }: Messages, columns: number | undefined): string {
  const heading = [summary.file, summary.connections, summary.errors, summary.warnings, summary.infos, summary.worst];
  const cells = [heading, ...rows.map((row) => cellsOf(row, summary))];
  const widths = heading.map((_, column) => cells.reduce((most, row) => Math.max(most, displayWidth(row[column]!)), 0));
  const whole = widths.reduce((sum, width) => sum + width) + GAP.length * (widths.length - 1);
  const shown = columns !== undefined && whole > columns ? widths.slice(0, -1) : widths;
  return cells.map((row) => `${lineOf(row, shown)}\n`).join('');
}

function lineOf(row: readonly string[], widths: readonly number[]): string {
  return widths
    .map((width, column) => aligned(row[column]!, column, width))
    .join(GAP)
    .trimEnd();
}

/** The first and the last column hold text, the ones between numbers. */
function aligned(text: string, column: number, width: number): string {
  const blanks = ' '.repeat(width - displayWidth(text));
  return column === 0 || column === 5 ? text + blanks : blanks + text;
}

function cellsOf({ report, outcome }: SummaryRow, summary: Messages['summary']): string[] {
  const { connections, input, findings } = report;
  const counts = countsOf(findings);
  const failure = findings.find(({ severity }) => severity !== 'info');
  const numbers = [connections.length, counts.error, counts.warning, counts.info];
  return [escapeControls(input.name), ...numbers.map(String), failure?.id ?? summary.outcome[outcome]];
}

/** Root findings: what they explain is told under them. */
function countsOf(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const counts: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** One line a file, when several were explained. */
import { displayWidth, type Finding, type Report, type Severity } from '#diagnose';
import { escapeControls } from './frames/printable.ts';
import type { Messages } from './messages/index.ts';

/** A report, or the name of what gave none. */
export interface SummaryRow {
  readonly report: Report;
  readonly usable: boolean;
}

/** The table with its heading; ends with a line feed. */
export function summaryTable(rows: readonly SummaryRow[], { summary }: Messages): string {
  const heading = [summary.file, summary.connections, summary.errors, summary.warnings, summary.infos, summary.worst];
  const cells = [heading, ...rows.map((row) => cellsOf(row, summary))];
  const widths = heading.map((_, column) => cells.reduce((most, row) => Math.max(most, displayWidth(row[column]!)), 0));
  return cells
    .map(
      (row) =>
        `${row
          .map((text, column) => aligned(text, column, widths[column]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function cellsOf({ report, usable }: SummaryRow, summary: Messages['summary']): string[] {
  const counts = countsOf(report.findings);
  const worst = usable
    ? (report.findings.find(({ severity }) => severity !== 'info')?.id ?? summary.fine)
    : summary.unusable;
  const { connections, input } = report;
  const numbers = [connections.length, counts.error, counts.warning, counts.info];
  return [escapeControls(input.name), ...numbers.map(String), worst];
}

/** Root findings: what they explain is told under them. */
function countsOf(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const counts: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** The first and the last column hold text, the ones between numbers. */
function aligned(text: string, column: number, width: number): string {
  const blanks = ' '.repeat(width - displayWidth(text));
  return column === 0 || column === 5 ? text + blanks : blanks + text;
}

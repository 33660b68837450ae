/** The report for people: on a terminal, in a log or in a file. */
import type { Finding, InputSide } from '../finding.ts';
import type { CallCounts, InputSummary, LogSummary, Report } from '../report.ts';
import { formatInstant } from './format.ts';
import type { Language } from './messages/index.ts';
import { printable } from './printable.ts';
import { foreignPlace } from './text/evidence.ts';
import { addFinding, marks, oneLine, verdictLine } from './text/finding.ts';
import { addExample, addHops } from './text/hops.ts';
import { Page, type Style } from './text/page.ts';
import { settingPhrase } from './text/remedies.ts';
import { Writer, writerOf } from './writer.ts';

export type { Style, StyleName } from './text/page.ts';

export interface TextOptions {
  readonly language: Language;
  /** Columns of the page; 80 unless given, 48 at the least. */
  readonly width?: number | undefined;
  /** Makes text look like what it is; without it, text stays plain. */
  readonly style?: Style | undefined;
  /** Findings of severity info in full too, and no list shortened. */
  readonly all?: boolean | undefined;
}

const OK_MARK = '✔';
/** Info findings shown; healthy captures of long runs have many. */
const INFO_MAX = 8;
const PROBLEMS_MAX = 5;

/** The whole report: failures in full, what else was seen in one line each, then what was read. Ends with a line feed. */
export function renderText(report: Report, options: TextOptions): string {
  const page = new Page(options.width, options.style, options.all);
  const writer = writerOf(report, options.language);
  const failures = report.findings.filter(isFailure);
  const infos = report.findings.filter((finding) => !isFailure(finding));
  addHops(page, writer, report);
  page.gap();
  if (failures.length === 0) addNoFailure(page, writer, report);
  addFindings(page, writer, report, options.all === true ? [...failures, ...infos] : failures);
  addExample(page, writer, report);
  if (options.all !== true) addInfo(page, writer, infos);
  addInput(page, writer, report);
  return page.toString();
}

function addFindings(page: Page, writer: Writer, report: Report, findings: readonly Finding[]): void {
  const connections = new Map(report.connections.map((connection) => [connection.id, connection]));
  for (const finding of findings) {
    page.gap();
    addFinding(page, writer, finding, connections.get(finding.connections[0] ?? 0));
  }
}

/** Failures told in a paragraph when several inputs are; the others of the same input get a line. */
const BRIEF_MAX = 2;

/** A paragraph an input, for several at once: its name, the verdict, what happened, and the first thing to change. */
export function renderBrief(report: Report, options: TextOptions): string {
  const page = new Page(options.width, options.style);
  const writer = new Writer(options.language);
  const failures = report.findings.filter(isFailure);
  page.paragraph(printable(report.input.name), 0, 'heading');
  for (const finding of failures.slice(0, BRIEF_MAX)) addBriefly(page, writer, finding);
  for (const finding of failures.slice(BRIEF_MAX)) addLine(page, writer, finding);
  if (failures.length === 0) addNoFailure(page, writer, report);
  addProblems(page, writer, report, 2);
  return `${page.toString()}\n`;
}

function addBriefly(page: Page, writer: Writer, finding: Finding): void {
  const { severity, remedies } = finding;
  page.cells([{ text: marks[severity], columns: 2, style: severity }], writer.title(finding), 'title');
  page.paragraph(verdictLine(writer, finding), 2, 'dim');
  page.paragraph(writer.explanation(finding), 2);
  for (const line of finding.evidence.filter(({ input }) => input !== undefined).slice(0, BRIEF_MAX))
    page.paragraph(foreignPlace(line) + writer.evidence(line), 2, 'dim');
  for (const consequence of finding.consequences) addLine(page, writer, consequence);
  const [first] = remedies;
  if (first !== undefined)
    page.paragraph(writer.phrase('firstChange', { change: settingPhrase(writer, first) }), 2, 'strong');
}

/** A finding in one line, under another or for want of room. */
function addLine(page: Page, writer: Writer, finding: Finding): void {
  const mark = { text: marks[finding.severity], columns: 2, style: finding.severity } as const;
  page.cells([{ text: '', columns: 2 }, mark], oneLine(writer, finding));
}

/** Not only something seen. */
export function isFailure({ severity }: Finding): boolean {
  return severity !== 'info';
}

function addNoFailure(page: Page, writer: Writer, report: Report): void {
  page.cells([{ text: OK_MARK, columns: 2, style: 'ok' }], noFailure(writer, report), 'title');
}

/** There was something that could have failed. */
export function wasJudged({ connections, input }: Report): boolean {
  return connections.length > 0 || input.log !== undefined;
}

/** The verdict where there is none. */
export function noFailure(writer: Writer, { connections, input }: Report): string {
  if (input.log !== undefined) return noLogFailure(writer, input.log);
  if (connections.length === 0) return writer.phrase('nothingFollowed', { packets: input.packets });
  const { total, ok } = callsOf(connections);
  return writer.phrase('noFailure', { connections: connections.length, calls: total, ok });
}

function noLogFailure(writer: Writer, { lines, joined }: LogSummary): string {
  return joined > 0 ? writer.phrase('allJoined', { joined }) : writer.phrase('noKnownLine', { lines });
}

function callsOf(connections: Report['connections']): Pick<CallCounts, 'total' | 'ok'> {
  let total = 0;
  let ok = 0;
  for (const { calls } of connections) {
    total += calls.total;
    ok += calls.ok;
  }
  return { total, ok };
}

function addInfo(page: Page, writer: Writer, infos: readonly Finding[]): void {
  if (infos.length === 0) return;
  page.gap();
  page.paragraph(writer.phrase('infoHeading'), 0, 'heading');
  for (const finding of infos.slice(0, INFO_MAX)) {
    page.cells(
      [
        { text: '', columns: 2 },
        { text: marks.info, columns: 2, style: 'info' },
      ],
      oneLine(writer, finding),
    );
  }
  const left = infos.length - INFO_MAX;
  if (left > 0) page.paragraph(writer.phrase('moreInfo', { count: left }), 4, 'dim');
}

function addInput(page: Page, writer: Writer, report: Report): void {
  page.gap();
  for (const one of inputsOf(report)) page.paragraph(inputLine(writer, one), 0, 'dim');
  addProblems(page, writer, report, 0);
}

/** Of a comparison the two inputs, each with its own connections. */
export function inputsOf({ input, connections, comparison }: Report): readonly Pick<Report, 'input' | 'connections'>[] {
  const other = comparison?.serverInput;
  if (other === undefined) return [{ input, connections }];
  const of = (side: InputSide): Report['connections'] => connections.filter((connection) => connection.side === side);
  return [
    { input, connections: of('client-side') },
    { input: other, connections: of('server-side') },
  ];
}

/** What was read, in one line. */
export function inputLine(writer: Writer, { input, connections }: Pick<Report, 'input' | 'connections'>): string {
  if (input.log !== undefined) return logLine(writer, input, input.log);
  const { name, format, packets, durationMs, startEpochMs } = input;
  const read = {
    name,
    format,
    packets,
    durationMs,
    connections: connections.length,
    calls: callsOf(connections).total,
  };
  const whole = startEpochMs === undefined ? read : { ...read, instant: formatInstant(startEpochMs) };
  return writer.phrase('read', whole);
}

function logLine(writer: Writer, input: InputSummary, { lines, known }: LogSummary): string {
  const { name, format, durationMs, startEpochMs } = input;
  const over = durationMs > 0 ? { durationMs } : {};
  const from = startEpochMs === undefined ? {} : { instant: formatInstant(startEpochMs) };
  return writer.phrase('readLog', { name, format, lines, known, ...over, ...from });
}

function addProblems(page: Page, writer: Writer, { input }: Report, indent: number): void {
  for (const problem of input.problems.slice(0, PROBLEMS_MAX)) {
    page.paragraph(writer.phrase('problem', { problem }), indent, 'warning');
  }
}

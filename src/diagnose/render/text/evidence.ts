/** The evidence of a finding as a timeline: time, direction, frame, what it shows. */
import type { Side } from '#base';
import type { Evidence, Finding } from '../../finding.ts';
import { formatClock } from '../format.ts';
import { printable } from '../printable.ts';
import { timeline } from '../timeline.ts';
import { displayWidth, padStart } from '../width.ts';
import type { Writer } from '../writer.ts';
import { type Cell, type Page, widest } from './page.ts';

/** More lines hide what matters; the JSON report has all of them. */
const LINES_MAX = 14;
const INDENT = 4;
const GAP = 2;
/** Below this width the names of the sides give way to the arrow alone. */
const NAMED_ARROWS_MIN = 72;

interface Row {
  readonly time: string;
  readonly from: Side | 'none';
  readonly frame: string;
  /** Empty where the line is about the finding as a whole. */
  readonly connection: string;
  readonly text: string;
  /** It is a line of a log. */
  readonly isLine: boolean;
}

/** Adds the heading and the lines; nothing when there is no evidence. */
export function addEvidence(page: Page, writer: Writer, finding: Finding): void {
  if (finding.evidence.length === 0) return;
  page.gap();
  page.paragraph(writer.phrase('evidence'), 2, 'heading');
  addEvidenceTable(page, writer, finding, page.room(LINES_MAX), INDENT);
}

/** The lines alone, `indent` columns from the left, the first and the last of them if there are more than `most`. */
export function addEvidenceTable(page: Page, writer: Writer, finding: Finding, most: number, indent: number): void {
  const { shown, left } = chosen(timeline(finding.evidence), most);
  const rows = shown.map((line) => rowOf(line, writer));
  const elsewhere = finding.evidence.some(
    ({ connection, side }) => side !== undefined || (connection !== 0 && connection !== finding.connections[0]),
  );
  const table = layout(rows, writer, page.width, elsewhere, indent);
  page.cells(table.heads, '');
  for (const row of rows) page.cells(table.cells(row), row.text);
  if (left > 0) page.paragraph(writer.phrase('moreEvidence', { count: left }), table.indent, 'dim');
}

interface Table {
  readonly heads: readonly Cell[];
  readonly cells: (row: Row) => readonly Cell[];
  readonly indent: number;
}

/** Columns as wide as their widest entry, heads included; the text takes the rest. */
function layout(rows: readonly Row[], writer: Writer, width: number, elsewhere: boolean, indent: number): Table {
  const arrows = arrowsOf(writer, width);
  const head: Row & { readonly arrow: string } = {
    time: writer.phrase('timeColumn'),
    from: 'none',
    arrow: arrows.client.length > 1 ? writer.phrase('directionColumn') : '',
    frame: writer.phrase(rows.some(({ isLine }) => isLine) ? 'lineColumn' : 'frameColumn'),
    connection: writer.phrase('connectionColumn'),
    text: '',
    isLine: false,
  };
  const all = [head, ...rows];
  const times = widest(all.map(({ time }) => time));
  const frames = widest(all.map(({ frame }) => frame));
  const connections = widest(all.map(({ connection }) => connection));
  const arrowColumns = widest([head.arrow, ...Object.values(arrows)]);
  const cells = ({ time, from, frame, connection }: Row, arrow: string): Cell[] => [
    { text: '', columns: indent },
    { text: padStart(time, times), columns: times + GAP, style: 'dim' },
    ...(elsewhere
      ? [{ text: padStart(connection, connections), columns: connections + GAP, style: 'dim' } as const]
      : []),
    { text: arrow, columns: arrowColumns + GAP, style: from === 'none' ? 'dim' : from },
    { text: padStart(frame, frames), columns: frames + GAP, style: 'dim' },
  ];
  return {
    heads: cells(head, head.arrow),
    cells: (row) => cells(row, row.from === 'none' ? '' : arrows[row.from]),
    indent: indent + times + GAP,
  };
}

/** The beginning and the end: what led to it, and the event itself. */
function chosen(evidence: readonly Evidence[], most: number): { shown: readonly Evidence[]; left: number } {
  const left = evidence.length - most;
  if (left <= 0) return { shown: evidence, left: 0 };
  const head = most / 2;
  return { shown: [...evidence.slice(0, head), ...evidence.slice(evidence.length - head)], left };
}

function rowOf(line: Evidence, writer: Writer): Row {
  const text = foreignPlace(line) + writer.evidence(line);
  if (line.key === 'repeated') return { time: '', from: 'none', frame: '', connection: '', text, isLine: false };
  return {
    time: `${formatClock(line.timeMs)} s`,
    from: line.from,
    frame: placeOf(line),
    connection: line.connection === 0 ? '' : writer.connection(line.connection),
    text,
    isLine: line.line !== undefined && line.input === undefined,
  };
}

/** A frame, or a line of the log that is reported on. */
function placeOf({ frame, line, input }: Evidence): string {
  const number = input === undefined ? (line ?? frame) : frame;
  return number === undefined ? '' : String(number);
}

/** Where a line of another input stands: `app.log:12`, without its folders. */
export function foreignPlace({ line, input }: Pick<Evidence, 'line' | 'input'>): string {
  if (input === undefined || line === undefined) return '';
  return `${printable(input.slice(input.lastIndexOf('/') + 1))}:${line} `;
}

/** Both of one width, so that the column stands still: `client → server`, `server → client`. */
function arrowsOf(writer: Writer, width: number): Readonly<Record<Side, string>> {
  const { client, server } = writer.messages.words;
  const named = width >= NAMED_ARROWS_MIN && displayWidth(client) === displayWidth(server);
  return named ? { client: `${client} → ${server}`, server: `${server} → ${client}` } : { client: '→', server: '←' };
}

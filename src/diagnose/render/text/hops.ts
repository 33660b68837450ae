/** What a comparison of two hops adds to the page: how they belong together, and one call on both, side by side. */
import type { Evidence, Params } from '../../finding.ts';
import { stackName } from '../../remedies/stacks.ts';
import type { ComparisonSummary, Report } from '../../report.ts';
import { formatClock } from '../format.ts';
import { printable } from '../printable.ts';
import { displayWidth, wrap } from '../width.ts';
import type { Writer } from '../writer.ts';
import { type Cell, type Page, widest } from './page.ts';

/** Routes in the line; the JSON report has all. */
const ROUTES_MAX = 6;
const INDENT = 2;
const GAP = 2;
const BAR = '│ ';
const ARROWS: Readonly<Record<Evidence['from'], string>> = { client: '→ ', server: '← ', none: '  ' };

/** The first lines of the report: which input is which side, how many calls were found on both, and how sure the clocks are. */
export function addHops(page: Page, writer: Writer, report: Report): void {
  const { comparison } = report;
  if (comparison === undefined) return;
  const { calls, swapped, relation, proxy, serverInput, routes } = comparison;
  const clientSide = printable(report.input.name);
  const between = proxy === undefined || proxy === 'proxy' ? writer.messages.words.proxy : proxyName(proxy);
  const other: Params = serverInput === undefined ? {} : { serverSide: printable(serverInput.name) };
  page.paragraph(
    writer.phrase(relation === 'path' ? 'hopsPath' : 'hops', { clientSide, proxy: between, ...other }),
    0,
    'heading',
  );
  if (swapped) page.paragraph(writer.phrase('hopsSwapped', { clientSide }), 0, 'warning');
  const matched = calls.certain + calls.likely + calls.possible;
  const counts = {
    relation,
    matched,
    calls: calls.clientSide,
    certain: calls.certain,
    likely: calls.likely,
    possible: calls.possible,
    ambiguous: calls.ambiguous.clientSide,
    alone: calls.alone.clientSide,
    others: calls.alone.serverSide,
    outside: calls.outside.clientSide,
  };
  page.paragraph(writer.phrase('hopsMatched', counts), 0, 'dim');
  page.paragraph(writer.phrase('hopsClock', clockParams(comparison)), 0, 'dim');
  if (routes.length > 0) page.paragraph(writer.phrase('hopsRoutes', { list: routeList(writer, comparison) }), 0, 'dim');
}

/** Only what is more than its own error is worth saying. */
function clockParams({ clock }: ComparisonSummary): Params {
  const { by, errorMs, driftPpm, wallClockAheadMs } = clock;
  const isOff = wallClockAheadMs !== undefined && Math.abs(wallClockAheadMs) > errorMs && by !== 'wall-clock';
  return {
    by,
    errorMs,
    ...(isOff ? { aheadMs: wallClockAheadMs, isBehind: wallClockAheadMs < 0 } : {}),
    ...(driftPpm === 0 ? {} : { drift: String(Math.round(driftPpm)) }),
  };
}

/** `Envoy`, `nginx 1.22.1`. */
function proxyName(proxy: string): string {
  const [id = '', ...version] = proxy.split('/');
  return printable([stackName(id), ...version].join(' '));
}

function routeList(writer: Writer, { relation, routes }: ComparisonSummary): string {
  const shown = routes.slice(0, ROUTES_MAX).map(({ clientSide, serverSide, calls }) =>
    writer.phrase(relation === 'path' ? 'hopsTwin' : 'hopsRoute', {
      clientSide: writer.connection(clientSide),
      serverSide: writer.connection(serverSide),
      calls,
    }),
  );
  const more = routes.length - shown.length;
  return [...shown, ...(more > 0 ? [writer.phrase('moreInfo', { count: more })] : [])].join(writer.messages.listGap);
}

/** One call: time, the hop of the client, the proxy as a bar, the hop of the server. */
export function addExample(page: Page, writer: Writer, { comparison }: Report): void {
  const example = comparison?.example;
  if (example === undefined) return;
  page.gap();
  const method = example.method === '' ? writer.phrase('unknownMethod') : printable(example.method);
  const certainty = writer.messages.certainties[example.certainty];
  page.paragraph(writer.phrase('hopsExample', { method, certainty }), 0, 'heading');
  const times = example.steps.map(({ timeMs }) => `${formatClock(timeMs)} s`);
  const timeColumns = widest(times) + GAP;
  const columns = Math.floor((page.width - INDENT - timeColumns - BAR.length) / 2);
  const row = (time: string, left: string, right: string, from: Evidence['from']): void => {
    const style = from === 'none' ? 'dim' : from;
    const cells: Cell[] = [
      { text: '', columns: INDENT },
      { text: time, columns: timeColumns, style: 'dim' },
      { text: left, columns, style },
      { text: BAR, columns: displayWidth(BAR), style: 'dim' },
    ];
    page.cells(cells, right, style);
  };
  const [here, there] =
    comparison?.relation === 'path' ? (['clientPlace', 'serverPlace'] as const) : (['clientHop', 'serverHop'] as const);
  row('', sideHead(writer, here, example.clientSide), sideHead(writer, there, example.serverSide), 'none');
  for (const [at, step] of example.steps.entries()) {
    const arrow = ARROWS[step.from];
    const lines = wrap(writer.evidence(step), columns - arrow.length - 1);
    for (const [number, line] of lines.entries()) {
      const text = `${number === 0 ? arrow : '  '}${line}`;
      const isLeft = step.side !== 'server-side';
      row(number === 0 ? times[at]! : '', isLeft ? text : '', isLeft ? '' : text, step.from);
    }
  }
}

function sideHead(
  writer: Writer,
  key: 'clientHop' | 'serverHop' | 'clientPlace' | 'serverPlace',
  { connection }: { readonly connection: number },
): string {
  return `${writer.phrase(key)} (${writer.connection(connection)})`;
}

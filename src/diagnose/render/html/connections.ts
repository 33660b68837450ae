/** The connections of an input as a table. */
import { formatEndpoint } from '#base';
import type { ConnectionSummary, Report } from '../../report.ts';
import { formatClock, formatCount } from '../format.ts';
import type { Writer } from '../writer.ts';
import { escapeHtml } from './escape.ts';

/** Rows; the JSON report has all of them. */
const ROWS_MAX = 200;

export function connectionsHtml(writer: Writer, { connections }: Report): string {
  if (connections.length === 0) return '';
  const { page } = writer.messages;
  const heads = ['#', page.client, page.server, page.protocol, page.time, page.ended, page.calls, page.frames];
  const shown = connections.slice(0, ROWS_MAX);
  const count = page.shownConnections
    .replace('{n}', formatCount(shown.length))
    .replace('{m}', formatCount(connections.length));
  const note = shown.length < connections.length ? `<p class="more">${escapeHtml(count)}</p>` : '';
  return `<details class="connections"><summary>${escapeHtml(page.connections)} (${formatCount(connections.length)})</summary>
<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(page.connections)}"><table><thead><tr>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead><tbody>
${shown.map((connection) => row(writer, connection)).join('\n')}
</tbody></table></div>${note}</details>`;
}

function row(writer: Writer, connection: ConnectionSummary): string {
  const { id, client, server, protocol, openedMs, closedMs, how, closedBy, calls, frames } = connection;
  const { page, words } = writer.messages;
  const end = how === 'open' || closedMs === undefined ? page.open : how.toUpperCase();
  const by = closedBy === undefined ? '' : `, ${words[closedBy]}`;
  const span = `${formatClock(openedMs)} – ${closedMs === undefined ? '' : formatClock(closedMs)} s`;
  const cells = [
    `<td class="num">${id}</td>`,
    cell(withStack(formatEndpoint(client), connection.clientStack)),
    cell(withStack(formatEndpoint(server), connection.serverStack)),
    cell(protocol),
    cell(span, 'num'),
    cell(`${end}${by}`),
    cell(`${formatCount(calls.total)} (${formatCount(calls.ok)})`, 'num'),
    cell(formatCount(frames), 'num'),
  ];
  return `<tr>${cells.join('')}</tr>`;
}

function cell(text: string, style = ''): string {
  return style === '' ? `<td>${escapeHtml(text)}</td>` : `<td class="${style}">${escapeHtml(text)}</td>`;
}

function withStack(address: string, stack: string | undefined): string {
  return stack === undefined ? address : `${address} (${stack})`;
}

/** One finding as HTML: verdict, explanation, evidence, who was hit, what to change, what follows from it. */
import { catalog } from '../../catalog.ts';
import type { Finding, Severity } from '../../finding.ts';
import type { ConnectionSummary } from '../../report.ts';
import type { EvidenceDocument, FindingDocument } from '../document.ts';
import { expandReferences } from '../references.ts';
import { foreignPlace } from '../text/evidence.ts';
import { connectionList, ends, marks, oneLine, verdictLine } from '../text/finding.ts';
import { listOf } from '../text/list.ts';
import { messageHead } from '../text/messages.ts';
import { occurrenceLines } from '../text/occurrences.ts';
import { remedyGroups, settingPhrase } from '../text/remedies.ts';
import { type VictimGroup, victimGroups } from '../text/victims.ts';
import type { Writer } from '../writer.ts';
import { escapeCode, escapeHtml } from './escape.ts';
import { elementOf } from './page-data.ts';

/** Lines of one finding; the JSON report has all of them. */
const EVIDENCE_MAX = 60;
const VICTIMS_MAX = 30;
const MESSAGES_MAX = 12;
const STREAMS_MAX = 12;

/** What the findings of one input share. */
export interface FindingPlace {
  readonly writer: Writer;
  /** Which input, from 0. */
  readonly input: number;
  readonly connections: ReadonlyMap<number, ConnectionSummary>;
  /** Numbers the lines of evidence over the whole page, as `PageData` does. */
  readonly count: { evidence: number };
}

/** A finding with its document, whose consequences stand in the same order. */
export function findingHtml(place: FindingPlace, finding: Finding, document: FindingDocument): string {
  const id = elementOf(place.input, document);
  return `<article class="finding ${finding.severity}" id="${id}" aria-labelledby="${id}-t">
<h3 id="${id}-t">${badge(place, finding.severity)} ${escapeHtml(place.writer.title(finding))}</h3>
${body(place, finding, document)}
</article>`;
}

/** The same, folded: for what was merely seen, and for what follows from something else. */
export function foldedFinding(place: FindingPlace, finding: Finding, document: FindingDocument): string {
  const id = elementOf(place.input, document);
  return `<details class="finding ${finding.severity}" id="${id}"><summary>${badge(place, finding.severity)} ${escapeHtml(oneLine(place.writer, finding))}</summary>
${body(place, finding, document)}
</details>`;
}

/** The mark for the eye, the word for everybody. */
export function badge({ writer }: Pick<FindingPlace, 'writer'>, severity: Severity): string {
  const word = escapeHtml(writer.messages.severities[severity]);
  return `<span class="badge ${severity}"><span aria-hidden="true">${marks[severity]}</span> ${word}</span>`;
}

function body(place: FindingPlace, finding: Finding, document: FindingDocument): string {
  const { writer, connections } = place;
  const connection = connections.get(finding.connections[0] ?? 0);
  const about = verdictLine(writer, finding).replaceAll('\u00a0', ' ');
  return [
    `<p class="verdict">${escapeHtml(about)}</p>`,
    connection === undefined ? '' : `<p class="ends">${escapeHtml(ends(connection))}</p>`,
    `<p>${escapeHtml(writer.explanation(finding))}</p>`,
    ...occurrenceLines(writer, finding).map((line) => `<p class="verdict">${escapeHtml(line)}</p>`),
    evidence(place, finding, document.evidence),
    victims(writer, finding),
    messages(writer, finding),
    remedies(writer, finding),
    consequences(place, finding, document),
    references(writer, finding),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function evidence(place: FindingPlace, finding: Finding, lines: readonly EvidenceDocument[]): string {
  if (lines.length === 0) return '';
  const { writer, count } = place;
  const first = count.evidence;
  count.evidence += lines.length;
  const elsewhere = lines.some(
    ({ connection, side }) => side !== undefined || (connection !== null && connection !== finding.connections[0]),
  );
  const column = writer.phrase(finding.log === undefined ? 'frameColumn' : 'lineColumn');
  const heads = [writer.phrase('timeColumn'), ...(elsewhere ? [writer.phrase('connectionColumn')] : [])];
  const all = [...heads, writer.phrase('directionColumn'), column, writer.phrase('evidence')];
  const rows = lines.slice(0, EVIDENCE_MAX).map((line, at) => evidenceRow(writer, line, first + at, elsewhere));
  const left = lines.length - EVIDENCE_MAX;
  const more = left > 0 ? `<p class="more">${escapeHtml(writer.phrase('moreEvidence', { count: left }))}</p>` : '';
  return `<h4>${escapeHtml(writer.phrase('evidence'))}</h4>
<table class="evidence"><thead><tr>${all.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table>${more}`;
}

function evidenceRow(writer: Writer, line: EvidenceDocument, number: number, elsewhere: boolean): string {
  if (line.key === 'repeated') {
    return `<tr class="rest"><td colspan="${elsewhere ? 4 : 3}"></td><td>${escapeHtml(line.text)}</td></tr>`;
  }
  const { page } = writer.messages;
  const time = `${line.time.toFixed(3)} s`;
  const frame = placeOf(line);
  const label = line.frame === null ? time : `${time}, ${page.frame.replace('{n}', frame)}`;
  const side = line.from === 'client' ? page.toServer : line.from === 'server' ? page.toClient : '';
  return (
    `<tr data-evidence="${number}"><td class="num"><button type="button" class="at" aria-label="${escapeHtml(label)}">${time}</button></td>` +
    (elsewhere
      ? `<td class="num">${line.connection === null ? '' : escapeHtml(writer.connection(line.connection))}</td>`
      : '') +
    `<td class="side ${line.from ?? ''}">${escapeHtml(side)}</td><td class="num">${escapeHtml(frame)}</td><td>${escapeHtml(textOf(line))}</td></tr>`
  );
}

/** A frame, or a line of the log that is reported on. */
function placeOf({ frame, line, input }: EvidenceDocument): string {
  const number = input === null ? (line ?? frame) : frame;
  return number === null ? '' : String(number);
}

function textOf({ line, input, text }: EvidenceDocument): string {
  return line === null || input === null ? text : foreignPlace({ line, input }) + text;
}

function victims(writer: Writer, finding: Finding): string {
  if (finding.victims.length === 0) return '';
  const groups = victimGroups(finding.victims);
  const left = groups.length - VICTIMS_MAX;
  const items = groups
    .slice(0, VICTIMS_MAX)
    .map((group) => `<li class="retry-${group.retry}">${victimItem(writer, group)}</li>`);
  if (left > 0) items.push(`<li class="more">${escapeHtml(writer.phrase('moreEvidence', { count: left }))}</li>`);
  return `<h4>${escapeHtml(writer.phrase('hit'))}</h4>\n<ul class="victims">${items.join('\n')}</ul>`;
}

function victimItem(writer: Writer, { method, retry, streams }: VictimGroup): string {
  const name = method === '' ? writer.phrase('unknownMethod') : method;
  const calls = [...streams.values()].reduce((sum, ids) => sum + ids.length, 0);
  const line = writer.phrase('hitGroup', { method: name, calls, retry: writer.messages.retries[retry] });
  const places = [...streams].slice(0, STREAMS_MAX).map(([connection, ids]) => {
    const text = writer.phrase('hitStreams', listOf(writer, ids, STREAMS_MAX));
    return writer.phrase('elsewhere', { text, connections: connectionList(writer, { connections: [connection] }) });
  });
  return `${escapeHtml(line)}<br><span class="dim">${places.map(escapeHtml).join('; ')}</span>`;
}

/** What the calls had said, where it could be decoded. */
function messages(writer: Writer, { messages: all = [] }: Finding): string {
  if (all.length === 0) return '';
  const items = all.slice(0, MESSAGES_MAX).map((message) => {
    const notes = message.notes.map((note) => `<span class="dim">${escapeHtml(writer.note(note))}</span>`);
    const text = message.text === '' ? [] : [`<code>${escapeHtml(message.text)}</code>`];
    return `<li>${[escapeHtml(messageHead(writer, message)), ...text, ...notes].join('<br>')}</li>`;
  });
  const left = all.length - MESSAGES_MAX;
  if (left > 0) items.push(`<li class="more">${escapeHtml(writer.phrase('moreEvidence', { count: left }))}</li>`);
  return `<h4>${escapeHtml(writer.phrase('messages'))}</h4>\n<ul class="victims">${items.join('\n')}</ul>`;
}

function remedies(writer: Writer, finding: Finding): string {
  if (finding.remedies.length === 0) return '';
  const items = remedyGroups(writer, finding.remedies).map(({ reason, remedies: settings }) => {
    const blocks = settings.map(
      (remedy) =>
        `<p class="setting">${escapeHtml(settingPhrase(writer, remedy))}</p><div class="snippet"><pre><code>${escapeCode(remedy.snippet)}</code></pre></div>`,
    );
    return `<li>${escapeHtml(reason)}${blocks.join('')}</li>`;
  });
  return `<h4>${escapeHtml(writer.phrase('change'))}</h4>\n<ol class="remedies">${items.join('\n')}</ol>`;
}

/** Recursion follows the nesting that the rules give their findings, two or three deep. */
function consequences(place: FindingPlace, finding: Finding, document: FindingDocument): string {
  if (finding.consequences.length === 0) return '';
  const folded = finding.consequences.map((below, at) => foldedFinding(place, below, document.consequences[at]!));
  return `<h4>${escapeHtml(place.writer.phrase('consequences'))}</h4>\n${folded.join('\n')}`;
}

function references(writer: Writer, { id }: Finding): string {
  const links = expandReferences(catalog[id].references).map(
    ({ title, url }) => `<a href="${escapeHtml(url)}" rel="noreferrer noopener">${escapeHtml(title)}</a>`,
  );
  if (links.length === 0) return '';
  const [before, after] = writer.phrase('references', { list: '\uffff' }).split('\uffff');
  return `<p class="references">${escapeHtml(before ?? '')}${links.join(escapeHtml(writer.messages.listGap))}${escapeHtml(after ?? '')}</p>`;
}

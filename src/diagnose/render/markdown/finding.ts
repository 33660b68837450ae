/** One finding as Markdown: the verdict first, then what proves it, who was hit and what to change. */

import { catalog } from '../../catalog.ts';
import type { Finding, Remedy } from '../../finding.ts';
import type { ConnectionSummary } from '../../report.ts';
import { printable } from '../printable.ts';
import { expandReferences } from '../references.ts';
import { addEvidenceTable } from '../text/evidence.ts';
import { ends, flattened, marks, oneLine, verdictLine } from '../text/finding.ts';
import { listOf } from '../text/list.ts';
import { messageHead } from '../text/messages.ts';
import { occurrenceLines } from '../text/occurrences.ts';
import { Page } from '../text/page.ts';
import { remedyGroups, settingPhrase } from '../text/remedies.ts';
import { type VictimGroup, victimGroups } from '../text/victims.ts';
import type { Writer } from '../writer.ts';
import { codeBlock, escapeMarkdown, withoutCalls } from './escape.ts';

/** A message in a channel is read on a telephone too: what leads to the event, the event, and the change to make. */
const EVIDENCE_MAX = 10;
const VICTIMS_MAX = 4;
const MESSAGES_MAX = 2;
const MESSAGE_CHARACTERS_MAX = 200;
const REMEDIES_MAX = 2;
const CONSEQUENCES_MAX = 4;
const STREAMS_MAX = 8;

/** Evidence lines are not wrapped: code blocks scroll, and a wrapped column would lose its place. */
const EVIDENCE_COLUMNS = 1000;

/** The parts of one finding, to be set apart by empty lines. */
export function findingMarkdown(
  writer: Writer,
  finding: Finding,
  connection: ConnectionSummary | undefined,
): readonly string[] {
  return [
    ...verdict(writer, finding, connection),
    escapeMarkdown(writer.explanation(finding)),
    ...occurrenceLines(writer, finding).map(escapeMarkdown),
    ...evidence(writer, finding),
    ...victims(writer, finding),
    ...messages(writer, finding),
    ...remedies(writer, finding.remedies),
    ...consequences(writer, finding),
    ...references(writer, finding),
  ];
}

/** Bold, not a heading: chat programs without headings show their `#`. */
function verdict(writer: Writer, finding: Finding, connection: ConnectionSummary | undefined): readonly string[] {
  const { severity } = finding;
  const word = writer.messages.severities[severity];
  const title = `**${marks[severity]} ${word}: ${escapeMarkdown(writer.title(finding))}**`;
  const about = escapeMarkdown(verdictLine(writer, finding).replaceAll('\u00a0', ' '));
  const between = connection === undefined ? [] : [escapeMarkdown(ends(connection))];
  return [title, [about, ...between].join('  \n')];
}

/** A block of fixed width, because few chat programs draw tables. */
function evidence(writer: Writer, finding: Finding): readonly string[] {
  if (finding.evidence.length === 0) return [];
  const page = new Page(EVIDENCE_COLUMNS);
  addEvidenceTable(page, writer, finding, EVIDENCE_MAX, 0);
  return [heading(writer, 'evidence'), codeBlock(withoutCalls(page.toString().trimEnd()))];
}

function victims(writer: Writer, finding: Finding): readonly string[] {
  if (finding.victims.length === 0) return [];
  const groups = victimGroups(finding.victims);
  const lines = groups.slice(0, VICTIMS_MAX).map((group) => `- ${victimLine(writer, group)}`);
  return [heading(writer, 'hit'), [...lines, ...more(writer, 'moreEvidence', groups.length - VICTIMS_MAX)].join('\n')];
}

function victimLine(writer: Writer, { method, retry, streams }: VictimGroup): string {
  const name = method === '' ? writer.phrase('unknownMethod') : printable(method);
  const ids = [...streams.values()].flat();
  const line = writer.phrase('hitGroup', { method: name, calls: ids.length, retry: writer.messages.retries[retry] });
  if (streams.size > 1) return escapeMarkdown(line);
  const connections = writer.phrase('hitStreams', listOf(writer, ids, STREAMS_MAX));
  return escapeMarkdown(writer.phrase('elsewhere', { text: line, connections }));
}

function messages(writer: Writer, { messages: all = [] }: Finding): readonly string[] {
  if (all.length === 0) return [];
  const lines = all.slice(0, MESSAGES_MAX).map((message) => {
    const text = printable(message.text, MESSAGE_CHARACTERS_MAX);
    return `- ${escapeMarkdown([messageHead(writer, message), text].filter((part) => part !== '').join(' '))}`;
  });
  const left = more(writer, 'moreEvidence', all.length - MESSAGES_MAX);
  return [heading(writer, 'messages'), [...lines, ...left].join('\n')];
}

function remedies(writer: Writer, all: readonly Remedy[]): readonly string[] {
  if (all.length === 0) return [];
  const shown = all.slice(0, REMEDIES_MAX);
  const groups = remedyGroups(writer, shown).flatMap(({ reason, remedies: settings }, index) => [
    `${index + 1}. ${escapeMarkdown(reason)}`,
    ...settings.flatMap((remedy) => [
      `**${escapeMarkdown(settingPhrase(writer, remedy))}**`,
      codeBlock(remedy.snippet),
    ]),
  ]);
  return [heading(writer, 'change'), ...groups, ...more(writer, 'moreRemedies', all.length - REMEDIES_MAX)];
}

function consequences(writer: Writer, finding: Finding): readonly string[] {
  const all = flattened(finding.consequences);
  if (all.length === 0) return [];
  const lines = all
    .slice(0, CONSEQUENCES_MAX)
    .map(({ finding: below, depth }) => `${'  '.repeat(depth)}- ${escapeMarkdown(oneLine(writer, below))}`);
  const left = more(writer, 'moreConsequences', all.length - CONSEQUENCES_MAX);
  return [heading(writer, 'consequences'), [...lines, ...left].join('\n')];
}

function references(writer: Writer, { id }: Finding): readonly string[] {
  const links = expandReferences(catalog[id].references).map(({ title, url }) => `[${escapeMarkdown(title)}](${url})`);
  return links.length === 0 ? [] : [writer.phrase('references', { list: links.join(writer.messages.listGap) })];
}

function heading(writer: Writer, phrase: 'evidence' | 'hit' | 'messages' | 'change' | 'consequences'): string {
  return `**${writer.phrase(phrase)}**`;
}

function more(
  writer: Writer,
  phrase: 'moreEvidence' | 'moreRemedies' | 'moreConsequences',
  count: number,
): readonly string[] {
  return count > 0 ? [`${escapeMarkdown(writer.phrase(phrase, { count }))}`] : [];
}

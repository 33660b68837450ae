/** One root finding: verdict, explanation, evidence, victims, remedies, consequences, references. */
import { formatEndpoint } from '#base';
import { catalog } from '../../catalog.ts';
import type { Finding, Severity } from '../../finding.ts';
import type { ConnectionSummary } from '../../report.ts';
import { printable } from '../printable.ts';
import { displayWidth, unbroken } from '../width.ts';
import type { Writer } from '../writer.ts';
import { addEvidence } from './evidence.ts';
import { listOf } from './list.ts';
import { addMessages } from './messages.ts';
import { addOccurrences } from './occurrences.ts';
import type { Page, StyleName } from './page.ts';
import { addRemedies } from './remedies.ts';
import { addVictims } from './victims.ts';

/** One column each on every terminal font. */
export const marks: Readonly<Record<Severity, string>> = { error: '✖', warning: '▲', info: '●' };

const CONNECTIONS_MAX = 6;
const CONSEQUENCES_MAX = 8;

export function addFinding(
  page: Page,
  writer: Writer,
  finding: Finding,
  connection: ConnectionSummary | undefined,
): void {
  addVerdict(page, writer, finding);
  if (connection !== undefined) page.paragraph(ends(connection), 2, 'dim');
  page.gap();
  page.paragraph(writer.explanation(finding), 2);
  addOccurrences(page, writer, finding);
  addEvidence(page, writer, finding);
  addVictims(page, writer, finding);
  addMessages(page, writer, finding);
  addRemedies(page, writer, finding.remedies);
  addConsequences(page, writer, finding.consequences);
  page.gap();
  page.paragraph(writer.phrase('references', { list: referenceList(finding, writer) }), 2, 'dim');
}

function addVerdict(page: Page, writer: Writer, finding: Finding): void {
  const word = writer.messages.severities[finding.severity];
  const style: StyleName = finding.severity;
  page.cells(
    [
      { text: marks[finding.severity], columns: 2, style },
      { text: word, columns: displayWidth(word) + 2, style },
    ],
    writer.title(finding),
    'title',
  );
  page.paragraph(verdictLine(writer, finding), 2, 'dim');
}

/** `keepalive/too-many-pings (idle) · certain · caused by the client · connection 3`. */
export function verdictLine(writer: Writer, finding: Finding): string {
  const { certainties, culprits } = writer.messages;
  const id = finding.variant === undefined ? finding.id : `${finding.id} (${finding.variant})`;
  const parts = [id, certainties[finding.certainty], culprits[finding.culprit], connectionList(writer, finding)];
  return parts
    .filter((part) => part !== '')
    .map(unbroken)
    .join(' · ');
}

/** `connections 3, 4`; empty for a finding about none. */
export function connectionList(writer: Writer, { connections }: Pick<Finding, 'connections'>): string {
  return connections.length === 0
    ? ''
    : writer.phrase(
        'connections',
        listOf(
          writer,
          [...connections].sort((one, other) => one - other).map((id) => writer.connection(id)),
          CONNECTIONS_MAX,
        ),
      );
}

function referenceList({ id }: Finding, writer: Writer): string {
  return catalog[id].references.map(unbroken).join(writer.messages.listGap);
}

/** `10.0.0.5:41822 (grpc-go/1.45.0) → 10.0.0.9:2379 (etcd)`. Addresses may come from a trace file: any text. */
export function ends({ client, server, clientStack, serverStack }: ConnectionSummary): string {
  const end = (address: string, stack: string | undefined) =>
    stack === undefined ? printable(address) : `${printable(address)} (${printable(stack)})`;
  return `${end(formatEndpoint(client), clientStack)} → ${end(formatEndpoint(server), serverStack)}`;
}

function addConsequences(page: Page, writer: Writer, consequences: readonly Finding[]): void {
  if (consequences.length === 0) return;
  page.gap();
  page.paragraph(writer.phrase('consequences'), 2, 'heading');
  const all = flattened(consequences);
  const most = page.room(CONSEQUENCES_MAX);
  for (const { finding, depth } of all.slice(0, most)) {
    const indent = 4 + 2 * depth;
    const mark = { text: marks[finding.severity], columns: 2, style: finding.severity } as const;
    page.cells([{ text: '', columns: indent }, mark], oneLine(writer, finding));
  }
  const left = all.length - most;
  if (left > 0) page.paragraph(writer.phrase('moreConsequences', { count: left }), 4, 'dim');
}

/** Title, connections and id: for findings that get no more room. */
export function oneLine(writer: Writer, finding: Finding): string {
  return [writer.title(finding), connectionList(writer, finding), finding.id].filter((part) => part !== '').join(' · ');
}

/** A finding and how many others it stands under. */
export interface Nested {
  readonly finding: Finding;
  readonly depth: number;
}

/** Symptoms under their cause, in order; the tree of a finding is as deep as the rules nest it, two or three. */
export function flattened(findings: readonly Finding[], depth = 0): Nested[] {
  return findings.flatMap((finding) => [{ finding, depth }, ...flattened(finding.consequences, depth + 1)]);
}

/** One finding as a SARIF result. */
import type { Certainty, Severity } from '../../finding.ts';
import type { ConnectionDocument, EvidenceDocument, ExplainDocument, FindingDocument } from '../document.ts';
import { codeBlock, escapeMarkdown } from '../markdown/escape.ts';
import { settingText } from '../text/remedies.ts';
import type { Writer } from '../writer.ts';
import type { SarifLocation, SarifLogicalLocation, SarifMessage, SarifResult, SarifThreadFlow } from './log.ts';
import { levels } from './rule.ts';
import { fingerprint, sarifMessage, sarifText, sarifUri } from './text.ts';

/** Evidence lines of one result; code-scanning views cut longer lists, and the properties say how many there are. */
const EVIDENCE_MAX = 100;

/** §3.27.25, 0 to 100: how much a result matters. */
const ranks: Readonly<Record<Severity, Readonly<Record<Certainty, number>>>> = {
  error: { certain: 95, likely: 80, possible: 60 },
  warning: { certain: 70, likely: 55, possible: 40 },
  info: { certain: 15, likely: 10, possible: 5 },
};

/** Where results stand: the document, its place among the artifacts, and how often a fingerprint was given. */
export interface ResultPlace {
  readonly writer: Writer;
  readonly document: ExplainDocument;
  readonly artifact: number;
  readonly seen: Map<string, number>;
}

export function resultOf(place: ResultPlace, finding: FindingDocument, ruleIndex: number): SarifResult {
  const { id, severity, certainty } = finding;
  const evidence = finding.evidence.slice(0, EVIDENCE_MAX);
  return {
    ruleId: id,
    ruleIndex,
    kind: severity === 'info' ? 'informational' : 'fail',
    level: levels[severity],
    rank: ranks[severity][certainty],
    message: messageOf(place.writer, finding),
    locations: [{ ...physical(place, finding.log?.firstLine ?? null), ...logical(scopeOf(place, finding)) }],
    ...(evidence.length === 0 ? {} : proof(place, evidence)),
    partialFingerprints: fingerprintsOf(place, finding),
    properties: propertiesOf(finding),
  };
}

/** The text is what happened; the Markdown ends in what to change, with its configuration. */
function messageOf(writer: Writer, finding: FindingDocument): SarifMessage {
  const { title, explanation, remedies } = finding;
  const [first] = remedies;
  const change =
    first === undefined
      ? []
      : [writer.phrase('firstChange', { change: `${first.stack}: ${settingText(first)}` }).replaceAll('\n', ' ')];
  const markdown = [
    `**${escapeMarkdown(title)}**`,
    escapeMarkdown(explanation),
    ...change.map(escapeMarkdown),
    ...(first === undefined || first.snippet === '' ? [] : [codeBlock(first.snippet)]),
  ];
  return {
    text: sarifText([`${title}.`, explanation, ...change].join(' ')),
    markdown: markdown.join('\n\n').replace(/[{}]/g, '$&$&'),
  };
}

/** Related locations for lists, a code flow for views that step through it: the same lines. */
function proof(
  place: ResultPlace,
  evidence: readonly EvidenceDocument[],
): Pick<SarifResult, 'relatedLocations' | 'codeFlows'> {
  const locations = evidence.map((line) => evidenceLocation(place, line));
  const flow: SarifThreadFlow = {
    id: 'evidence',
    locations: evidence.map((line, index) => ({ location: locations[index]!, ...timeOf(place.document, line) })),
  };
  return {
    relatedLocations: locations.map((location, index) => ({ id: index + 1, ...location })),
    codeFlows: [{ threadFlows: [flow] }],
  };
}

function evidenceLocation(place: ResultPlace, line: EvidenceDocument): SarifLocation {
  const { writer } = place;
  const words = writer.messages.words;
  const from = line.from === null ? [] : [line.from === 'client' ? `${words.client} →` : `${words.server} →`];
  const frame = line.frame === null ? [] : [`${writer.phrase('frameColumn')} ${line.frame}:`];
  return {
    ...whereOf(place, line),
    ...logical(evidenceScope(place, line)),
    message: sarifMessage([`${line.time.toFixed(3)} s`, ...from, ...frame, line.text].join(' ')),
    properties: { time: line.time, packet: line.packet, frame: line.frame, key: line.key },
  };
}

/** The file, at a line of a log. A capture has no lines, and code-scanning views want one: the first. */
function physical({ document, artifact }: ResultPlace, line: number | null): SarifLocation {
  return {
    physicalLocation: {
      artifactLocation: { uri: sarifUri(document.input.name), index: artifact },
      region: { startLine: line ?? 1 },
    },
  };
}

/** The input that the line of evidence stands in: of two that were compared, or a log beside a capture. */
function whereOf(place: ResultPlace, { input, line, side }: EvidenceDocument): SarifLocation {
  const behind = place.document.comparison?.serverInput;
  if (side === 'server-side' && behind) return elsewhere(behind.name, line);
  return input === null ? physical(place, line) : elsewhere(input, line);
}

/** A line of an input that is not the one reported on. */
function elsewhere(input: string, line: number | null): SarifLocation {
  return {
    physicalLocation: { artifactLocation: { uri: sarifUri(input) }, region: { startLine: line ?? 1 } },
  };
}

function logical(locations: readonly SarifLogicalLocation[]): Pick<SarifLocation, 'logicalLocations'> {
  return locations.length === 0 ? {} : { logicalLocations: locations };
}

/** `connection 3`, `connection 3/stream 5`: not translated, like the ids of `calmwire frames`. */
function scopeOf(place: ResultPlace, finding: FindingDocument): readonly SarifLogicalLocation[] {
  const { connection, streams } = finding;
  if (connection === null) return [];
  const [stream] = streams;
  const whole = connectionScope(place, connection);
  if (stream === undefined || stream === 0 || streams.length > 1) return [whole];
  return [part(whole, `stream ${stream}`, 'stream')];
}

function evidenceScope(place: ResultPlace, line: EvidenceDocument): readonly SarifLogicalLocation[] {
  if (line.connection === null) return [];
  const whole = connectionScope(place, line.connection);
  const { stream } = line.params;
  const scope = typeof stream === 'number' && stream > 0 ? part(whole, `stream ${stream}`, 'stream') : whole;
  return [line.frame === null ? scope : part(scope, `frame ${line.frame}`, 'frame')];
}

function connectionScope({ document }: ResultPlace, id: number): SarifLogicalLocation {
  const ends = document.connections.find((connection) => connection.id === id);
  const name = ends === undefined ? `connection ${id}` : `connection ${id} (${ends.client} -> ${ends.server})`;
  return { name, fullyQualifiedName: `connection ${id}`, kind: 'connection' };
}

function part(whole: SarifLogicalLocation, name: string, kind: string): SarifLogicalLocation {
  return { name, fullyQualifiedName: `${whole.fullyQualifiedName}/${name}`, kind };
}

function timeOf({ input }: ExplainDocument, { time }: EvidenceDocument): { readonly executionTimeUtc?: string } {
  if (input.start === null) return {};
  const date = new Date(Date.parse(input.start) + time * 1000);
  return Number.isNaN(date.getTime()) ? {} : { executionTimeUtc: date.toISOString() };
}

/**
 * §3.27.17. The first names the problem: the same one between the same peers keeps its name in a later capture of the
 * same file name, whatever the ports of the client and the numbers of its connections. The second is what GitHub reads.
 */
function fingerprintsOf(place: ResultPlace, finding: FindingDocument): SarifResult['partialFingerprints'] {
  const { document, seen } = place;
  const ends = document.connections.find(({ id }) => id === finding.connection);
  const parts = [finding.id, finding.variant ?? '', sarifUri(document.input.name), ...peersOf(ends)];
  const name = fingerprint(parts);
  const count = (seen.get(name) ?? 0) + 1;
  seen.set(name, count);
  return { 'problemBetweenPeers/v1': `${name}:${count}`, primaryLocationLineHash: `${name}:${count}` };
}

function peersOf(ends: ConnectionDocument | undefined): readonly string[] {
  return ends === undefined ? [] : [ends.client.replace(/:\d+$/, ''), ends.server];
}

function propertiesOf(finding: FindingDocument): SarifResult['properties'] {
  const { certainty, culprit, variant, connections, streams, params, victims, remedies, number, under } = finding;
  return {
    certainty,
    culprit,
    variant,
    number,
    explainedBy: under,
    connections,
    streams,
    params,
    evidenceLines: finding.evidence.length,
    victims,
    messages: finding.messages,
    remedies,
  };
}

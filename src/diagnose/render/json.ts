/** The report for programs: one document an input. */
import { formatEndpoint } from '#base';
import { catalog } from '../catalog.ts';
import type { Evidence, Finding, FindingMessage, LogOccurrences, Remedy } from '../finding.ts';
import { stackName } from '../remedies/stacks.ts';
import type { ComparisonSummary, ConnectionSummary, InputSummary, Report } from '../report.ts';
import {
  type ComparisonDocument,
  type ConnectionDocument,
  DOCUMENT_VERSION,
  type EvidenceDocument,
  type ExplainDocument,
  type FindingDocument,
  type InputDocument,
  type LogDocument,
  type MessageDocument,
  type RemedyDocument,
  type SummaryDocument,
} from './document.ts';
import type { Language } from './messages/index.ts';
import { expandReferences } from './references.ts';
import { timeline } from './timeline.ts';
import { Writer } from './writer.ts';

/** The document of a report, with its texts in `language`. Plain data, ready for `JSON.stringify`. */
export function renderJson(report: Report, language: Language): ExplainDocument {
  const writer = new Writer(language);
  return {
    version: DOCUMENT_VERSION,
    language,
    input: inputDocument(report.input),
    summary: summaryDocument(report),
    connections: report.connections.map(connectionDocument),
    findings: report.findings.map((finding, index) => findingDocument(writer, finding, String(index + 1), null)),
    ...(report.comparison === undefined ? {} : { comparison: comparisonDocument(writer, report.comparison) }),
  };
}

function comparisonDocument(writer: Writer, summary: ComparisonSummary): ComparisonDocument {
  const { serverInput, relation, swapped, proxy, clock, calls, routes, example } = summary;
  const { by, offsetMs, driftPpm, errorMs, wallClockAheadMs } = clock;
  return {
    serverInput: serverInput === undefined ? null : inputDocument(serverInput),
    relation,
    swapped,
    proxy: proxy ?? null,
    clock: {
      by,
      offset: seconds(offsetMs),
      driftPpm: Math.round(driftPpm * 10) / 10,
      error: seconds(errorMs),
      wallClockAhead: wallClockAheadMs === undefined ? null : seconds(wallClockAheadMs),
    },
    calls,
    routes,
    example:
      example === undefined ? null : { ...example, steps: example.steps.map((line) => evidenceDocument(writer, line)) },
  };
}

/** All findings of a document, each before its consequences. */
export function flattenFindings(document: ExplainDocument): FindingDocument[] {
  const below = (finding: FindingDocument): FindingDocument[] => [finding, ...finding.consequences.flatMap(below)];
  return document.findings.flatMap(below);
}

function inputDocument({
  name,
  format,
  packets,
  bytes,
  startEpochMs,
  durationMs,
  problems,
  log,
}: InputSummary): InputDocument {
  const start = instant(startEpochMs);
  return { name, format, packets, bytes, start, duration: seconds(durationMs), problems, log: log ?? null };
}

/** ISO 8601; null where there is no clock, or one beyond the range of dates. */
function instant(epochMs: number | undefined): string | null {
  if (epochMs === undefined) return null;
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Microseconds are what captures resolve. */
function seconds(ms: number): number {
  return Math.round(ms * 1000) / 1_000_000;
}

function summaryDocument({ findings, connections }: Report): SummaryDocument {
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  return {
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
    connections: connections.length,
    calls: connections.reduce((sum, { calls }) => sum + calls.total, 0),
  };
}

function connectionDocument(connection: ConnectionSummary): ConnectionDocument {
  const { id, client, server, protocol, openedMs, closedMs, how, closedBy, frames, calls } = connection;
  return {
    id,
    client: formatEndpoint(client),
    server: formatEndpoint(server),
    protocol,
    opened: seconds(openedMs),
    closed: closedMs === undefined ? null : seconds(closedMs),
    how,
    closedBy: closedBy ?? null,
    frames,
    calls: { total: calls.total, ok: calls.ok, failed: calls.failed, cancelled: calls.cancelled },
    clientStack: connection.clientStack ?? null,
    serverStack: connection.serverStack ?? null,
    ...(connection.numberInInput === undefined
      ? {}
      : { side: connection.side ?? null, numberInInput: connection.numberInInput }),
  };
}

/** Recursion follows the nesting that the rules give their findings, two or three deep. */
function findingDocument(writer: Writer, finding: Finding, number: string, under: string | null): FindingDocument {
  const { id, severity, certainty, culprit, connections, streams, params, consequences } = finding;
  return {
    number,
    under,
    id,
    variant: finding.variant ?? null,
    severity,
    certainty,
    culprit,
    connection: connections[0] ?? null,
    connections,
    streams,
    title: writer.title(finding),
    explanation: writer.explanation(finding),
    params,
    evidence: timeline(finding.evidence).map((line) => evidenceDocument(writer, line)),
    victims: finding.victims,
    messages: (finding.messages ?? []).map((message) => messageDocument(writer, message)),
    remedies: finding.remedies.map((remedy) => remedyDocument(writer, remedy)),
    consequences: consequences.map((below, index) => findingDocument(writer, below, `${number}.${index + 1}`, number)),
    references: expandReferences(catalog[id].references),
    log: finding.log === undefined ? null : logDocument(finding.log),
  };
}

function logDocument(log: LogOccurrences): LogDocument {
  const { reading, stack, lines, firstLine, lastLine, firstMs, lastMs, histogram, bucketMs, burst } = log;
  const { peers, peersOmitted, also } = log;
  return {
    reading,
    stack: stackName(stack),
    stackId: stack,
    lines,
    firstLine,
    lastLine,
    first: firstMs === undefined ? null : seconds(firstMs),
    last: lastMs === undefined ? null : seconds(lastMs),
    histogram,
    bucket: seconds(bucketMs),
    burst: burst === undefined ? null : burstDocument(burst),
    peers,
    peersOmitted,
    also,
  };
}

function burstDocument({ lines, startMs, spanMs }: NonNullable<LogOccurrences['burst']>): LogDocument['burst'] {
  return { lines, start: seconds(startMs), span: seconds(spanMs) };
}

function evidenceDocument(writer: Writer, line: Evidence): EvidenceDocument {
  const { frame, packet, timeMs, connection, from, key, params, input } = line;
  return {
    frame: frame ?? null,
    packet: packet === 0 ? null : packet,
    line: line.line ?? null,
    input: input ?? null,
    time: seconds(timeMs),
    connection: connection === 0 ? null : connection,
    from: from === 'none' ? null : from,
    ...(line.side === undefined ? {} : { side: line.side }),
    key,
    params,
    text: writer.evidence(line),
  };
}

function messageDocument(writer: Writer, message: FindingMessage): MessageDocument {
  const { connection, stream, frame, timeMs, from, type, text, value, notes } = message;
  return {
    connection,
    stream,
    frame,
    time: seconds(timeMs),
    from,
    type: type ?? null,
    text,
    value: value ?? null,
    notes: notes.map((note) => writer.note(note)),
  };
}

function remedyDocument(writer: Writer, remedy: Remedy): RemedyDocument {
  const { stack, where, setting, value, since, snippet } = remedy;
  return {
    stack: stackName(stack, where),
    stackId: stack,
    where,
    setting,
    value,
    since: since ?? null,
    why: writer.reason(remedy),
    snippet,
  };
}

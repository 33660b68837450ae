/** The data of the page: the connections that it shows, and the lines of evidence in the order in which they stand there. */
import { formatEndpoint } from '#base';
import type { Severity } from '../../finding.ts';
import type { Report } from '../../report.ts';

import { type Chosen, select } from '../../timeline/select.ts';
import type { TimelineSource } from '../../timeline/source.ts';
import type { ExplainDocument, FindingDocument } from '../document.ts';
import { flattenFindings } from '../json.ts';
import type { Language } from '../messages/index.ts';
import { printable } from '../printable.ts';
import { Writer, writerOf } from '../writer.ts';
import type { PageConnection, PageData, PageEvidence } from './data.ts';
import { pageMark } from './mark-rows.ts';

/** One input of the page. */
export interface PageInput {
  readonly report: Report;
  readonly document: ExplainDocument;
  readonly timeline: TimelineSource | undefined;
}

/** The element of a finding. */
export function elementOf(input: number, finding: FindingDocument): string {
  return `f${input + 1}-${finding.number.replaceAll('.', '-')}`;
}

export function pageData(inputs: readonly PageInput[], language: Language): PageData {
  const texts = new Writer(language).messages.page;
  return {
    texts,
    connections: inputs.flatMap((input, at) => connectionsOf(input, at, writerOf(input.report, language))),
    evidence: inputs.flatMap(({ document }, at) => flattenFindings(document).flatMap((one) => evidenceOf(one, at))),
  };
}

function evidenceOf(finding: FindingDocument, input: number): readonly PageEvidence[] {
  return finding.evidence.map(({ connection, frame, line, time, text }) => ({
    input,
    // No connection is 0: a line of a log stands beside none.
    connection: connection ?? 0,
    frame,
    line,
    time: time * 1000,
    text,
    finding: finding.title,
    element: elementOf(input, finding),
  }));
}

function connectionsOf({ report, document, timeline }: PageInput, input: number, writer: Writer): PageConnection[] {
  if (timeline === undefined) return [];
  const texts = writer.messages.page;
  const severities = severitiesOf(document);
  const strikes = strikesOf(document);
  return select(report, timeline).chosen.map((chosen) => {
    const { opened, closedMs, total, curves } = chosen.track;
    return {
      input,
      id: opened.connection,
      name: writer.connection(opened.connection),
      client: printable(formatEndpoint(opened.client)),
      server: printable(formatEndpoint(opened.server)),
      opened: opened.timeMs,
      closed: closedMs ?? null,
      severity: severities.get(opened.connection) ?? null,
      total,
      marks: chosen.marks.map((mark) =>
        pageMark(
          mark,
          texts,
          mark.event.kind === 'frame' ? (strikes.get(`${opened.connection} ${mark.event.index}`) ?? 0) : 0,
        ),
      ),
      curves: {
        client: curves.client.points.map(({ timeMs, window }) => [timeMs, window]),
        server: curves.server.points.map(({ timeMs, window }) => [timeMs, window]),
      },
      paths: pathsOf(chosen),
    };
  });
}

const WORSE: readonly Severity[] = ['info', 'warning', 'error'];

function severitiesOf(document: ExplainDocument): ReadonlyMap<number, Severity> {
  const worst = new Map<number, Severity>();
  for (const { connections, severity } of flattenFindings(document)) {
    for (const id of connections) {
      if (WORSE.indexOf(severity) > WORSE.indexOf(worst.get(id) ?? 'info') || !worst.has(id)) worst.set(id, severity);
    }
  }
  return worst;
}

/** PINGs that the rules count as strikes, by connection and frame: two inputs count their frames each from 1. */
function strikesOf(document: ExplainDocument): ReadonlyMap<string, number> {
  const strikes = new Map<string, number>();
  for (const { evidence } of flattenFindings(document)) {
    for (const { key, connection, frame, params } of evidence) {
      if (key === 'strike' && frame !== null && typeof params.number === 'number')
        strikes.set(`${connection} ${frame}`, params.number);
    }
  }
  return strikes;
}

function pathsOf({ marks }: Chosen): Readonly<Record<string, string>> {
  const paths: Record<string, string> = {};
  for (const { event, fields } of marks) {
    if (event.kind !== 'frame' || fields === undefined) continue;
    const path = fields.find(({ name, unknown }) => name === ':path' && unknown === 'nothing');
    if (path !== undefined) paths[String(event.frame.stream)] ??= printable(path.value);
  }
  return paths;
}

/** The report as notes on packets and on the capture as a whole: what Wireshark shows as comments. */
import type { Finding } from '../finding.ts';
import type { Report } from '../report.ts';
import type { Language } from './messages/index.ts';
import { printable } from './printable.ts';
import { verdictLine } from './text/finding.ts';
import { settingPhrase } from './text/remedies.ts';
import { inputLine, isFailure, noFailure } from './text.ts';
import { Writer } from './writer.ts';

/** Notes on one packet: a flood repeats itself. */
const PACKET_MAX = 8;
/** Findings in the summary. */
const FINDINGS_MAX = 20;

export interface ReportNotes {
  readonly section: readonly string[];
  /** By packet number, from 1. */
  readonly packets: ReadonlyMap<number, readonly string[]>;
}

/** `[calmwire] ERROR keepalive/too-many-pings: strike 3: ...` on each packet that proves something, a summary on the section. */
export function renderNotes(report: Report, language: Language): ReportNotes {
  const writer = new Writer(language);
  const packets = new Map<number, string[]>();
  for (const finding of all(report.findings)) addFinding(packets, writer, finding);
  return { section: [summary(writer, report)], packets };
}

function addFinding(packets: Map<number, string[]>, writer: Writer, finding: Finding): void {
  const { id, severity, evidence } = finding;
  const head = `[calmwire] ${writer.messages.severities[severity]} ${id}`;
  for (const line of evidence) {
    // A packet of its own is what a note needs; traces of the runtime have none, and what sums up others is about no packet.
    if (line.packet === 0 || line.key === 'repeated') continue;
    const frame = line.frame === undefined ? '' : ` (${writer.phrase('frameColumn')} ${line.frame})`;
    const note = `${head}: ${writer.evidence(line)}${frame}`;
    const notes = packets.get(line.packet);
    if (notes === undefined) packets.set(line.packet, [note]);
    else if (notes.length < PACKET_MAX && !notes.includes(note)) notes.push(note);
  }
}

function summary(writer: Writer, report: Report): string {
  const failures = all(report.findings).filter(isFailure);
  const told = failures.slice(0, FINDINGS_MAX).map((finding) => findingLines(writer, finding));
  const left = failures.length - FINDINGS_MAX;
  const verdict = failures.length === 0 ? [noFailure(writer, report)] : told;
  const more = left > 0 ? [writer.phrase('moreInfo', { count: left })] : [];
  const problems = report.input.problems.map((problem) => writer.phrase('problem', { problem }));
  return ['[calmwire]', ...verdict, ...more, ...problems, inputLine(writer, report)].join('\n');
}

function findingLines(writer: Writer, finding: Finding): string {
  const [first] = finding.remedies;
  const change = first === undefined ? [] : [writer.phrase('firstChange', { change: settingPhrase(writer, first) })];
  const word = writer.messages.severities[finding.severity];
  const about = verdictLine(writer, finding).replaceAll('\u00a0', ' ');
  const lines = [`${word}: ${writer.title(finding)}`, about, ...change];
  return lines.map((line) => printable(line, Number.POSITIVE_INFINITY)).join('\n  ');
}

/** Each before its consequences, two or three deep. */
function all(findings: readonly Finding[]): readonly Finding[] {
  return findings.flatMap((finding) => [finding, ...all(finding.consequences)]);
}

/**
 * A log beside captures of the same time. A line that belongs to a finding of a capture becomes evidence of it; one that
 * no finding explains stays with the log. No finding is made or graded anew: a line adds proof, not certainty.
 */
import type { Evidence, Finding, Report } from '#diagnose';
import type { LogDiagnosis } from '../diagnosis.ts';
import { lineEvidence } from '../findings.ts';
import type { Occurrence } from '../occurrence.ts';
import { type Alignment, align } from './align.ts';
import { fits, isNear, namesAnother, namesConnection, type Target, targetsOf } from './match.ts';

/** Lines added to one finding: they stand beside frames, and more say no more. */
const LINES_MAX = 6;

/** A log and its name, as the evidence will call it. */
export interface NamedLog {
  readonly name: string;
  readonly log: LogDiagnosis;
}

export interface Joined {
  /** The capture's report with the lines in it. */
  readonly report: Report;
  readonly alignment: Alignment;
  /** Lines of the log that found their finding, by number. */
  readonly lines: ReadonlySet<number>;
}

/** Joins one log to the report of one capture. */
export function join(report: Report, { name, log }: NamedLog): Joined {
  const targets = targetsOf(report);
  const marks = log.groups.flatMap((group) => group.marks);
  const meets = (shiftMs: number): number => marks.filter((mark) => meetsAny(mark, targets, shiftMs)).length;
  const alignment = align(log.facts, report.input.startEpochMs, meets);
  const found = new Map<Finding, Occurrence[]>();
  for (const mark of marks) {
    const target = targetOf(mark, targets, alignment);
    if (target !== undefined) found.set(target.finding, [...(found.get(target.finding) ?? []), mark]);
  }
  const lines = new Set([...found.values()].flat().map(({ line }) => line));
  const evidence = (finding: Finding): Evidence[] =>
    (found.get(finding) ?? []).slice(0, LINES_MAX).map((mark) => evidenceOf(mark, finding, name, alignment));
  return { report: lines.size === 0 ? report : withEvidence(report, evidence), alignment, lines };
}

function meetsAny(mark: Occurrence, targets: readonly Target[], shiftMs: number): boolean {
  const { timeMs } = mark;
  if (timeMs === undefined) return false;
  return targets.some(
    (target) => fits(mark, target.finding.id) && !namesAnother(mark, target) && isNear(timeMs + shiftMs, target),
  );
}

/** The connection's own address decides; else time does, where the clocks can be compared. */
function targetOf(mark: Occurrence, targets: readonly Target[], alignment: Alignment): Target | undefined {
  const able = targets.filter((target) => fits(mark, target.finding.id));
  const named = able.find((target) => namesConnection(mark, target));
  if (named !== undefined) return named;
  const { timeMs } = mark;
  if (alignment.kind === 'unknown' || timeMs === undefined) return undefined;
  return able.find((target) => !namesAnother(mark, target) && isNear(timeMs + alignment.shiftMs, target));
}

function evidenceOf(mark: Occurrence, finding: Finding, input: string, alignment: Alignment): Evidence {
  const line = lineEvidence(mark);
  const last = finding.evidence.at(-1)?.timeMs ?? 0;
  const timed = alignment.kind !== 'unknown' && mark.timeMs !== undefined;
  const timeMs = timed ? (mark.timeMs ?? 0) + alignment.shiftMs : last;
  return { ...line, input, timeMs };
}

function withEvidence(report: Report, linesOf: (finding: Finding) => readonly Evidence[]): Report {
  const extend = (finding: Finding): Finding => ({
    ...finding,
    evidence: [...finding.evidence, ...linesOf(finding)],
    consequences: finding.consequences.map(extend),
  });
  return { ...report, findings: report.findings.map(extend) };
}

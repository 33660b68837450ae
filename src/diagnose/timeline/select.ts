/** Chooses what of the kept events a page embeds: everything near the evidence first, then as much as there is room for. */

import type { Finding } from '../finding.ts';
import type { Report } from '../report.ts';
import { indexOf, isNotable, type Mark } from './mark.ts';
import type { ShownTrack, TimelineSource } from './source.ts';

/** Some 300 octets each in the page: 1.5 MB, which opens at once and can be mailed. */
const MARKS_MAX = 5_000;
/** Groups that a person can still look through. */
const CONNECTIONS_MAX = 40;
/** Marks before and after a line of evidence that are its context. */
const AROUND = 10;

export interface Chosen {
  readonly track: ShownTrack;
  readonly marks: readonly Mark[];
}

export interface Selection {
  readonly chosen: readonly Chosen[];
  /** Connections of the input, shown or not. */
  readonly connections: number;
}

/** The connections of findings, worst first, then the others in order, until the page is full. */
export function select(report: Report, timeline: TimelineSource, marksMax = MARKS_MAX): Selection {
  const evidence = evidenceFrames(report.findings);
  const chosen: Chosen[] = [];
  let room = marksMax;
  for (const id of connectionOrder(report, timeline).slice(0, CONNECTIONS_MAX)) {
    const track = timeline.track(id);
    if (track === undefined || room <= 0) continue;
    const marks = fitting(track.marks(), evidence, room);
    room -= marks.length;
    chosen.push({ track, marks });
  }
  chosen.sort((one, other) => one.track.opened.connection - other.track.opened.connection);
  return { chosen, connections: timeline.connections };
}

/** All of them if they fit; otherwise what is near the evidence, what is notable, and the latest. */
function fitting(marks: readonly Mark[], evidence: ReadonlySet<number>, room: number): readonly Mark[] {
  if (marks.length <= room) return marks;
  const wanted = new Set<Mark>();
  marks.forEach((mark, at) => {
    if (!evidence.has(indexOf(mark) ?? -1)) return;
    for (const near of marks.slice(Math.max(0, at - AROUND), at + AROUND + 1)) wanted.add(near);
  });
  for (const mark of marks) if (isNotable(mark)) wanted.add(mark);
  for (const mark of marks.toReversed()) wanted.add(mark);
  const kept = new Set([...wanted].slice(0, room));
  return marks.filter((mark) => kept.has(mark));
}

function connectionOrder(report: Report, timeline: TimelineSource): readonly number[] {
  const first = all(report.findings).flatMap((finding) => [
    ...finding.connections,
    ...finding.evidence.map(({ connection }) => connection),
  ]);
  const rest = timeline.tracks().map(({ opened }) => opened.connection);
  return [...new Set([...first, ...rest])];
}

function evidenceFrames(findings: readonly Finding[]): ReadonlySet<number> {
  return new Set(
    all(findings).flatMap(({ evidence }) => evidence.flatMap(({ frame }) => (frame === undefined ? [] : [frame]))),
  );
}

/** Each before its consequences, two or three deep. */
function all(findings: readonly Finding[]): readonly Finding[] {
  return findings.flatMap((finding) => [finding, ...all(finding.consequences)]);
}

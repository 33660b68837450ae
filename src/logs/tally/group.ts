/** Lines that say the same thing, counted: how many, when, about whom, with a few of them kept as evidence. */
import type { LogPeer, ReadingId, StackId } from '#diagnose';
import type { LineParams, Occurrence } from '../occurrence.ts';
import type { Writer } from '../wording.ts';
import { Bursts } from './burst.ts';
import { Histogram } from './histogram.ts';

/** Lines shown in full. */
const EXAMPLES_MAX = 4;
/** Lines kept for the joining with a capture; more of one kind say no more. */
const MARKS_MAX = 400;
/** Addresses counted; a busy server has thousands of clients. */
const PEERS_MAX = 200;
const PEERS_SHOWN = 8;

export class Group {
  readonly reading: ReadingId;
  readonly stack: StackId;
  readonly writer: Writer;
  readonly first: Occurrence;
  readonly histogram = new Histogram();
  readonly bursts = new Bursts();
  /** The first lines, in order. */
  readonly marks: Occurrence[] = [];
  last: Occurrence;
  lines = 0;
  #params: LineParams;
  readonly #peers = new Map<string, number>();
  #peersBeyond = 0;

  constructor(first: Occurrence) {
    this.reading = first.reading;
    this.stack = first.stack;
    this.writer = first.writer;
    this.first = first;
    this.last = first;
    this.#params = first.params;
  }

  add(occurrence: Occurrence): void {
    this.lines++;
    this.last = occurrence;
    if (this.marks.length < MARKS_MAX) this.marks.push(occurrence);
    if (occurrence.timeMs !== undefined) {
      this.histogram.add(occurrence.timeMs);
      this.bursts.add(occurrence.timeMs);
    }
    this.#params = merged(this.#params, occurrence.params);
    const { peer } = occurrence.params;
    if (typeof peer === 'string') this.#count(peer);
  }

  /** The group of the other lines: empty when all are in `lines`, and the whole group where not all lines were kept. */
  without(lines: ReadonlySet<number>): readonly Group[] {
    const left = this.marks.filter(({ line }) => !lines.has(line));
    if (left.length === this.marks.length || this.lines > this.marks.length) return [this];
    const [first] = left;
    if (first === undefined) return [];
    const group = new Group(first);
    for (const mark of left) group.add(mark);
    return [group];
  }

  /** Parameters of the lines: the first line's, and without those texts in which the lines differ. */
  get params(): LineParams {
    return this.#params;
  }

  get examples(): readonly Occurrence[] {
    return this.marks.slice(0, EXAMPLES_MAX);
  }

  /** Most lines first. */
  get peers(): readonly LogPeer[] {
    return [...this.#peers]
      .map(([address, lines]) => ({ address, lines }))
      .sort((one, other) => other.lines - one.lines || (one.address < other.address ? -1 : 1))
      .slice(0, PEERS_SHOWN);
  }

  /** Different addresses, as far as they were counted. */
  get peerCount(): number {
    return this.#peers.size + this.#peersBeyond;
  }

  #count(address: string): void {
    const lines = this.#peers.get(address);
    if (lines === undefined && this.#peers.size >= PEERS_MAX) this.#peersBeyond++;
    else this.#peers.set(address, (lines ?? 0) + 1);
  }
}

/** Numbers stay the first line's, as the text tells of one case; a text that is not everybody's would be wrong. */
function merged(params: LineParams, other: LineParams): LineParams {
  const different = Object.keys(params).filter(
    (name) => typeof params[name] === 'string' && other[name] !== undefined && other[name] !== params[name],
  );
  if (different.length === 0) return params;
  return Object.fromEntries(Object.entries(params).filter(([name]) => !different.includes(name)));
}

/**
 * What the timeline keeps of one connection: its beginning, its latest events, and from in between what is notable
 * together with the frames of the same stream that led to it.
 */
import { otherSide, Ring, type Side } from '#base';
import type { FrameEvent, HeadersEvent, MessageEvent, OpenedEvent, ViolationEvent } from '#trace';
import { Curve } from './curve.ts';
import { indexOf, isNotable, isTrouble, keepFields, type Mark, type MarkEvent, markOf, streamOf } from './mark.ts';

/** SETTINGS, their answers and the first calls. */
const HEAD_MAX = 40;
/** The last few seconds of a busy connection, or hours of an idle one. */
const TAIL_MAX = 160;
const NOTABLE_MAX = 120;
/** PINGs come for hours: the runs that matter are at the end. */
const PINGS_MAX = 64;
/** Frames of a stream that are kept with the notable one: request, answer, the last data. */
const LEADING_MAX = 6;

export class Track {
  readonly opened: OpenedEvent;
  closedMs: number | undefined;
  /** Events that would have got a mark. */
  total = 0;
  readonly curves: Readonly<Record<Side, Curve>> = { client: new Curve(), server: new Curve() };
  readonly #head: Mark[] = [];
  readonly #tail = new Ring<Mark>(TAIL_MAX);
  readonly #notable = new Ring<Mark>(NOTABLE_MAX);
  readonly #pings = new Ring<Mark>(PINGS_MAX);
  /** The mark made last: header lists and messages belong to it. */
  #last: Mark | undefined;
  /** It ended badly, or may have: kept when well ones give way. */
  troubled = false;

  constructor(opened: OpenedEvent) {
    this.opened = opened;
  }

  mark(event: MarkEvent): void {
    const mark = markOf(event);
    this.#last = mark;
    this.total++;
    this.troubled ||= isTrouble(mark);
    if (this.#head.length < HEAD_MAX) this.#head.push(mark);
    else this.#keep(mark);
    if (event.kind === 'frame') this.#curve(event);
    else this.closedMs = event.kind === 'end' ? event.timeMs : this.closedMs;
  }

  headers(event: HeadersEvent): void {
    const mark = this.#markAt(event.index);
    if (mark === undefined) return;
    keepFields(mark, event.fields);
    mark.role = event.role;
  }

  message(event: MessageEvent): void {
    const mark = this.#markAt(event.index);
    // Its octets are not for the page: they would be kept as long as it.
    if (mark !== undefined) mark.message = { length: event.length, received: event.received };
  }

  violation(event: ViolationEvent): void {
    this.troubled = true;
    const mark = this.#markAt(event.index);
    if (mark === undefined) return;
    mark.violation = event;
    this.#notable.push(mark);
  }

  /** Everything that is kept, once each, in the order in which it happened. */
  marks(): readonly Mark[] {
    const kept = new Set([
      ...this.#head,
      ...this.#notable.toArray(),
      ...this.#pings.toArray(),
      ...this.#tail.toArray(),
    ]);
    return [...kept].sort((one, other) => one.event.timeMs - other.event.timeMs || order(one) - order(other));
  }

  #keep(mark: Mark): void {
    if (isNotable(mark)) {
      this.#keepNotable(mark);
    } else if (mark.event.kind === 'frame' && mark.event.frame.kind === 'ping') {
      this.#pings.push(mark);
    }
    this.#tail.push(mark);
  }

  #keepNotable(mark: Mark): void {
    const stream = streamOf(mark);
    if (stream !== undefined && stream !== 0) {
      const leading = this.#tail.toArray().filter((other) => streamOf(other) === stream);
      for (const other of leading.slice(-LEADING_MAX)) this.#notable.push(other);
    }
    this.#notable.push(mark);
  }

  #markAt(index: number): Mark | undefined {
    return this.#last !== undefined && indexOf(this.#last) === index ? this.#last : undefined;
  }

  /** DATA leaves its sender less credit; WINDOW_UPDATE on the connection gives the other side more. */
  #curve({ frame, from, timeMs, connectionWindow }: FrameEvent): void {
    if (connectionWindow === undefined) return;
    if (frame.kind === 'data') this.curves[from].add(timeMs, connectionWindow);
    else if (frame.kind === 'window-update') this.curves[otherSide(from)].add(timeMs, connectionWindow);
  }
}

/** Ends of a connection come after its frames of the same moment. */
function order(mark: Mark): number {
  return indexOf(mark) ?? Number.MAX_SAFE_INTEGER;
}

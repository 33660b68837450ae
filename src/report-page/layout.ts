/** Rows of the timeline: a group a connection, in it the connection's own lane, lanes of streams, and the windows. */
import type { PageConnection, PageMark } from '#diagnose';

export const AXIS_HEIGHT = 24;
export const HEAD_HEIGHT = 24;
const CONNECTION_HEIGHT = 34;
const STREAM_HEIGHT = 20;
const WINDOW_HEIGHT = 46;
const GROUP_GAP = 10;
/** More streams at once than this share the last lane. */
const LANES_MAX = 20;
/** A curve of fewer points is a line that says nothing. */
const CURVE_MIN = 4;

/** A mark with its place among all marks of the page, which is the order of the arrow keys. */
export interface Placed {
  readonly mark: PageMark;
  readonly group: Group;
  readonly lane: Lane;
  /** How many marks of the lane stand at the same moment before it: they are drawn side by side. */
  readonly nudge: number;
}

/** The life of a stream as far as it is embedded. */
export interface Bar {
  readonly stream: number;
  readonly start: number;
  readonly end: number;
  readonly label: string;
  /** Of the stream, in the order of time. */
  readonly marks: Placed[];
}

export interface Lane {
  readonly kind: 'connection' | 'streams' | 'windows';
  readonly top: number;
  readonly height: number;
  readonly marks: Placed[];
  readonly bars: Bar[];
}

export interface Group {
  readonly connection: PageConnection;
  readonly top: number;
  readonly height: number;
  readonly lanes: readonly Lane[];
}

export interface Layout {
  readonly groups: readonly Group[];
  readonly marks: readonly Placed[];
  readonly height: number;
}

export function layoutOf(connections: readonly PageConnection[]): Layout {
  const groups: Group[] = [];
  let top = 0;
  for (const connection of connections) {
    const group = groupOf(connection, top);
    groups.push(group);
    top += group.height + GROUP_GAP;
  }
  const marks = groups.flatMap(({ lanes }) => lanes.flatMap((lane) => lane.marks));
  return { groups, marks: marks.sort(byTime), height: top };
}

function groupOf(connection: PageConnection, top: number): Group {
  const bars = packed(barsOf(connection));
  const lanes: Lane[] = [];
  let at = top + HEAD_HEIGHT;
  const add = (kind: Lane['kind'], height: number, laneBars: Bar[] = []): Lane => {
    const lane: Lane = { kind, top: at, height, marks: [], bars: laneBars };
    lanes.push(lane);
    at += height;
    return lane;
  };
  const own = add('connection', CONNECTION_HEIGHT);
  const byStream = new Map<number, Lane>();
  const byNumber = new Map(bars.flat().map((bar) => [bar.stream, bar]));
  for (const laneBars of bars) {
    const lane = add('streams', STREAM_HEIGHT, laneBars);
    for (const { stream } of laneBars) byStream.set(stream, lane);
  }
  const { curves } = connection;
  if (curves.client.length >= CURVE_MIN || curves.server.length >= CURVE_MIN) add('windows', WINDOW_HEIGHT);
  const group: Group = { connection, top, height: at - top, lanes };
  for (const mark of connection.marks) {
    const lane = byStream.get(mark.stream ?? 0) ?? own;
    const placed = { mark, group, lane, nudge: nudgeOf(lane, mark) };
    lane.marks.push(placed);
    byNumber.get(mark.stream ?? 0)?.marks.push(placed);
  }
  return group;
}

/** Both directions of the connection's own lane have a line of their own. */
function nudgeOf({ kind, marks }: Lane, { time, from }: PageMark): number {
  return marks.filter(({ mark }) => mark.time === time && (kind === 'streams' || mark.from === from)).length;
}

/** A stream that nobody ended lasts as long as its connection, if all of it is here. */
function barsOf({ marks, paths, closed, total }: PageConnection): Bar[] {
  const spans = new Map<number, { start: number; end: number; open: boolean }>();
  const whole = marks.length >= total;
  for (const { stream, time, ends, from, kind } of marks) {
    if (stream === null || stream === 0) continue;
    const span = spans.get(stream);
    const over = ends && (from === 'server' || kind === 'reset');
    if (span === undefined) spans.set(stream, { start: time, end: time, open: !over });
    else {
      span.end = Math.max(span.end, time);
      span.open &&= !over;
    }
  }
  const bars = [...spans].map(([stream, { start, end, open }]) => ({
    stream,
    start,
    end: open && whole ? Math.max(end, closed ?? end) : end,
    label: [String(stream), paths[String(stream)] ?? ''].join(' ').trim(),
    marks: [],
  }));
  return bars.sort((one, other) => one.start - other.start || one.stream - other.stream);
}

/** Each stream into the first lane that is free again. */
function packed(bars: readonly Bar[]): Bar[][] {
  const lanes: Bar[][] = [];
  const ends: number[] = [];
  for (const bar of bars) {
    const free = ends.findIndex((end) => end < bar.start);
    const lane = free >= 0 ? free : Math.min(lanes.length, LANES_MAX - 1);
    lanes[lane] = [...(lanes[lane] ?? []), bar];
    ends[lane] = Math.max(ends[lane] ?? 0, bar.end);
  }
  return lanes;
}

/** By time; at one moment in the order of the frames, ends after them. */
function byTime(one: Placed, other: Placed): number {
  const frame = ({ mark }: Placed) => mark.frame ?? Number.MAX_SAFE_INTEGER;
  return one.mark.time - other.mark.time || frame(one) - frame(other);
}

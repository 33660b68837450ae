/** The keyboard on the timeline. */
import type { Layout, Placed } from './layout.ts';
import type { Timeline } from './timeline.ts';

export interface KeyActions {
  /** The details of what is selected. */
  open(): void;
  /** Back to where the reader came from. */
  leave(): void;
}

type Act = (timeline: Timeline, actions: KeyActions) => void;

const acts: Readonly<Record<string, Act>> = {
  ArrowRight: (timeline) => step(timeline, 1),
  ArrowLeft: (timeline) => step(timeline, -1),
  ArrowDown: (timeline) => changeLane(timeline, 1),
  ArrowUp: (timeline) => changeLane(timeline, -1),
  Home: (timeline) => timeline.select(timeline.layout.marks[0]),
  End: (timeline) => timeline.select(timeline.layout.marks.at(-1)),
  '+': (timeline) => timeline.zoomIn(),
  '=': (timeline) => timeline.zoomIn(),
  '-': (timeline) => timeline.zoomOut(),
  '0': (timeline) => timeline.fit(),
  Enter: (_, actions) => actions.open(),
  Escape: (_, actions) => actions.leave(),
};

export function listenKeys(timeline: Timeline, actions: KeyActions): void {
  timeline.canvas.addEventListener('keydown', (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act(timeline, actions);
  });
}

/** To the next or the previous mark of the same connection. */
export function step(timeline: Timeline, by: 1 | -1): void {
  const { selected, layout } = timeline;
  timeline.select(selected === undefined ? layout.marks[0] : (neighbour(layout, selected, by) ?? selected));
}

/** The mark before or after one on its connection, in the order of time. */
export function neighbour(layout: Layout, placed: Placed, by: 1 | -1): Placed | undefined {
  const own = layout.marks.filter(({ group }) => group === placed.group);
  return own[own.indexOf(placed) + by];
}

/** To the mark of the next lane that is nearest in time. */
function changeLane(timeline: Timeline, by: 1 | -1): void {
  const { selected, layout } = timeline;
  if (selected === undefined) {
    timeline.select(layout.marks[0]);
    return;
  }
  const lanes = layout.groups.flatMap((group) => group.lanes).filter(({ marks }) => marks.length > 0);
  const lane = lanes[lanes.indexOf(selected.lane) + by];
  const distance = ({ mark }: Placed) => Math.abs(mark.time - selected.mark.time);
  timeline.select(
    lane?.marks.reduce((best, placed) => (distance(placed) < distance(best) ? placed : best)) ?? selected,
  );
}

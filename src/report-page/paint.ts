/** Draws a scene on a canvas. */
import type { PageConnection, PageTexts } from '#diagnose';
import type { Colors } from './colors.ts';
import { filled } from './dom.ts';
import { count, tick } from './format.ts';
import { AXIS_HEIGHT, type Bar, type Group, HEAD_HEIGHT, type Lane, type Placed } from './layout.ts';
import { GUTTER, type Scene, xOf, xOfMark, yOf } from './scene.ts';
import { colorOf, drawShape } from './shapes.ts';

type Pen = CanvasRenderingContext2D;

/** Room that a label of the axis takes. */
const TICK_WIDTH = 92;
/** Below it a label of a bar would be letters without a word. */
const LABEL_MIN = 24;
const LABEL_INSIDE_MIN = 110;

export interface Brush {
  readonly pen: Pen;
  readonly colors: Colors;
  readonly font: string;
  readonly texts: PageTexts;
}

export function paint(brush: Brush, scene: Scene): void {
  const { pen, colors } = brush;
  pen.clearRect(0, 0, scene.width, scene.height);
  pen.save();
  pen.beginPath();
  pen.rect(0, AXIS_HEIGHT, scene.width, scene.height - AXIS_HEIGHT);
  pen.clip();
  pen.translate(0, AXIS_HEIGHT - scene.scrollTop);
  const bottom = scene.scrollTop + scene.height;
  for (const group of scene.layout.groups) {
    if (group.top + group.height < scene.scrollTop || group.top > bottom) continue;
    paintGroup(brush, scene, group);
  }
  if (scene.selected !== undefined) paintSelection(brush, scene, scene.selected);
  pen.restore();
  paintAxis(brush, scene);
  pen.strokeStyle = colors.line;
  pen.lineWidth = 1;
}

function paintGroup(brush: Brush, scene: Scene, group: Group): void {
  for (const lane of group.lanes) paintLane(brush, scene, group, lane);
  for (const { marks } of group.lanes) for (const placed of marks) paintEnding(brush, scene, group, placed);
  for (const { marks } of group.lanes) for (const placed of marks) paintMark(brush, scene, placed);
  for (const { marks } of group.lanes) for (const placed of marks) paintStrike(brush, scene, placed);
  paintHead(brush, scene, group);
}

function paintHead({ pen, colors, font, texts }: Brush, scene: Scene, { connection, top }: Group): void {
  pen.fillStyle = colors.band;
  pen.fillRect(0, top, scene.width, HEAD_HEIGHT);
  let x = GUTTER;
  const middle = top + HEAD_HEIGHT / 2;
  pen.textBaseline = 'middle';
  if (connection.severity === 'error' || connection.severity === 'warning') {
    pen.fillStyle = colors[connection.severity];
    pen.font = `bold 12px ${font}`;
    pen.fillText(connection.severity === 'error' ? '✖' : '▲', x, middle);
    x += 17;
  }
  pen.fillStyle = colors.text;
  pen.font = `bold 12px ${font}`;
  const name = `${texts.connection} ${connection.name}`;
  pen.fillText(name, x, middle);
  x += pen.measureText(name).width + 10;
  pen.fillStyle = colors.dim;
  pen.font = `12px ${font}`;
  pen.fillText(headText(connection, texts), x, middle);
}

function headText({ client, server, marks, total }: PageConnection, texts: PageTexts): string {
  const shown = filled(texts.shown, { n: count(marks.length), m: count(total) });
  return `${client} → ${server}${marks.length < total ? `  ·  ${shown}` : ''}`;
}

function paintLane(brush: Brush, scene: Scene, group: Group, lane: Lane): void {
  const { pen, colors } = brush;
  const { connection } = group;
  if (lane.kind === 'windows') {
    paintCurves(brush, scene, connection, lane);
    return;
  }
  if (lane.kind === 'connection') {
    const from = xOf(scene, connection.opened);
    const to = connection.closed === null ? scene.width : xOf(scene, connection.closed);
    pen.fillStyle = colors.line;
    pen.fillRect(from, lane.top + lane.height / 2 - 0.5, Math.max(0, to - from), 1);
    return;
  }
  for (const [at, bar] of lane.bars.entries()) paintBar(brush, scene, lane, bar, lane.bars[at + 1]);
}

/** The label stands behind the last mark if the bar is long enough, otherwise behind the bar, as far as the next one lets it. */
function paintBar({ pen, colors, font }: Brush, scene: Scene, lane: Lane, bar: Bar, next: Bar | undefined): void {
  const from = xOf(scene, bar.start);
  const marked = Math.max(from, ...bar.marks.map((placed) => xOfMark(scene, placed)));
  const to = Math.max(marked, xOf(scene, bar.end));
  const limit = next === undefined ? scene.width : xOf(scene, next.start) - 12;
  if (limit < 0 || from > scene.width) return;
  const middle = lane.top + lane.height / 2;
  pen.fillStyle = colors.band;
  pen.beginPath();
  pen.roundRect(from - 7, middle - 8, Math.max(14, to - from + 14), 16, 8);
  pen.fill();
  const inside = to - marked > LABEL_INSIDE_MIN;
  const start = Math.max(GUTTER, (inside ? marked : to) + 11);
  const end = inside ? Math.min(limit, to) : limit;
  if (end - start < LABEL_MIN) return;
  pen.save();
  pen.beginPath();
  pen.rect(start, lane.top, end - start, lane.height);
  pen.clip();
  pen.fillStyle = colors.dim;
  pen.font = `11px ${font}`;
  pen.textBaseline = 'middle';
  pen.fillText(bar.label, start, middle);
  pen.restore();
}

function paintCurves({ pen, colors, font, texts }: Brush, scene: Scene, connection: PageConnection, lane: Lane): void {
  const { client, server } = connection.curves;
  const most = [...client, ...server].reduce((max, [, window]) => Math.max(max, window), 1);
  const y = (window: number) => lane.top + lane.height - 3 - (Math.max(0, window) / most) * (lane.height - 20);
  for (const [side, points] of [
    ['client', client],
    ['server', server],
  ] as const) {
    if (points.length === 0) continue;
    pen.strokeStyle = colors[side];
    pen.lineWidth = 1.3;
    pen.beginPath();
    let last = y(points[0]![1]);
    for (const [time, window] of points) {
      const x = xOf(scene, time);
      pen.lineTo(x, last);
      last = y(window);
      pen.lineTo(x, last);
    }
    pen.stroke();
  }
  pen.fillStyle = colors.dim;
  pen.font = `10px ${font}`;
  pen.textBaseline = 'top';
  pen.fillText(`${texts.window} ≤ ${count(most)}`, GUTTER, lane.top + 2);
}

/** What ends a connection is seen in all its lanes. */
function paintEnding({ pen, colors }: Brush, scene: Scene, group: Group, placed: Placed): void {
  const { mark } = placed;
  if (mark.kind !== 'goaway' && mark.kind !== 'fin' && mark.kind !== 'rst') return;
  pen.fillStyle = colorOf(mark, colors);
  pen.globalAlpha = 0.55;
  pen.fillRect(xOfMark(scene, placed) - 0.5, group.top + HEAD_HEIGHT, 1, group.height - HEAD_HEIGHT);
  pen.globalAlpha = 1;
}

function paintMark({ pen, colors }: Brush, scene: Scene, placed: Placed): void {
  const { mark } = placed;
  const x = xOfMark(scene, placed);
  if (x < -20 || x > scene.width + 20) return;
  const y = yOf(placed);
  pen.globalAlpha = scene.found === undefined || scene.found.has(placed) ? 1 : 0.18;
  if (scene.evidence.has(placed)) {
    pen.beginPath();
    pen.arc(x, y, 9, 0, 2 * Math.PI);
    pen.fillStyle = colors.accent;
    pen.globalAlpha *= 0.32;
    pen.fill();
    pen.globalAlpha = scene.found === undefined || scene.found.has(placed) ? 1 : 0.18;
  }
  drawShape(pen, mark, x, y, colorOf(mark, colors));
  pen.globalAlpha = 1;
}

/** A PING that counts against its sender, with its number, on top of whatever stands near. */
function paintStrike({ pen, colors, font }: Brush, scene: Scene, placed: Placed): void {
  const { strike } = placed.mark;
  if (strike === 0) return;
  const x = xOfMark(scene, placed);
  const y = yOf(placed);
  pen.fillStyle = colors.error;
  pen.beginPath();
  pen.arc(x, y, 7, 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = colors.panel;
  pen.font = `bold 10px ${font}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(String(strike), x, y + 0.5);
  pen.textAlign = 'left';
}

function paintSelection({ pen, colors }: Brush, scene: Scene, placed: Placed): void {
  const x = xOfMark(scene, placed);
  pen.fillStyle = colors.accent;
  pen.globalAlpha = 0.5;
  pen.fillRect(x - 0.5, scene.scrollTop, 1, scene.height);
  pen.globalAlpha = 1;
  pen.strokeStyle = colors.accent;
  pen.lineWidth = 2.2;
  pen.beginPath();
  pen.arc(x, yOf(placed), 10.5, 0, 2 * Math.PI);
  pen.stroke();
}

function paintAxis({ pen, colors, font }: Brush, scene: Scene): void {
  pen.fillStyle = colors.panel;
  pen.fillRect(0, 0, scene.width, AXIS_HEIGHT);
  pen.fillStyle = colors.line;
  pen.fillRect(0, AXIS_HEIGHT - 1, scene.width, 1);
  pen.fillStyle = colors.dim;
  pen.font = `11px ${font}`;
  pen.textBaseline = 'middle';
  const ticks = Math.max(1, Math.floor((scene.width - 2 * GUTTER) / TICK_WIDTH));
  const times = Array.from({ length: ticks }, (_, at) =>
    scene.scale.time(scene.view.from + (at / ticks) * scene.view.span),
  );
  for (const [at, time] of times.entries()) {
    if (at > 0 && time === times[at - 1]) continue;
    const x = xOf(scene, time);
    pen.fillRect(x, AXIS_HEIGHT - 6, 1, 5);
    const step = Math.abs((times[at + 1] ?? times[at - 1] ?? time + 1) - time);
    pen.fillText(tick(time, step), x + 3, AXIS_HEIGHT / 2 - 1);
  }
}

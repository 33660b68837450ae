/** How each kind of mark looks: shape tells the kind, colour the sender, so that neither is needed alone. */
import type { MarkKind, PageMark } from '#diagnose';
import type { Colors } from './colors.ts';

type Pen = CanvasRenderingContext2D;
type Shape = (pen: Pen, x: number, y: number) => void;

const R = 5;

function circle(pen: Pen, x: number, y: number, radius = R): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
}

function polygon(pen: Pen, points: readonly (readonly [number, number])[]): void {
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.closePath();
}

function cross(pen: Pen, x: number, y: number): void {
  pen.beginPath();
  pen.moveTo(x - R + 1, y - R + 1);
  pen.lineTo(x + R - 1, y + R - 1);
  pen.moveTo(x + R - 1, y - R + 1);
  pen.lineTo(x - R + 1, y + R - 1);
  pen.stroke();
}

function square(pen: Pen, x: number, y: number, size: number): void {
  pen.beginPath();
  pen.rect(x - size, y - size, 2 * size, 2 * size);
}

function octagon(pen: Pen, x: number, y: number): void {
  const [big, small] = [R + 2, 3];
  const corners = [
    [-small, -big],
    [small, -big],
    [big, -small],
    [big, small],
    [small, big],
    [-small, big],
    [-big, small],
    [-big, -small],
  ] as const;
  polygon(
    pen,
    corners.map(([dx, dy]) => [x + dx, y + dy] as const),
  );
}

function diamond(pen: Pen, x: number, y: number): void {
  polygon(pen, [
    [x, y - R - 1],
    [x + R + 1, y],
    [x, y + R + 1],
    [x - R - 1, y],
  ]);
}

const shapes: Readonly<Record<MarkKind, Shape>> = {
  request: (pen, x, y) => {
    polygon(pen, [
      [x - 4, y - R],
      [x + R, y],
      [x - 4, y + R],
    ]);
    pen.fill();
  },
  response: (pen, x, y) => {
    polygon(pen, [
      [x + 4, y - R],
      [x - R, y],
      [x + 4, y + R],
    ]);
    pen.fill();
  },
  trailers: (pen, x, y) => {
    diamond(pen, x, y);
    pen.fill();
  },
  data: (pen, x, y) => {
    pen.fillRect(x - 1.5, y - R, 3, 2 * R);
  },
  reset: cross,
  ping: (pen, x, y) => {
    circle(pen, x, y);
    pen.fill();
  },
  ack: (pen, x, y) => {
    circle(pen, x, y, R - 1.5);
    pen.stroke();
  },
  goaway: (pen, x, y) => {
    octagon(pen, x, y);
    pen.fill();
  },
  settings: (pen, x, y) => {
    square(pen, x, y, 4);
    pen.stroke();
  },
  window: (pen, x, y) => {
    polygon(pen, [
      [x, y - 3],
      [x + 3, y + 3],
      [x - 3, y + 3],
    ]);
    pen.stroke();
  },
  fin: (pen, x, y) => {
    pen.fillRect(x - 1.5, y - 9, 3, 18);
  },
  rst: (pen, x, y) => {
    pen.fillRect(x - 1.5, y - 9, 3, 18);
    cross(pen, x, y);
  },
  lost: (pen, x, y) => {
    pen.setLineDash([2, 2]);
    square(pen, x, y, 5);
    pen.stroke();
    pen.setLineDash([]);
  },
  other: (pen, x, y) => {
    circle(pen, x, y, 2);
    pen.fill();
  },
};

/** What went wrong has the colour of an error, whoever sent it. */
export function colorOf({ kind, from, trouble }: Pick<PageMark, 'kind' | 'from' | 'trouble'>, colors: Colors): string {
  if (kind === 'lost') return colors.warning;
  return trouble ? colors.error : colors[from];
}

export function drawShape(
  pen: Pen,
  mark: Pick<PageMark, 'kind' | 'from' | 'strike'>,
  x: number,
  y: number,
  color: string,
): void {
  pen.fillStyle = color;
  pen.strokeStyle = color;
  pen.lineWidth = mark.kind === 'reset' || mark.kind === 'rst' ? 2.2 : 1.6;
  shapes[mark.kind](pen, x, y);
}

/** Mouse, touch and wheel on the timeline, as what they mean. */

export interface Gestures {
  /** By a part of the width. */
  pan(part: number): void;
  /** `at`: 0 at the left edge, 1 at the right. */
  zoom(factor: number, at: number): void;
  /** A click or tap, in pixels; `reach` is how near a mark must be. */
  pick(x: number, y: number, reach: number): void;
  hover(x: number, y: number): void;
  leave(): void;
}

/** Further than this a press is a drag. */
const DRAG_PIXELS = 4;
/** Fingers hide what they point at. */
const REACH = { mouse: 12, touch: 22 } as const;
const WHEEL_ZOOM = 0.0022;

interface Finger {
  x: number;
  y: number;
}

export function listenGestures(canvas: HTMLCanvasElement, gestures: Gestures): void {
  const fingers = new Map<number, Finger>();
  let moved = 0;
  const part = (x: number) => x / Math.max(1, canvas.clientWidth);

  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (fingers.size === 1) moved = 0;
  });
  canvas.addEventListener('pointermove', (event) => {
    const finger = fingers.get(event.pointerId);
    if (finger === undefined) {
      gestures.hover(event.offsetX, event.offsetY);
      return;
    }
    const before = [...fingers.values()].map(({ x }) => x);
    const by = event.offsetX - finger.x;
    moved += Math.abs(by) + Math.abs(event.offsetY - finger.y);
    finger.x = event.offsetX;
    finger.y = event.offsetY;
    if (fingers.size === 2)
      pinch(
        before,
        [...fingers.values()].map(({ x }) => x),
        part,
        gestures,
      );
    else if (moved > DRAG_PIXELS) gestures.pan(-part(by));
  });
  const lift = (event: PointerEvent) => {
    const finger = fingers.get(event.pointerId);
    fingers.delete(event.pointerId);
    if (finger === undefined || moved > DRAG_PIXELS || event.type !== 'pointerup' || fingers.size > 0) return;
    gestures.pick(event.offsetX, event.offsetY, event.pointerType === 'mouse' ? REACH.mouse : REACH.touch);
  };
  canvas.addEventListener('pointerup', lift);
  canvas.addEventListener('pointercancel', lift);
  canvas.addEventListener('pointerleave', () => gestures.leave());
  canvas.addEventListener('dblclick', (event) => gestures.zoom(2.5, part(event.offsetX)));
  canvas.addEventListener(
    'wheel',
    (event) => {
      // Pinching on a touchpad comes as a wheel with Ctrl. Up and down alone scroll the lanes, as everywhere.
      if (event.ctrlKey || event.metaKey) gestures.zoom(Math.exp(-event.deltaY * WHEEL_ZOOM * 3), part(event.offsetX));
      else if (event.shiftKey) gestures.pan(part(event.deltaY));
      else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) gestures.pan(part(event.deltaX));
      else return;
      event.preventDefault();
    },
    { passive: false },
  );
}

function pinch(
  before: readonly number[],
  after: readonly number[],
  part: (x: number) => number,
  gestures: Gestures,
): void {
  const [a = 0, b = 0] = before;
  const [c = 0, d = 0] = after;
  const was = Math.abs(a - b);
  const is = Math.abs(c - d);
  if (was > 8 && is > 8) gestures.zoom(is / was, part((c + d) / 2));
  gestures.pan(-part((c + d - a - b) / 2));
}

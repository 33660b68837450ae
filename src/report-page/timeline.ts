/** The timeline: a canvas over rows that scroll, with what is selected, searched and in sight. */
import type { PageData } from '#diagnose';
import { type Colors, colorsOf } from './colors.ts';
import { button, element } from './dom.ts';
import { clock } from './format.ts';
import { listenGestures } from './gestures.ts';
import { AXIS_HEIGHT, HEAD_HEIGHT, type Layout, layoutOf, type Placed } from './layout.ts';
import { paint } from './paint.ts';
import { Scale, type ScaleKind } from './scale.ts';
import { markAt, type Scene, xOfMark, yOf } from './scene.ts';
import { View } from './view.ts';

/** Marks nearer than this to a selected one are drawn apart by zooming in. */
const APART_PIXELS = 14;
const ZOOM_STEP = 1.6;

export interface TimelineEvents {
  selected(placed: Placed): void;
}

export class Timeline {
  readonly root: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly layout: Layout;
  readonly #scroller = element('div', { class: 'scroller' });
  readonly #tip = element('div', { class: 'tip', 'aria-hidden': 'true', hidden: '' });
  readonly #view = new View();
  readonly #data: PageData;
  readonly #events: TimelineEvents;
  #scale: Scale;
  #colors: Colors;
  #selected: Placed | undefined;
  #evidence: ReadonlySet<Placed> = new Set();
  #found: ReadonlySet<Placed> | undefined;
  #drawing = false;

  constructor(data: PageData, tools: HTMLElement, events: TimelineEvents) {
    this.#data = data;
    this.#events = events;
    this.layout = layoutOf(data.connections);
    this.#scale = this.#scaleOf('even');
    this.#view.reset(this.#scale.length);
    const { texts } = data;
    this.canvas = element('canvas', {
      class: 'rows',
      tabindex: '0',
      role: 'application',
      'aria-label': texts.timelineHelp,
    });
    const spacer = element('div', { class: 'spacer', 'aria-hidden': 'true' });
    const height = AXIS_HEIGHT + this.layout.height;
    spacer.style.height = `${height}px`;
    this.#scroller.style.setProperty('--rows', `${height}px`);
    this.#scroller.append(this.canvas, spacer);
    tools.append(...this.#tools());
    this.root = element('div', { class: 'chart' }, [this.#scroller, this.#tip]);
    this.#colors = colorsOf(document.body);
    this.#listen();
  }

  get selected(): Placed | undefined {
    return this.#selected;
  }

  /** Marks that evidence points to get a halo. */
  set evidence(evidence: ReadonlySet<Placed>) {
    this.#evidence = evidence;
    this.draw();
  }

  /** Others are dimmed; undefined shows all alike. */
  set found(found: ReadonlySet<Placed> | undefined) {
    this.#found = found;
    this.draw();
  }

  /** Selects a mark, brings it into sight, and apart from its neighbours. */
  select(placed: Placed | undefined): void {
    this.#selected = placed;
    if (placed !== undefined) {
      this.#reveal(placed);
      this.#events.selected(placed);
    }
    this.draw();
  }

  zoomIn(): void {
    this.#zoom(ZOOM_STEP);
  }

  zoomOut(): void {
    this.#zoom(1 / ZOOM_STEP);
  }

  fit(): void {
    this.#view.reset(this.#scale.length);
    this.draw();
  }

  /** The colours may have changed. */
  recolor(): void {
    this.#colors = colorsOf(document.body);
    this.draw();
  }

  /** Draws once before the next frame of the screen, however often it is asked for. */
  draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#paint();
    });
  }

  #scaleOf(kind: ScaleKind): Scale {
    const { connections } = this.#data;
    const times = connections.flatMap(({ opened, closed, marks }) => [
      opened,
      ...(closed === null ? [] : [closed]),
      ...marks.map(({ time }) => time),
    ]);
    return new Scale(times, kind);
  }

  #tools(): HTMLElement[] {
    const { texts } = this.#data;
    const scale = element('select', { 'aria-label': texts.scale }, [
      element('option', { value: 'even' }, [texts.even]),
      element('option', { value: 'linear' }, [texts.linear]),
    ]);
    scale.addEventListener('change', () => {
      this.#scale = this.#scaleOf(scale.value === 'linear' ? 'linear' : 'even');
      this.fit();
    });
    return [
      scale,
      button(texts.zoomOut, '−', () => this.zoomOut()),
      button(texts.zoomIn, '+', () => this.zoomIn()),
      button(texts.fit, texts.fit, () => this.fit()),
    ];
  }

  #listen(): void {
    listenGestures(this.canvas, {
      pan: (part) => {
        this.#view.pan(part);
        this.draw();
      },
      zoom: (factor, at) => {
        this.#view.zoom(factor, at);
        this.draw();
      },
      pick: (x, y, reach) => {
        const placed = this.#at(x, y, reach);
        if (placed !== undefined) this.select(placed);
      },
      hover: (x, y) => this.#hover(x, y),
      leave: () => {
        this.#tip.hidden = true;
      },
    });
    this.#scroller.addEventListener('scroll', () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.#scroller);
  }

  #zoom(factor: number): void {
    const { selected } = this;
    const scene = this.#scene();
    this.#view.zoom(factor, selected === undefined ? 0.5 : xOfMark(scene, selected) / Math.max(1, scene.width));
    this.draw();
  }

  #scene(): Scene {
    return {
      layout: this.layout,
      scale: this.#scale,
      view: this.#view,
      width: this.canvas.clientWidth,
      height: this.canvas.clientHeight,
      scrollTop: this.#scroller.scrollTop,
      selected: this.#selected,
      evidence: this.#evidence,
      found: this.#found,
    };
  }

  #at(x: number, y: number, reach: number): Placed | undefined {
    if (y < AXIS_HEIGHT) return undefined;
    return markAt(this.#scene(), x, y - AXIS_HEIGHT + this.#scroller.scrollTop, reach);
  }

  #hover(x: number, y: number): void {
    const placed = this.#at(x, y, 12);
    this.canvas.classList.toggle('over', placed !== undefined);
    this.#tip.hidden = placed === undefined;
    if (placed === undefined) return;
    const { mark } = placed;
    const number = mark.frame === null ? '' : ` ${mark.frame}`;
    this.#tip.textContent = `${mark.type}${number} · ${clock(mark.time)}${mark.rows[0] === undefined ? '' : ` · ${mark.rows[0][1]}`}`;
    this.#tip.style.left = `${Math.min(x + 12, Math.max(0, this.canvas.clientWidth - 260))}px`;
    this.#tip.style.top = `${y + 16}px`;
  }

  #reveal(placed: Placed): void {
    const position = this.#scale.position(placed.mark.time);
    const near = placed.lane.marks
      .map(({ mark }) => Math.abs(this.#scale.position(mark.time) - position))
      .filter((distance) => distance > 0);
    const nearest = near.length === 0 ? this.#view.span : Math.min(...near);
    const apart = (nearest / APART_PIXELS) * Math.max(1, this.canvas.clientWidth);
    this.#view.narrow(position, Math.max(apart, this.#scale.length * 1e-4));
    const top = placed.lane.top - HEAD_HEIGHT;
    const rows = this.#scroller.clientHeight - AXIS_HEIGHT;
    if (top < this.#scroller.scrollTop || yOf(placed) + placed.lane.height > this.#scroller.scrollTop + rows) {
      this.#scroller.scrollTop = Math.max(0, placed.group.height <= rows ? placed.group.top : top - rows / 3);
    }
  }

  #paint(): void {
    const { canvas } = this;
    const ratio = devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * ratio);
    const height = Math.round(canvas.clientHeight * ratio);
    if (width === 0 || height === 0) return;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const pen = canvas.getContext('2d');
    if (pen === null) return;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const font = getComputedStyle(document.body).fontFamily;
    paint({ pen, colors: this.#colors, font, texts: this.#data.texts }, this.#scene());
    // For tests and for people with tools: what the picture shows.
    const shown = this.#selected?.mark;
    canvas.dataset.selected = shown === undefined ? '' : `${shown.type} ${shown.frame ?? ''}`.trim();
  }
}

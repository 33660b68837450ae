/** The page as a whole: findings, timeline, details and search, tied together. */
import type { PageData } from '#diagnose';
import { colorsOf } from './colors.ts';
import { Detail } from './detail.ts';
import { button, element, filled, scrollBehavior } from './dom.ts';
import { type Linked, linkEvidence } from './evidence.ts';
import { count } from './format.ts';
import { listenKeys, neighbour, step } from './keys.ts';
import type { Placed } from './layout.ts';
import { Legend } from './legend.ts';
import { haystack, matcher } from './search.ts';
import { themeSwitch } from './theme.ts';
import { Timeline } from './timeline.ts';

/** Where the timeline stands below the findings instead of beside them, as in the style sheet. */
const NARROW = '(max-width: 1040px)';

export class Page {
  readonly #data: PageData;
  readonly #timeline: Timeline;
  readonly #detail: Detail;
  readonly #linked: readonly Linked[];
  readonly #rows: readonly HTMLElement[];
  /** Where Escape leads back to. */
  #origin: HTMLElement | undefined;

  constructor(data: PageData, section: HTMLElement, tools: HTMLElement) {
    this.#data = data;
    this.#rows = [...document.querySelectorAll<HTMLElement>('tr[data-evidence]')];
    this.#detail = new Detail(data, { step: (by) => step(this.#timeline, by), close: () => this.#close() });
    const controls = element('div', { class: 'buttons' });
    this.#timeline = new Timeline(data, controls, { selected: (placed) => this.#show(placed) });
    this.#linked = linkEvidence(data, this.#timeline.layout);
    this.#timeline.evidence = new Set(this.#linked.flatMap(({ placed }) => (placed === undefined ? [] : [placed])));
    const legend = new Legend(data.texts);
    const bar = element('div', { class: 'bar' }, [element('h2', {}, [data.texts.timeline]), controls]);
    section.append(element('div', { class: 'panel' }, [bar, this.#timeline.root, legend.root]), this.#detail.root);
    listenKeys(this.#timeline, { open: () => this.#detail.focus(), leave: () => this.#close() });
    this.#detail.root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#close();
    });
    const recolor = () => {
      this.#timeline.recolor();
      legend.paint(colorsOf(document.body));
    };
    tools.append(this.#search(), themeSwitch(data.texts, recolor));
    recolor();
    this.#listenRows();
  }

  #listenRows(): void {
    for (const row of this.#rows) {
      row.addEventListener('click', () => this.#choose(row));
    }
  }

  #choose(row: HTMLElement): void {
    const linked = this.#linked[Number(row.dataset.evidence)];
    if (linked === undefined) return;
    this.#origin = row.querySelector('button') ?? undefined;
    if (linked.placed === undefined) {
      this.#timeline.select(undefined);
      this.#detail.showLine(linked.line);
    } else {
      this.#timeline.select(linked.placed);
    }
    this.#markRows([row]);
    if (matchMedia(NARROW).matches) this.#timeline.root.scrollIntoView({ behavior: scrollBehavior(), block: 'start' });
  }

  #show(placed: Placed): void {
    const own = this.#linked.filter((linked) => linked.placed === placed).map(({ line }) => line);
    this.#detail.show(placed, neighbour(this.#timeline.layout, placed, -1)?.mark, own);
    this.#markRows(this.#rows.filter(({ dataset }) => this.#linked[Number(dataset.evidence)]?.placed === placed));
  }

  #markRows(rows: readonly HTMLElement[]): void {
    for (const row of this.#rows) {
      const current = rows.includes(row);
      row.classList.toggle('current', current);
      if (current) row.setAttribute('aria-current', 'true');
      else row.removeAttribute('aria-current');
    }
  }

  #close(): void {
    this.#timeline.select(undefined);
    this.#detail.clear();
    this.#markRows([]);
    this.#origin?.focus();
    this.#origin = undefined;
  }

  #search(): HTMLElement {
    const { texts } = this.#data;
    const { marks } = this.#timeline.layout;
    const field = element('input', { type: 'search', placeholder: texts.searchHint, 'aria-label': texts.search });
    const result = element('span', { class: 'dim', role: 'status' });
    const hay = new Map(marks.map((placed) => [placed, haystack(placed)]));
    let found: readonly Placed[] = [];
    field.addEventListener('input', () => {
      const matches = matcher(field.value);
      found = matches === undefined ? [] : marks.filter((placed) => matches(hay.get(placed) ?? ''));
      this.#timeline.found = matches === undefined ? undefined : new Set(found);
      filterFindings(matches);
      const text =
        found.length === 0 ? texts.noMatch : filled(texts.matches, { n: count(found.length), m: count(marks.length) });
      result.textContent = matches === undefined ? '' : text;
    });
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || found.length === 0) return;
      const { selected } = this.#timeline;
      const at = selected === undefined ? -1 : found.indexOf(selected);
      this.#origin = field;
      this.#timeline.select(found[(at + 1) % found.length]);
    });
    return element('span', { class: 'search' }, [field, result]);
  }
}

/** Findings without a match step back; where none has one, the words were about frames, and all stay. */
function filterFindings(matches: ((text: string) => boolean) | undefined): void {
  const findings = [...document.querySelectorAll<HTMLElement>('.input > .finding')];
  const held = findings.map((finding) => matches?.(` ${(finding.textContent ?? '').toLowerCase()} `) ?? true);
  const none = !held.includes(true);
  for (const [at, finding] of findings.entries()) finding.classList.toggle('nomatch', !none && !held[at]);
}

/** A button beside each piece of configuration. */
export function addCopyButtons({ texts }: PageData): void {
  for (const snippet of document.querySelectorAll<HTMLElement>('.snippet')) {
    const copy = button(texts.copy, texts.copy, () => {
      const code = snippet.querySelector('code')?.textContent ?? '';
      navigator.clipboard?.writeText(code).then(
        () => {
          copy.textContent = texts.copied;
        },
        () => undefined,
      );
    });
    snippet.append(copy);
  }
}

/** Without a connection, as for a log: no timeline, and nothing for its evidence to lead to. */
export function plainPage({ texts }: PageData, section: HTMLElement, tools: HTMLElement): void {
  section.remove();
  for (const at of document.querySelectorAll<HTMLButtonElement>('.at')) at.replaceWith(at.textContent ?? '');
  for (const row of document.querySelectorAll<HTMLElement>('tr[data-evidence]')) delete row.dataset.evidence;
  tools.append(themeSwitch(texts, () => undefined));
}

/** The panel that shows one frame: what it is, what it holds, and what it proves. */
import type { PageData, PageEvidence, PageMark, PageTexts } from '#diagnose';
import { button, element, filled } from './dom.ts';
import { clock, count, duration } from './format.ts';
import type { Placed } from './layout.ts';

export interface DetailActions {
  step(by: 1 | -1): void;
  close(): void;
}

export class Detail {
  readonly root: HTMLElement;
  readonly #body = element('div', { class: 'detail-body' });
  readonly #title = element('h2', { tabindex: '-1' });
  readonly #texts: PageTexts;

  constructor({ texts }: PageData, actions: DetailActions) {
    this.#texts = texts;
    const steps = element('div', { class: 'buttons' }, [
      button(texts.previous, '←', () => actions.step(-1)),
      button(texts.next, '→', () => actions.step(1)),
      button(texts.close, '✕', () => actions.close()),
    ]);
    const live = element('div', { 'aria-live': 'polite' }, [this.#title, this.#body]);
    this.root = element('section', { id: 'detail', class: 'panel', 'aria-label': texts.detail }, [steps, live]);
    this.clear();
  }

  clear(): void {
    this.root.classList.add('empty');
    this.#title.textContent = this.#texts.detail;
    this.#body.replaceChildren(element('p', { class: 'dim' }, [this.#texts.detailEmpty]));
  }

  focus(): void {
    this.#title.focus();
  }

  /** A mark, the one before it on its connection, and the lines of evidence that point to it. */
  show({ mark, group }: Placed, before: PageMark | undefined, evidence: readonly PageEvidence[]): void {
    const texts = this.#texts;
    this.root.classList.remove('empty');
    const name = mark.frame === null ? '' : ` · ${filled(texts.frame, { n: mark.frame })}`;
    this.#title.textContent = `${mark.type}${name}`;
    const rows: (readonly [string, string])[] = [
      [texts.direction, mark.from === 'client' ? texts.toServer : texts.toClient],
      [texts.time, clock(mark.time)],
      ...(before === undefined ? [] : [[texts.sincePrevious, duration(mark.time - before.time)] as const]),
      [texts.connection, group.connection.name],
      ...(mark.stream === null ? [] : [[texts.stream, streamText(mark.stream, texts)] as const]),
      ...(mark.packet === 0 ? [] : [[texts.packet, count(mark.packet)] as const]),
      ...(mark.length === null ? [] : [[texts.length, count(mark.length)] as const]),
      ...mark.rows,
      ...(mark.window === null ? [] : [[texts.windowLeft, count(mark.window)] as const]),
      ...(mark.strike === 0 ? [] : [['PING', filled(texts.strike, { n: mark.strike })] as const]),
    ];
    this.#body.replaceChildren(...this.#proofs(evidence), listOf(rows), ...this.#fields(mark));
  }

  /** A line of evidence whose frame is not embedded, or that is about no frame. */
  showLine(line: PageEvidence): void {
    const texts = this.#texts;
    this.root.classList.remove('empty');
    this.#title.textContent = line.frame === null ? clock(line.time) : filled(texts.frame, { n: line.frame });
    const missing = line.frame === null ? [] : [element('p', { class: 'dim' }, [texts.notEmbedded])];
    const rows = [
      [texts.time, clock(line.time)] as const,
      ...(line.connection === 0 ? [] : [[texts.connection, String(line.connection)] as const]),
      ...(line.line === null ? [] : [[texts.line, String(line.line)] as const]),
    ];
    this.#body.replaceChildren(...this.#proofs([line]), listOf(rows), ...missing);
  }

  #proofs(evidence: readonly PageEvidence[]): HTMLElement[] {
    return evidence.map(({ text, finding, element: id }) =>
      element('p', { class: 'proof' }, [
        text,
        element('br'),
        element('span', { class: 'dim' }, [`${this.#texts.proves}: `]),
        element('a', { href: `#${id}` }, [finding]),
      ]),
    );
  }

  #fields({ fields }: PageMark): HTMLElement[] {
    if (fields.length === 0) return [];
    const texts = this.#texts;
    const rows = fields.flatMap(([name, value]) => [element('dt', {}, [name]), element('dd', {}, [value])]);
    return [element('h3', {}, [texts.headerFields]), element('dl', { class: 'fields' }, rows)];
  }
}

function listOf(rows: readonly (readonly [string, string])[]): HTMLElement {
  const cells = rows.flatMap(([name, value]) => [element('dt', {}, [name]), element('dd', {}, [value])]);
  return element('dl', {}, cells);
}

function streamText(stream: number, texts: PageTexts): string {
  return stream === 0 ? texts.wholeConnection : String(stream);
}

/** What the marks mean. */
import type { MarkKind, PageTexts } from '#diagnose';
import type { Colors } from './colors.ts';
import { element } from './dom.ts';
import { colorOf, drawShape } from './shapes.ts';

export class Legend {
  readonly root: HTMLElement;
  readonly #samples: { readonly canvas: HTMLCanvasElement; readonly kind: MarkKind }[] = [];

  constructor(texts: PageTexts) {
    const names: readonly (readonly [MarkKind, string])[] = [
      ['request', texts.request],
      ['response', texts.response],
      ['data', 'DATA'],
      ['trailers', texts.trailers],
      ['reset', 'RST_STREAM'],
      ['ping', 'PING'],
      ['ack', 'PING ACK'],
      ['goaway', 'GOAWAY'],
      ['settings', texts.settings],
      ['window', 'WINDOW_UPDATE'],
      ['fin', 'FIN'],
      ['rst', 'RST'],
      ['lost', texts.lost],
    ];
    const items = names.map(([kind, name]) => {
      const canvas = element('canvas', { width: '40', height: '40', 'aria-hidden': 'true' });
      this.#samples.push({ canvas, kind });
      return element('li', {}, [canvas, name]);
    });
    const sides = [
      element('li', {}, [element('span', { class: 'swatch client' }), texts.toServer]),
      element('li', {}, [element('span', { class: 'swatch server' }), texts.toClient]),
    ];
    this.root = element('details', { class: 'legend' }, [
      element('summary', {}, [texts.legend]),
      element('ul', {}, [...sides, ...items]),
    ]);
  }

  paint(colors: Colors): void {
    for (const { canvas, kind } of this.#samples) {
      const pen = canvas.getContext('2d');
      if (pen === null) continue;
      const from = kind === 'response' || kind === 'trailers' || kind === 'ack' ? 'server' : 'client';
      const trouble = kind === 'reset' || kind === 'goaway' || kind === 'rst';
      const mark = { kind, from, trouble, strike: 0 } as const;
      pen.setTransform(2, 0, 0, 2, 0, 0);
      pen.clearRect(0, 0, 20, 20);
      drawShape(pen, mark, 10, 10, colorOf(mark, colors));
    }
  }
}

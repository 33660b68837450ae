/** The colours of the style sheet, for the canvas. */
import { element } from './dom.ts';

export interface Colors {
  readonly panel: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly client: string;
  readonly server: string;
  readonly error: string;
  readonly warning: string;
  readonly accent: string;
  readonly band: string;
}

/** Read through an element in `parent`, because a variable may itself depend on the theme. */
export function colorsOf(parent: HTMLElement): Colors {
  const probe = parent.appendChild(element('span', { hidden: '' }));
  const read = (name: keyof Colors): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colors = {
    panel: read('panel'),
    line: read('line'),
    text: read('text'),
    dim: read('dim'),
    client: read('client'),
    server: read('server'),
    error: read('error'),
    warning: read('warning'),
    accent: read('accent'),
    band: read('band'),
  };
  probe.remove();
  return colors;
}

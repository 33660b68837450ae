/** A page of styled lines, none wider than the page unless it is a snippet. */
import { displayWidth, padEnd, wrap } from '../width.ts';

/** What a piece of text is; the caller of the renderer decides how that looks. */
export type StyleName =
  | 'error'
  | 'warning'
  | 'info'
  | 'ok'
  | 'title'
  | 'heading'
  | 'strong'
  | 'dim'
  | 'client'
  | 'server'
  | 'snippet';

/** Returns `text` with whatever makes it look so: escape sequences on a terminal, nothing in a file. */
export type Style = (style: StyleName, text: string) => string;

export const plain: Style = (_, text) => text;

/** Narrower pages would leave no room for the text column of the evidence. */
const WIDTH_MIN = 48;
export const WIDTH_DEFAULT = 80;
/** Terminals draw a tab eight columns wide, too much for code that is indented already. */
const TAB = '    ';

export class Page {
  readonly width: number;
  readonly style: Style;
  readonly #complete: boolean;
  readonly #lines: string[] = [];

  constructor(width = WIDTH_DEFAULT, style: Style = plain, complete = false) {
    this.width = Math.max(WIDTH_MIN, width);
    this.style = style;
    this.#complete = complete;
  }

  /** How many entries of a list to show: `usual`, or all of them on a complete page. */
  room(usual: number): number {
    return this.#complete ? Number.POSITIVE_INFINITY : usual;
  }

  /** An empty line, but never two together and none at the top. */
  gap(): void {
    if (this.#lines.length > 0 && this.#lines[this.#lines.length - 1] !== '') this.#lines.push('');
  }

  /** `text` wrapped behind `indent` columns; with `first`, that prefix stands in the indentation of the first line. */
  paragraph(text: string, indent: number, style?: StyleName, first = ''): void {
    this.cells([{ text: first, columns: indent }], text, style);
  }

  /** Fixed columns, and `text` wrapped in what is left; the columns are blank on the lines that follow. */
  cells(columns: readonly Cell[], text: string, style?: StyleName): void {
    const indent = columns.reduce((sum, { columns: own }) => sum + own, 0);
    const lead = columns.map((cell) => this.#cell(cell)).join('');
    wrap(text, this.width - indent).forEach((line, index) => {
      const styled = style === undefined ? line : this.style(style, line);
      this.#lines.push(((index === 0 ? lead : ' '.repeat(indent)) + styled).trimEnd());
    });
  }

  /** Text that must stay as it is: configuration and code. */
  snippet(text: string, indent: number): void {
    for (const line of text.replaceAll('\t', TAB).split('\n'))
      this.#lines.push(`${' '.repeat(indent)}${this.style('snippet', line)}`.trimEnd());
  }

  #cell({ text, columns, style }: Cell): string {
    const padded = padEnd(text, columns);
    if (style === undefined || text === '') return padded;
    return this.style(style, text) + padded.slice(text.length);
  }

  toString(): string {
    return `${this.#lines.join('\n').trimEnd()}\n`;
  }
}

/** A column of fixed width: longer text would push the others, so callers measure it. */
export interface Cell {
  readonly text: string;
  readonly columns: number;
  readonly style?: StyleName;
}

/** Columns that hold the widest of `texts`. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0);
}

/** Colours of the report on a terminal: ANSI SGR (ECMA-48 §8.3.117), the 16 basic ones, which every theme makes readable. */
import type { Style, StyleName } from '#diagnose';
import type { Io } from './io.ts';

export const colorChoices = ['auto', 'always', 'never'] as const;
export type ColorChoice = (typeof colorChoices)[number];

const codes: Readonly<Record<StyleName, string>> = {
  error: '1;31',
  warning: '1;33',
  info: '36',
  ok: '1;32',
  title: '1',
  heading: '1;4',
  strong: '1',
  dim: '2',
  client: '34',
  server: '35',
  snippet: '32',
};

/** The style to render with; undefined for plain text. NO_COLOR counts when it is not empty (no-color.org). */
export function chosenStyle(choice: ColorChoice, io: Io, isTerminal: boolean): Style | undefined {
  const wanted = choice === 'always' || (choice === 'auto' && isTerminal && !io.env.NO_COLOR && io.env.TERM !== 'dumb');
  return wanted ? ansi : undefined;
}

const ansi: Style = (style, text) => `\x1b[${codes[style]}m${text}\x1b[0m`;

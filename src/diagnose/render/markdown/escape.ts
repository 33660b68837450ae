/**
 * Text of unknown origin inside Markdown. What a peer sent (debug data, paths, header values) must neither become markup
 * nor an address, nor call people: chat programs act on `@all` and `<!channel>`, and turn addresses into links.
 */
import { printable } from '../printable.ts';

/** An invisible blank: text looks the same and is no mention and no address any more. */
const BREAK = '\u200b';

/** Emphasis, code, links, tables and strikethrough; an underscore inside a word is none of these. */
const MARKUP = /[\\`*[\]~|]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;

/** What would make a heading, a quotation or a list of a line that begins with it. */
const LINE_START = /^(\s*(?:\d+(?=[.)]\s))?)([#+\-=.)])/;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** `text` as words of a line, whatever it holds. Slack wants the three entities as well. */
export function escapeMarkdown(text: string): string {
  return withoutCalls(printable(text, Number.POSITIVE_INFINITY))
    .replace(MARKUP, '\\$&')
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? character)
    .replace(LINE_START, '$1\\$2');
}

/** A fenced block around `text`, whose fence is longer than any in it (CommonMark §4.5). */
export function codeBlock(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}\n${text}\n${fence}`;
}

/** Mentions and addresses undone: chat programs look for them in code too. Not for what people copy. */
export function withoutCalls(text: string): string {
  return text
    .replace(/@(?=[\p{L}\p{N}])/gu, `@${BREAK}`)
    .replaceAll('://', `:${BREAK}//`)
    .replace(/\bwww\./gi, `www${BREAK}.`);
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

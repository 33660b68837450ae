/** Text of unknown origin inside HTML and inside a script element. */
import { printable } from '../printable.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** `text` as text or as the value of a quoted attribute. Controls and marks that reorder lines become visible. */
export function escapeHtml(text: string): string {
  return printable(text, Number.POSITIVE_INFINITY).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Text of several lines that is ours: code and configuration. */
export function escapeCode(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(escapeHtml).join('\t'))
    .join('\n');
}

/** JSON that no parser of HTML can mistake for the end of its element, a comment or another script. */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

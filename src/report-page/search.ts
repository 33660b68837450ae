/** Words to frames and findings: all words of a query must be there. */
import type { Placed } from './layout.ts';

/** The words of a query in lower case; `stream 5` is one of them. */
export function wordsOf(query: string): readonly string[] {
  const joined = query.toLowerCase().replace(/(?<!\S)(stream|frame|connection|流|帧|连接)\s+(\d+)/g, '$1_$2');
  return joined.split(/\s+/).filter((word) => word !== '');
}

export function holds(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

/** Everything of a mark that can be searched. */
export function haystack({ mark, group }: Placed): string {
  const { connection } = group;
  const path = connection.paths[String(mark.stream)] ?? '';
  const parts = [
    mark.type,
    mark.kind,
    mark.from,
    path,
    ...numbered(['stream', '流'], mark.stream),
    ...numbered(['frame', '帧'], mark.frame),
    ...numbered(['connection', '连接'], connection.id),
    ...mark.rows.flat(),
    ...mark.fields.flat(),
  ];
  // The end of a number is part of it: stream_5 is not stream_55.
  return ` ${parts.join(' ').toLowerCase()} `;
}

function numbered(names: readonly string[], value: number | null): readonly string[] {
  return value === null ? [] : names.map((name) => `${name}_${value}`);
}

/** A word of a number must be the whole number. */
export function matcher(query: string): ((text: string) => boolean) | undefined {
  const words = wordsOf(query).map((word) => (/_\d+$/.test(word) ? ` ${word} ` : word));
  return words.length === 0 ? undefined : (text) => holds(text, words);
}

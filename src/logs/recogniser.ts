/** From an unwrapped line to what it says: the first wording that matches, and its parameters. */
import { readingParams } from '#diagnose';
import { errorCodeName } from '#h2';
import { Keywords } from './line/keywords.ts';
import type { LineParams, Recognised } from './occurrence.ts';
import { stackWordings } from './stacks/index.ts';
import type { StackWordings, Wording } from './wording.ts';

/** Characters of a line that are looked at and shown: what programs say of connections fits. */
const TEXT_MAX = 4_000;
const WORDS_MAX = 200;
/** Words shown before the match: a status code or method name often stands there. */
const LEAD_MAX = 30;
const ADDRESSES_MAX = 4;
const ADDRESS = /(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]{2,39}\]):\d{1,5}\b/g;
/** Every stack doubles its keepalive interval after too_many_pings (gRFC A8), and some say only the new one. */
const DOUBLED = 2;

interface Entry {
  readonly wording: Wording;
  readonly table: StackWordings;
}

const entries: readonly Entry[] = stackWordings.flatMap((table) =>
  table.wordings.map((wording) => ({ wording, table })),
);
const words: readonly string[] = [...new Set(entries.map(({ wording }) => wording.keyword))];
/** Entries by the index of their keyword; within a line the lowest entry wins, so the tables' order holds. */
const entriesOf: readonly (readonly number[])[] = words.map((word) =>
  entries.flatMap(({ wording }, index) => (wording.keyword === word ? [index] : [])),
);

/** The prefilter over all wordings; its results are handed to `recognise`. */
export const prefilter = new Keywords(words);

/** `found` are the prefilter's words in the line. */
export function recognise(line: string, found: ReadonlySet<number>): Recognised | undefined {
  const text = line.length > TEXT_MAX ? line.slice(0, TEXT_MAX) : line;
  const candidates = [...found].flatMap((word) => entriesOf[word] ?? []).sort((one, other) => one - other);
  for (const index of candidates) {
    const { wording, table } = entries[index]!;
    const match = wording.match.exec(text);
    if (match !== null) return recognised(text, match, wording, table);
  }
  return undefined;
}

function recognised(text: string, match: RegExpExecArray, wording: Wording, table: StackWordings): Recognised {
  const addresses = (text.match(ADDRESS) ?? []).slice(0, ADDRESSES_MAX);
  const params = withInterval(paramsOf(match.groups ?? {}));
  return {
    stack: table.stack,
    writer: wording.writer ?? table.writer,
    reading: wording.reading,
    params: params.peer === undefined ? withPeer(params, text, addresses) : params,
    words: wordsFrom(text, match.index),
    addresses,
  };
}

function wordsFrom(text: string, at: number): string {
  const gap = text.lastIndexOf(' ', Math.max(0, at - LEAD_MAX));
  const start = at <= LEAD_MAX ? 0 : gap + 1;
  const end = Math.min(text.length, start + WORDS_MAX);
  return text.slice(start, end).trim();
}

/** What a named group becomes; others are parameters of the reading by their own name. */
const conversions: Readonly<Record<string, (value: string) => LineParams>> = {
  code: (value) => ({ errorCode: /^\d/.test(value) ? errorCodeName(Number(value)) : value }),
  seconds: (value) => ({ waitedMs: Math.round(Number(value) * 1000) }),
  nanos: (value) => ({ nextIntervalMs: Number(value.replaceAll(',', '')) / 1e6 }),
  limit2: (value) => ({ limit: Number(value) }),
  detail2: (value) => ({ detail: value }),
};

function paramsOf(groups: Readonly<Record<string, string | undefined>>): LineParams {
  let params: LineParams = {};
  for (const [name, value] of Object.entries(groups)) {
    if (value === undefined || value === '') continue;
    params = { ...params, ...(conversions[name]?.(value) ?? { [name]: converted(name, value) }) };
  }
  return params;
}

const NUMERIC: ReadonlySet<string> = new Set(
  Object.entries(readingParams).flatMap(([name, { kind }]) => (kind === 'text' || kind === 'stack' ? [] : [name])),
);

function converted(name: string, value: string): string | number {
  if (!NUMERIC.has(name)) return value.trim();
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

function withInterval(params: LineParams): LineParams {
  const { intervalMs, nextIntervalMs } = params;
  if (typeof nextIntervalMs === 'number' && intervalMs === undefined)
    return { ...params, intervalMs: nextIntervalMs / DOUBLED };
  if (typeof intervalMs === 'number' && nextIntervalMs === undefined)
    return { ...params, nextIntervalMs: intervalMs * DOUBLED };
  return params;
}

/** `local->remote` as Go writes it names the other side; else the last address of the line does, as proxies write the backend there. */
function withPeer(params: LineParams, text: string, addresses: readonly string[]): LineParams {
  const remote = /->(\[?[0-9a-fA-F.:]{2,45}\]?:\d{1,5})\b/.exec(text)?.[1] ?? addresses.at(-1);
  return remote === undefined ? params : { ...params, peer: remote };
}

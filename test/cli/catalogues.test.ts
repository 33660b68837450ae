import { expect, it } from 'vitest';
import { messagesIn } from '../../src/cli/messages/index.ts';

type Leaf = readonly [path: string, value: unknown];

/** Every text of a catalogue with its place; texts with parameters are functions. */
function leaves(value: unknown, path = ''): Leaf[] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`));
}

/** What must not be translated: options, commands and their examples. */
function literals(text: string): string[] {
  return [...new Set(text.match(/--[a-z][a-z-]*|calmwire [a-z]+|tcpdump|kubectl|\bFILE\b|\bSECONDS\b/g))].sort();
}

const en = leaves(messagesIn.en);
const zh = new Map(leaves(messagesIn.zh));

it('the commands say the same things in both languages', () => {
  expect([...zh.keys()].sort()).toEqual(en.map(([path]) => path).sort());
  for (const [path, text] of en) expect(typeof zh.get(path), path).toBe(typeof text);
});

it.each(en.filter(([, text]) => typeof text === 'string') as [string, string][])(
  '%s: the same options and commands',
  (path, text) => {
    expect(literals(String(zh.get(path))), path).toEqual(literals(text));
  },
);

it('Chinese texts with words in them are Chinese', () => {
  const same = en.filter(([path, text]) => typeof text === 'string' && /[a-z]{4}/.test(text) && zh.get(path) === text);
  expect(same.map(([path]) => path)).toEqual([]);
});

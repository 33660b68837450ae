/**
 * The pages about incidents tell what was measured: every figure of the form "3 of 8" (or in Chinese, 8 个中 3 个), and every count of
 * GOAWAYs and PINGs, is one of those that `npm run lab -- NAME --write` kept, and both languages tell the same ones.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const lab = join(root, 'lab', 'incidents');
const names = readdirSync(lab).filter((name) => existsSync(join(lab, name, 'results.json')));

const plain = (text: string) => text.replaceAll(/(\d),(?=\d{3})/g, '$1');
const found = (text: string, pattern: RegExp, tell: (...groups: string[]) => string) =>
  [...plain(text).matchAll(pattern)].map(([, ...groups]) => tell(...groups));

const english = (text: string) => [
  ...found(text, /\b(\d+) of (\d+)\b/g, (part, whole) => `${part} of ${whole}`),
  ...found(text, /\b(\d+) (GOAWAY|PING)s/g, (count, what) => `${count} ${what}`),
];
const chinese = (text: string) => [
  ...found(
    text,
    /(\d+) [个次](?:调用|连接)?中(?:的|照样)?(?:失败|丢失)? ?(\d+) [个次]/g,
    (whole, part) => `${part} of ${whole}`,
  ),
  ...found(text, /(\d+) 个 (GOAWAY|PING)/g, (count, what) => `${count} ${what}`),
];
const page = (name: string) => readFileSync(join(root, 'docs', 'incidents', name), 'utf8');

describe.each(names)('%s', (name) => {
  const results = readFileSync(join(lab, name, 'results.json'), 'utf8');
  const figures = english(page(`${name}.md`));

  it('tells figures that were measured', () => {
    expect(figures.length).toBeGreaterThan(0);
    const measured = new Set(english(results));
    expect(figures.filter((figure) => !measured.has(figure))).toEqual([]);
  });

  it('tells the same in both languages', () => {
    expect(new Set(chinese(page(`${name}.zh-CN.md`)))).toEqual(new Set(figures));
  });

  it('stands in the table of the lab', () => {
    const table = readFileSync(join(root, 'lab', 'README.md'), 'utf8');
    const steps = JSON.parse(results).steps as { outcome: string; long?: { outcome: string } }[];
    const outcomes = steps.flatMap(({ outcome, long }) => [outcome, long?.outcome ?? '']);
    expect(outcomes.filter((outcome) => !table.includes(outcome.replaceAll('|', '\\|')))).toEqual([]);
  });

  it('shows its picture in both', () => {
    for (const language of ['', '.zh-CN']) expect(page(`${name}${language}.md`)).toContain(`](${name}.svg)`);
    expect(existsSync(join(root, 'docs', 'incidents', `${name}.svg`))).toBe(true);
  });
});

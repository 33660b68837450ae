/**
 * Logs that real programs wrote (lab/record/logs.sh), against what must be found in them: `finding certainty: reading by
 * stack, lines`. `UPDATE_LOGS=1` writes expected.json anew: read the difference before it is committed.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { diagnose } from './support.ts';

const folder = fileURLToPath(new URL('../../fixtures/logs/', import.meta.url));
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.log'))
  .map((name) => name.slice(0, -'.log'.length))
  .sort();

function found(name: string): string[] {
  return diagnose(readFileSync(`${folder}${name}.log`))
    .findings()
    .map(({ id, certainty, log }) => `${id} ${certainty}: ${log?.reading} by ${log?.stack}, ${log?.lines}`);
}

if (process.env.UPDATE_LOGS === '1') {
  const all = Object.fromEntries(names.map((name) => [name, found(name)]));
  writeFileSync(`${folder}expected.json`, `${JSON.stringify(all, undefined, 2)}\n`);
}
const expected: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(`${folder}expected.json`, 'utf8'),
);

it('every log has its expectation', () => {
  expect(Object.keys(expected).sort()).toEqual(names);
});

it.each(names)('%s', (name) => {
  expect(found(name)).toEqual(expected[name]);
});

it('logs of healthy runs hold no failure', () => {
  const healthy = names.filter((name) => name.endsWith('-healthy'));
  expect(healthy.length).toBeGreaterThan(5);
  for (const name of healthy) {
    const failures = diagnose(readFileSync(`${folder}${name}.log`))
      .findings()
      .filter(({ severity }) => severity !== 'info');
    expect(failures, name).toEqual([]);
  }
});

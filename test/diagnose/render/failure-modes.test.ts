import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { catalog } from '../../../src/diagnose/catalog.ts';
import { failureModePages } from '../../../tools/docs-failure-modes.ts';
import { failureModes, incidents } from '../../../tools/failure-modes.ts';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const captures = fileURLToPath(new URL('../../../fixtures/captures/', import.meta.url));
const pages = failureModePages();

if (process.env.UPDATE_DOCS === '1') for (const [name, text] of pages) writeFileSync(join(docs, name), text);

interface Expectation {
  readonly findings: readonly { readonly id: string; readonly variant?: string }[];
  readonly info?: readonly string[];
}

/** The recording is expected to show the finding. One that leaves the variant open does not contradict. */
function shows(recording: string, id: string, variant: string | undefined): boolean {
  const file = join(captures, `${recording}.json`);
  if (!existsSync(file)) return false;
  const { findings, info } = JSON.parse(readFileSync(file, 'utf8')) as Expectation;
  const told = findings.some(
    (one) => one.id === id && (one.variant === undefined || one.variant === (variant ?? one.variant)),
  );
  return told || (variant === undefined && (info ?? []).includes(id));
}

it.each([...pages])('docs/%s is the generated page; UPDATE_DOCS=1 writes it', (name, text) => {
  expect(readFileSync(join(docs, name), 'utf8')).toBe(text);
});

it('five incidents and thirty modes, each told by something', () => {
  expect(incidents.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D', 'E']);
  expect(failureModes.map(({ name }) => Number(name))).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
  for (const { told } of [...incidents, ...failureModes]) expect(told.length).toBeGreaterThan(0);
});

describe.each([...incidents, ...failureModes])('$name: $en', ({ told }) => {
  it.each(told.map((telling) => [telling.id, telling] as const))('%s', (id, { variant, by }) => {
    if (variant !== undefined) expect(catalog[id].variants).toContain(variant);
    for (const recording of by) expect(shows(recording, id, variant), recording).toBe(true);
    if (catalog[id].pending) expect(by).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { type FindingId, findingIds } from '../../../src/diagnose/catalog.ts';
import type { Params } from '../../../src/diagnose/finding.ts';
import { derivations, withDerived } from '../../../src/diagnose/remedies/derived.ts';
import type { RemedyEntry } from '../../../src/diagnose/remedies/entry.ts';
import { fill, placesIn } from '../../../src/diagnose/remedies/fill.ts';
import { type ReasonKey, reasonTable } from '../../../src/diagnose/remedies/reasons.ts';
import { stackIds } from '../../../src/diagnose/remedies/stacks.ts';
import { remedyTables } from '../../../src/diagnose/remedies/tables.ts';
import { type AnyParam, findingParams } from '../../../src/diagnose/render/params/index.ts';

interface Row {
  readonly name: string;
  readonly entry: RemedyEntry;
}

const rows: readonly Row[] = stackIds.flatMap((stack) =>
  remedyTables[stack].map((entry) => ({ name: `${stack} ${entry.role} ${entry.setting}`, entry })),
);

function idsOf(entry: RemedyEntry): FindingId[] {
  return findingIds.filter((id) => entry.for.some((selector) => selector.split(':')[0] === id));
}

function examples(id: FindingId): Params {
  return Object.fromEntries(Object.entries<AnyParam>(findingParams[id]).map(([name, { example }]) => [name, example]));
}

describe.each(rows)('$name', ({ entry }) => {
  it('uses only parameters of its findings, or values derived from them', () => {
    for (const id of idsOf(entry)) {
      const known = [...Object.keys(findingParams[id]), ...Object.keys(derivations)];
      for (const place of [...placesIn(entry.value), ...placesIn(entry.snippet)]) expect(known, id).toContain(place);
      for (const [name, value] of Object.entries(entry.when ?? {})) {
        expect(Object.keys(findingParams[id]), id).toContain(name);
        const { kind, words } = findingParams[id][name]!;
        if (kind === 'word') expect(words).toContain(value);
      }
    }
  });

  it('has a setting, and a snippet that fills with realistic values for one of its findings', () => {
    expect(entry.setting).not.toBe('');
    const filled = idsOf(entry).map((id) => {
      const params = withDerived({ ...examples(id), ...entry.when });
      return { value: fill(entry.value, params), snippet: fill(entry.snippet, params) };
    });
    const complete = filled.filter(({ value, snippet }) => value !== undefined && snippet !== undefined);
    expect(complete.length).toBeGreaterThan(0);
    for (const { snippet } of complete) expect(snippet!.trim()).not.toMatch(/^$|<<|>>|undefined|NaN/);
  });

  it('selects findings that exist', () => expect(idsOf(entry).length).toBeGreaterThan(0));
});

it('every reason is used', () => {
  const used = new Set<ReasonKey>(rows.map(({ entry }) => entry.why));
  expect(Object.keys(reasonTable).filter((key) => !used.has(key as ReasonKey))).toEqual([]);
});

it('no stack says the same twice', () => {
  const said = rows.map(({ name, entry }) => `${name} ${entry.for} ${JSON.stringify(entry.when)} ${entry.why}`);
  expect(said.filter((text, index) => said.indexOf(text) !== index)).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { findingIds } from '../../../src/diagnose/catalog.ts';
import type { Params } from '../../../src/diagnose/finding.ts';
import {
  type EvidenceParams,
  evidenceParams,
  type FindingParams,
  findingParams,
} from '../../../src/diagnose/render/params/index.ts';
import type { AnyParam } from '../../../src/diagnose/render/params/param.ts';

function fits(param: AnyParam): boolean {
  if (param.kind === 'word') return param.words.includes(param.example);
  if (param.kind === 'text' || param.kind === 'stack') return typeof param.example === 'string';
  if (param.kind === 'flag') return typeof param.example === 'boolean';
  return typeof param.example === 'number';
}

describe('the parameter tables', () => {
  it('hold every finding id', () => expect(Object.keys(findingParams).sort()).toEqual([...findingIds].sort()));

  it('give examples of their own kind, and say what each parameter is', () => {
    for (const table of [...Object.values(findingParams), ...Object.values(evidenceParams)]) {
      for (const [name, param] of Object.entries<AnyParam>(table)) {
        expect(fits(param), name).toBe(true);
        expect(param.about.length, name).toBeGreaterThan(3);
        expect(name.endsWith('Ms'), name).toBe(param.kind === 'ms');
      }
    }
  });

  it('type the objects that rules make', () => {
    const params: FindingParams<'connection/abrupt-close'> = { how: 'fin', openStreams: 3, idleGapMs: 30_000 };
    // @ts-expect-error `how` is always there
    const missing: FindingParams<'connection/abrupt-close'> = { openStreams: 3 };
    // @ts-expect-error not one of the words
    const wrong: FindingParams<'connection/abrupt-close'> = { how: 'syn', openStreams: 3 };
    const line: EvidenceParams<'fin'> = {};
    const general: readonly Params[] = [params, missing, wrong, line];
    expect(general).toHaveLength(4);
  });
});

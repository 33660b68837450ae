/** What worlds are, taken together: repeatable, eventful, and without findings when healthy. */
import { describe, expect, it } from 'vitest';
import { Diagnosis, type Finding } from '#diagnose';
import { faultKinds, runSeed } from '#sim';

it('a seed is the same world twice, to the last octet; another seed is another one', () => {
  const digests = new Set<string>();
  for (let seed = 1; seed <= 40; seed++) {
    const { digest, steps } = runSeed(seed);
    const again = runSeed(seed);
    expect([seed, again.digest, again.steps]).toEqual([seed, digest, steps]);
    digests.add(digest);
  }
  expect(digests.size).toBe(40);
});

it('many things happen', () => {
  const origins = new Set<string>();
  let calls = 0;
  let healthy = 0;
  let healthyCalls = 0;
  const faults: string[] = [];
  for (let seed = 1; seed <= 150; seed++) {
    const verdict = runSeed(seed);
    calls += verdict.calls;
    if (verdict.healthy) {
      healthy++;
      healthyCalls += verdict.succeeded;
    }
    faults.push(...verdict.faults);
    for (const origin of verdict.failures.keys()) origins.add(origin);
  }
  expect(calls).toBeGreaterThan(1_000);
  expect(healthy).toBeGreaterThan(30);
  expect(healthyCalls).toBeGreaterThan(300);
  expect([...origins].sort()).toEqual(
    expect.arrayContaining(['cancelled', 'connect', 'connection', 'deadline', 'server-status']),
  );
  // Every kind of fault left its trace, under its own name or that of what it did.
  const told = faults.join('\n');
  const traces: Readonly<Record<string, string>> = { 'black-hole': 'swallow', kill: 'killed', recycle: 'goes' };
  for (const kind of faultKinds) {
    const trace = traces[kind] ?? kind.replace('freeze-', 'freeze ');
    expect(told, kind).toContain(trace);
  }
});

describe('the diagnosis', () => {
  /** What the plans of the calls ask for is no fault of a connection: slow handlers, readers that pause for minutes. */
  const PLANNED: readonly string[] = [
    'deadline/exceeded-by-handler',
    'flow/stream-stalled',
    'flow/connection-stalled',
    'flow/window-too-small',
  ];

  it('has no failure finding in healthy worlds', () => {
    let worlds = 0;
    let harmless = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const diagnosis = new Diagnosis();
      const { healthy } = runSeed(seed, { onTrace: diagnosis.event });
      if (!healthy) continue;
      worlds++;
      const isFailure = ({ id, severity }: Finding): boolean => severity !== 'info' && !PLANNED.includes(id);
      const { findings } = diagnosis.finish();
      expect(findings.filter(isFailure).map(({ id, params }) => [seed, id, params])).toEqual([]);
      harmless += findings.length;
    }
    expect(worlds).toBeGreaterThan(80);
    expect(harmless).toBeGreaterThan(50);
  });
});

/**
 * The corpus: recordings of real programs with the findings expected of them. Every expected finding must be made with the
 * right culprit and certainty, in its place under its cause; no other failure may be claimed, above all none on a healthy
 * capture. Prints precision and recall.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding } from '#diagnose';
import { diagnose } from './diagnose.ts';

const folder = new URL('../../fixtures/captures/', import.meta.url).pathname;

interface Expected {
  readonly id: string;
  readonly variant?: string;
  readonly culprit: string;
  readonly certainty: string;
  /** The id of the finding that it is a consequence of. */
  readonly under?: string;
}

interface Expectation {
  readonly title: string;
  readonly programs: readonly string[];
  readonly healthy: boolean;
  readonly findings: readonly Expected[];
  readonly info?: readonly string[];
}

/** A finding, with the ids of those it hangs under. */
interface Told {
  readonly finding: Finding;
  readonly causes: readonly string[];
}

const score = { expected: 0, found: 0, told: 0, right: 0, healthy: 0, failing: 0, programs: new Set<string>() };
const captures = readdirSync(folder).filter((name) => /\.(pcap|pcapng)(\.gz)?$/.test(name));

describe('corpus', () => {
  it('has an expectation for each capture and a capture for each expectation', () => {
    const expectations = readdirSync(folder).filter((name) => name.endsWith('.json'));
    expect(expectations.map((name) => name.slice(0, -'.json'.length)).sort()).toEqual(captures.map(baseName).sort());
  });

  it('is at least one third healthy', () => {
    const healthy = captures.filter((name) => expectationOf(name).healthy);
    expect(healthy.length / captures.length).toBeGreaterThan(1 / 3);
  });

  for (const name of captures) {
    const expectation = expectationOf(name);
    it(`${name}: ${expectation.title}`, () => {
      judge(explain(name), expectation);
    });
  }

  afterAll(() => {
    const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;
    process.stdout.write(
      `corpus: ${captures.length} captures (${score.healthy} healthy) of ${score.programs.size} programs and versions: ` +
        `precision ${percent(score.right, score.told)} (${score.right} of ${score.told} failure findings), ` +
        `recall ${percent(score.found, score.expected)} (${score.found} of ${score.expected} expected)\n`,
    );
  });
});

function baseName(name: string): string {
  return name.replace(/\.(pcap|pcapng)(\.gz)?$/, '');
}

function expectationOf(name: string): Expectation {
  return JSON.parse(readFileSync(join(folder, `${baseName(name)}.json`), 'utf8')) as Expectation;
}

function explain(name: string): Told[] {
  const bytes = readFileSync(join(folder, name));
  return diagnose(name.endsWith('.gz') ? gunzipSync(bytes) : bytes).flatMap((finding) => flatten(finding, []));
}

function flatten(finding: Finding, causes: readonly string[]): Told[] {
  const below = finding.consequences.flatMap((consequence) => flatten(consequence, [...causes, finding.id]));
  return [{ finding, causes }, ...below];
}

function judge(told: readonly Told[], { healthy, findings, info, programs }: Expectation): void {
  const failures = told.filter(({ finding }) => finding.severity !== 'info');
  const missing = findings.filter((expected) => !failures.some((one) => fits(one, expected)));
  const wrong = failures.filter((one) => !findings.some((expected) => fits(one, expected)));
  score.expected += findings.length;
  score.found += findings.length - missing.length;
  score.told += failures.length;
  score.right += failures.length - wrong.length;
  score[healthy ? 'healthy' : 'failing']++;
  for (const program of programs) score.programs.add(program.replace(/ \(.*/, ''));
  expect(missing, `not found among ${failures.map(describeTold).join('; ') || 'no failures'}`).toEqual([]);
  expect(wrong.map(describeTold), 'false alarms').toEqual([]);
  if (healthy) expect(failures).toEqual([]);
  else expect(findings.length).toBeGreaterThan(0);
  const infos = told.filter(({ finding }) => finding.severity === 'info').map(({ finding }) => finding.id);
  for (const id of info ?? []) expect(infos).toContain(id);
}

function fits({ finding, causes }: Told, expected: Expected): boolean {
  return (
    finding.id === expected.id &&
    (expected.variant === undefined || finding.variant === expected.variant) &&
    finding.culprit === expected.culprit &&
    finding.certainty === expected.certainty &&
    (expected.under === undefined || causes.includes(expected.under))
  );
}

function describeTold({ finding, causes }: Told): string {
  const { id, variant, culprit, certainty } = finding;
  return `${[...causes, id].join(' > ')}${variant === undefined ? '' : ` (${variant})`} ${certainty} ${culprit}`;
}

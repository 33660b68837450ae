/** How the tests of the rules look at a verdict. */
import { expect } from 'vitest';
import type { Finding, FindingId, Verdict } from '#diagnose';
import { type Capture, capture, type Script } from '../../support/script.ts';

type Story = Script | Capture | Verdict;

/** `id` or `id (variant)`. */
export function nameOf({ id, variant }: Finding): string {
  return variant === undefined ? id : `${id} (${variant})`;
}

export function verdictOf(story: Story): Verdict {
  if ('findings' in story) return story;
  return 'steps' in story ? capture(story).verdict() : story.verdict();
}

/** Every finding, the consequences after what they follow from. */
export function all(story: Story): Finding[] {
  const down = (finding: Finding): Finding[] => [finding, ...finding.consequences.flatMap(down)];
  return verdictOf(story).findings.flatMap(down);
}

/** The names of the root findings, worst first; consequences stand behind an arrow. */
export function told(story: Story): string[] {
  const line = (finding: Finding): string => [nameOf(finding), ...finding.consequences.map(line)].join(' > ');
  return verdictOf(story).findings.map(line);
}

/** Names of all findings that are failures, at the root or below. */
export function failures(story: Story): string[] {
  return all(story)
    .filter(({ severity }) => severity !== 'info')
    .map(nameOf);
}

/** The one finding of that id, wherever it stands. */
export function finding(story: Story, id: FindingId): Finding {
  const found = all(story).filter((one) => one.id === id);
  expect(told(story), `should tell ${id} once`).toSatisfy(() => found.length === 1);
  return found[0]!;
}

export function has(story: Story, id: FindingId): boolean {
  return all(story).some((one) => one.id === id);
}

/** Nothing but what healthy traffic shows. */
export function expectHealthy(story: Story): void {
  expect(failures(story)).toEqual([]);
}

/** `--fail-on`: from which severity on findings make the exit code 1. */
import type { Finding, Report, Severity } from '#diagnose';

export const failOnChoices = ['error', 'warning', 'info', 'never'] as const;
export type FailOn = (typeof failOnChoices)[number];

/** The severities that count, worst first. */
const counting: Readonly<Record<FailOn, readonly Severity[]>> = {
  error: ['error'],
  warning: ['error', 'warning'],
  info: ['error', 'warning', 'info'],
  never: [],
};

export function fails({ findings }: Report, failOn: FailOn): boolean {
  const severities = counting[failOn];
  return findings.some((finding) => reaches(finding, severities));
}

/** A consequence may be graver than what it follows from. */
function reaches({ severity, consequences }: Finding, severities: readonly Severity[]): boolean {
  return severities.includes(severity) || consequences.some((consequence) => reaches(consequence, severities));
}

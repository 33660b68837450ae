/** The exit codes that every command has. */
export const ExitCode = {
  FINE: 0,
  /** Findings at or above `--fail-on`. */
  FINDINGS: 1,
  /** The command line is wrong, an input cannot be read, or there is nothing in it to judge. */
  UNUSABLE: 2,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

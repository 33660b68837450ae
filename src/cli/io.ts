/** What a command may touch of the process that runs it. Tests hand in their own. */
import type { Output, StandardInput } from '#node';

export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Called at most once, and only if standard input is to be read. */
  readonly stdin: () => StandardInput;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  /** Makes the marks of hidden values unguessable; new in each process. */
  readonly secretSalt: string;
  /** A clock for the progress line; its origin does not matter. */
  readonly nowMs: () => number;
}

export interface Terminal {
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Width of the terminal; undefined where there is none. */
  readonly columns: number | undefined;
}

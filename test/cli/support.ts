/** Runs calmwire in this process: arguments and standard input in; exit code, both outputs and nothing else out. */
import { Output, type StandardInput } from '#node';
import type { Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';
import { pieces, TestStream } from '../node/support.ts';

export interface RunOptions {
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Standard input is a keyboard. */
  readonly keyboard?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
  readonly columns?: number;
  /** Characters after which the reader of standard output leaves. */
  readonly stdoutLimit?: number;
  /** The errno of a failing write beyond `stdoutLimit`. */
  readonly errno?: string;
  readonly nowMs?: () => number;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Writes to standard output: a live pipe is written to as it is read. */
  readonly writes: readonly string[];
}

export async function calmwire(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const stdout = new TestStream(options.stdoutLimit, options.errno);
  const stderr = new TestStream();
  const standardInput: StandardInput = {
    chunks: options.stdin ?? pieces(),
    sizeBytes: undefined,
    isTerminal: options.keyboard ?? false,
  };
  const io: Io = {
    stdout: new Output(stdout),
    stderr: new Output(stderr),
    stdin: () => standardInput,
    env: options.env ?? {},
    terminal: {
      stdout: options.terminal ?? false,
      stderr: options.terminal ?? false,
      columns: options.columns,
    },
    secretSalt: 'salt of the tests',
    nowMs: options.nowMs ?? (() => 0),
  };
  const code = await run(args, io);
  return { code, stdout: stdout.text, stderr: stderr.text, writes: stdout.parts };
}

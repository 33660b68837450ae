/** One invocation of calmwire, without a process around it: arguments and ports in, exit code out. */
import { CommanderError } from 'commander';
import { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { chosenLanguage } from './language.ts';
import { messagesIn } from './messages/index.ts';
import { createProgram } from './program.ts';
import { usageText } from './usage-error.ts';

/** Runs the command that `args` (without node and script) name. Everything was written when the promise resolves. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const code = await perform(args, io);
  await io.stdout.flush();
  // A report that was cut off (a full disk, say) must not look complete; a reader that left got what it wanted.
  const lost = io.stdout.failure;
  if (lost !== undefined) io.stderr.write(`calmwire: ${lost}\n`);
  await io.stderr.flush();
  return lost === undefined ? code : ExitCode.UNUSABLE;
}

async function perform(args: readonly string[], io: Io): Promise<ExitCode> {
  const language = chosenLanguage(args, io.env);
  const messages = messagesIn[language];
  let code: ExitCode = ExitCode.FINE;
  const done = (result: ExitCode) => {
    code = result;
  };
  try {
    await createProgram({ io, language, messages, done }).parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version that were asked for.
    if (error.exitCode === 0) return ExitCode.FINE;
    // Commander prints the help itself when no command is given.
    if (error.code !== 'commander.help') {
      io.stderr.write(`calmwire: ${usageText(error, messages)}\n${messages.usage.see(commandOf(args))}\n`);
    }
    return ExitCode.UNUSABLE;
  }
}

/** The command whose help to point to. */
function commandOf(args: readonly string[]): string {
  const command = args.find((arg) => arg === 'explain' || arg === 'frames');
  return command === undefined ? 'calmwire' : `calmwire ${command}`;
}

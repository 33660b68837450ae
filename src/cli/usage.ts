/** Refusing a command line that Commander accepted. */
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';

/** Says what is wrong and where to read more. `command` is the one to ask for help. */
export function refuse(sentence: string, command: string, { io, messages }: Context): ExitCode {
  io.stderr.write(`calmwire: ${sentence}\n${messages.usage.see(command)}\n`);
  return ExitCode.UNUSABLE;
}

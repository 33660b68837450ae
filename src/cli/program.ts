/** The command line as a whole: the commands, their help, and what is said about a wrong one. */
import { Command } from 'commander';
import type { Context } from './context.ts';
import { addExplain } from './explain.ts';
import { addFrames } from './frames.ts';
import { packageVersion } from './version.ts';

/** Builds the parser. Nothing is written and nothing ends the process: output goes to `context.io`, endings are thrown. */
export function createProgram(context: Context): Command {
  const { help } = context.messages;
  const program = new Command('calmwire');
  // Before any command exists, as commands copy these settings.
  program
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.io.stdout.write(text),
      writeErr: (text) => context.io.stderr.write(text),
      // The sentence comes from `usageText`, in the user's language.
      outputError: () => undefined,
      getOutHelpWidth: () => context.io.terminal.columns ?? 100,
      getErrHelpWidth: () => context.io.terminal.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({
      styleTitle: (title) => translated(help.titles, title),
      optionDescription: ({ description, defaultValue }) =>
        typeof defaultValue === 'string' ? `${description}${help.byDefault(defaultValue)}` : description,
    })
    .helpOption('-h, --help', help.help);
  program
    .description(help.program)
    .version(packageVersion(), '-V, --version', help.version)
    .helpCommand('help [command]', help.helpCommand)
    .addHelpText('after', help.programAfter);
  addExplain(program, context);
  addFrames(program, context);
  return program;
}

function translated(titles: Readonly<Record<string, string>>, title: string): string {
  return titles[title] ?? title;
}

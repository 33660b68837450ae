/** Commander's complaints about a command line, in one line and in the user's language. */
import type { CommanderError } from 'commander';
import type { Messages } from './messages/index.ts';

type Sentence = (quoted: readonly string[], suggestion: string, message: string, messages: Messages) => string;

/** By Commander's code. The words in single quotes of its message are the option, command or value concerned. */
const sentences: ReadonlyMap<string, Sentence> = new Map<string, Sentence>([
  ['commander.unknownOption', ([option = ''], near, _, messages) => messages.usage.unknownOption(option, near)],
  ['commander.unknownCommand', ([command = ''], near, _, messages) => messages.usage.unknownCommand(command, near)],
  ['commander.missingArgument', (_quoted, _near, _message, messages) => messages.usage.missingFile()],
  [
    'commander.optionMissingArgument',
    ([option = ''], _near, _message, messages) => messages.usage.missingValue(flagOf(option)),
  ],
  ['commander.invalidArgument', badValue],
]);

/** The sentence for the user; Commander's own where none of ours fits. */
export function usageText(error: CommanderError, messages: Messages): string {
  const quoted = [...error.message.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '');
  const suggestion = /\(Did you mean (?:one of )?(.*?)\?\)/.exec(error.message)?.[1] ?? '';
  const sentence = sentences.get(error.code);
  return sentence === undefined
    ? error.message.replace(/^error: /, '')
    : sentence(quoted, suggestion, error.message, messages);
}

function badValue(_quoted: readonly string[], _near: string, message: string, messages: Messages): string {
  const parts = /option '([^']*)' argument '(.*)' is invalid\. (.*)/s.exec(message);
  if (parts === null) return message;
  return messages.usage.badValue(flagOf(parts[1] ?? ''), parts[2] ?? '', parts[3] ?? '');
}

/** `--limit` of `--limit <lines>`. */
function flagOf(option: string): string {
  return option.split(' ')[0] ?? option;
}

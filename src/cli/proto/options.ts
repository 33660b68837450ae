/** `--proto` and what belongs to it, for every command that shows messages. */
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';

export interface ProtoOptions {
  readonly proto?: readonly string[];
  readonly protoPath?: readonly string[];
  readonly decodeRaw?: true;
}

/** Adds the options. */
export function addProtoOptions(command: Command, { messages }: Context): Command {
  const { help } = messages;
  return command
    .addOption(repeatable('--proto <path>', help.proto))
    .addOption(repeatable('--proto-path <folder>', help.protoPath))
    .option('--decode-raw', help.decodeRaw);
}

function repeatable(flag: string, text: string): Option {
  return new Option(flag, text).argParser((value: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    value,
  ]);
}

/** Where the report goes: standard output, or the file of `--output`. */
import { isSameFile, type Output, OutputFile } from '#node';
import type { Context } from '../context.ts';
import { escapeControls } from '../frames/printable.ts';
import { faultText } from '../problem-text.ts';

export interface Destination {
  readonly output: Output;
  /** People look at it: colours and the width of the terminal apply. */
  readonly isTerminal: boolean;
  /** Everything was written; false, and said so, if it was not. */
  close(): Promise<boolean>;
}

/** Opens it; undefined, and said so, where that cannot be done. `inputs` are the files that must not be overwritten. */
export async function openDestination(
  name: string | undefined,
  inputs: readonly string[],
  context: Context,
): Promise<Destination | undefined> {
  const { io } = context;
  if (name === undefined) return { output: io.stdout, isTerminal: io.terminal.stdout, close: async () => true };
  const file = await openForWriting(name, inputs, context);
  if (file === undefined) return undefined;
  return { output: file.output, isTerminal: false, close: () => closeFile(file, name, context) };
}

/** Opens a file that is none of the inputs. */
export async function openForWriting(
  name: string,
  inputs: readonly string[],
  context: Context,
): Promise<OutputFile | undefined> {
  const { messages } = context;
  for (const input of inputs) {
    if (await isSameFile(name, input)) return refused(name, messages.output.isInput(), context);
  }
  const file = await OutputFile.open(name);
  return file instanceof OutputFile ? file : refused(name, messages.output.refused(faultText(file, messages)), context);
}

/** Writes what is left; false, and said so, if not everything could be written. */
export async function closeFile(file: OutputFile, name: string, context: Context): Promise<boolean> {
  const lost = await file.close();
  if (lost !== undefined) refused(name, context.messages.output.refused(lost), context);
  return lost === undefined;
}

function refused(name: string, sentence: string, { io }: Context): undefined {
  io.stderr.write(`calmwire: ${escapeControls(`${name}: ${sentence}`)}\n`);
  return undefined;
}

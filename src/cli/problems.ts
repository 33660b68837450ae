/** What stood in the way of reading an input, on standard error. */
import type { Context } from './context.ts';
import { escapeControls } from './frames/printable.ts';
import { problemText } from './problem-text.ts';
import type { ReadResult } from './read/read-recording.ts';

export function writeProblems({ name, problems }: ReadResult, { io, messages }: Context): void {
  for (const problem of problems) {
    io.stderr.write(`calmwire: ${escapeControls(`${name}: ${problemText(problem, messages)}`)}\n`);
  }
}

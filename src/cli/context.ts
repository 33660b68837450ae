/** What every command gets. */
import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import type { Language } from './language.ts';
import type { Messages } from './messages/index.ts';

export interface Context {
  readonly io: Io;
  readonly language: Language;
  readonly messages: Messages;
  /** Called once by the command that ran. */
  readonly done: (code: ExitCode) => void;
}

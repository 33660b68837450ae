/** A server cannot listen. */
import type { LinkFault } from '#transport';

/** The message says in plain words why; `code` is the system's name for it: `EADDRINUSE`, `EACCES`. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string;

  constructor({ text, code }: LinkFault) {
    super(text);
    this.code = code;
  }
}

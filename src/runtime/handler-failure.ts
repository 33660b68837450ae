/** Where mistakes of handlers go unless the program says so: nothing dies in silence. */
import { inspect } from 'node:util';
import type { HandlerFailure } from '#rpc';
import { formatAddress } from '#transport';

/** One paragraph on standard error, with the stack. */
export function reportHandlerFailure({ error, path, peer }: HandlerFailure): void {
  const client = peer === undefined ? '' : ` for ${formatAddress(peer)}`;
  process.stderr.write(`calmwire: the handler of ${path} failed${client}: ${inspect(error)}\n`);
}

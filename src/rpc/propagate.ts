/** Passing on the limits of a call to the calls that it makes. */
import type { CallOptions } from './client/types.ts';
import type { HandlerContext } from './server/types.ts';

/**
 * Options for a call that a handler makes on behalf of its own: the client's deadline and cancel go with it, so that no server
 * works for an answer that nobody waits for. The sooner of the deadline and `options.timeoutMs` counts.
 *
 *     const stock = await warehouse.check({ sku }, propagate(context));
 *     const price = await prices.get({ sku }, propagate(context, { timeoutMs: 200 }));
 */
export function propagate(
  context: Pick<HandlerContext, 'signal' | 'timeoutMs'>,
  options: Omit<CallOptions, 'signal'> = {},
): CallOptions {
  const left = context.timeoutMs();
  const timeoutMs = left === undefined ? options.timeoutMs : Math.min(left, options.timeoutMs ?? left);
  return { ...options, timeoutMs, signal: context.signal };
}

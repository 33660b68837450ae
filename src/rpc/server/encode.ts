/** Encodes what a handler returned or yielded. */
import { UsageError } from '#base';
import type { Method } from '../method.ts';

/** Throws for what is no message of the method's type. */
export function encodeResponse(method: Method, message: unknown): Uint8Array {
  if (typeof message !== 'object' || message === null) throw noMessage(method, message);
  return method.response.toBinary(message);
}

/** An empty message is `{}`: nothing at all is a forgotten `return`. */
export function noMessage({ desc, path }: Method, given: unknown): UsageError {
  return new UsageError(`the handler of ${path} gave ${String(given)}, where a ${desc.output.typeName} is needed`);
}

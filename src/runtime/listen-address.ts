/** Where a server listens, as people write it: `127.0.0.1:50051`, `[::1]:0`, `:50051`, `localhost:50051`, `unix:/run/orders.sock`. */
import { UsageError } from '#base';
import type { Address } from '#transport';

const FORMS =
  "'127.0.0.1:50051', '[::1]:50051', 'localhost:50051', ':50051' for all interfaces, 'unix:/path'; port 0 takes any";

/** `host` may be a name: Node looks it up. */
export function listenAddress(text: string): Address {
  if (text.startsWith('unix:')) return { kind: 'unix', path: unixPath(text) };
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:\s/]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3] ?? Number.NaN);
  if (match === null || !(port <= 65_535)) throw unusable(text);
  // The unspecified address of IPv6 takes IPv4 too, unless the system says otherwise.
  return { kind: 'tcp', host: match[1] || match[2] || '::', port };
}

function unixPath(text: string): string {
  const path = text.replace(/^unix:(\/\/(?=\/))?/, '');
  if (path === '' || path.startsWith('//')) throw unusable(text);
  return path;
}

function unusable(text: string): UsageError {
  return new UsageError(`listen('${text}'): addresses are ${FORMS}`);
}

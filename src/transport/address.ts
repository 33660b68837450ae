/** Where a peer is reached. */

export type Address =
  | { readonly kind: 'tcp' /** An IP address; IPv6 without brackets. */; readonly host: string; readonly port: number }
  /** The socket's path: for both ends of a link, as the dialling end has no name of its own. */
  | { readonly kind: 'unix'; readonly path: string };

/** `127.0.0.1:50051`, `[::1]:50051`, `unix:/run/orders.sock`. */
export function formatAddress(address: Address): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

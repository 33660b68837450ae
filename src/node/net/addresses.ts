/** Addresses as sockets show and take them. */
import type { Socket } from 'node:net';
import type { Address } from '#transport';

/** IPv4 through an IPv6 socket (RFC 4291 §2.5.5.2): people know the address without this. */
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

export function tcpAddress(host: string, port: number): Address {
  return { kind: 'tcp', host: host.replace(MAPPED, ''), port };
}

/** The one that was told last: the thousands of connections of a server mostly have one address here. */
let lastLocal: Address = tcpAddress('', 0);

/** Our end of a TCP connection. */
export function localAddress(socket: Socket): Address {
  const local = tcpAddress(socket.localAddress ?? '', socket.localPort ?? 0);
  if (!isSame(local, lastLocal)) lastLocal = local;
  return lastLocal;
}

function isSame(one: Address, other: Address): boolean {
  return one.kind === 'tcp' && other.kind === 'tcp' && one.host === other.host && one.port === other.port;
}

/** The peer's end of a TCP connection; undefined if it is already gone. */
export function remoteAddress(socket: Socket): Address | undefined {
  const { remoteAddress: host, remotePort: port } = socket;
  return host === undefined || port === undefined ? undefined : tcpAddress(host, port);
}

/** What sockets' names have room for (sun_path, less its final zero): Linux and Windows 107 octets, the BSDs and macOS 103. */
const UNIX_PATH_BYTES_MAX = process.platform === 'linux' || process.platform === 'win32' ? 107 : 103;

/** What `net.connect` and `listen` take. Throws as Node does for an address that cannot be. */
export function endpoint(address: Address): { host: string; port: number } | { path: string } {
  if (address.kind === 'tcp') return { host: address.host, port: address.port };
  // Node 20 would silently cut it off, and meet the peers of another socket.
  if (Buffer.byteLength(address.path) > UNIX_PATH_BYTES_MAX)
    throw new PathTooLong(`over ${UNIX_PATH_BYTES_MAX} octets`);
  return { path: address.path };
}

/** The error that newer versions of Node report. */
class PathTooLong extends Error {
  readonly code = 'ENAMETOOLONG';
}

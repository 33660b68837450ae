/**
 * What a channel connects to: the forms of gRPC "Name Resolution", and URLs because people try them. A target that cannot be
 * right is a `UsageError` that quotes it and lists the forms.
 */
import { UsageError } from '#base';
import type { Address } from '#transport';
import { isIpv4, isIpv6 } from './ip.ts';

export interface Target {
  /** As it was given, for people. */
  readonly text: string;
  readonly endpoints: Endpoints;
  /** The default of `:authority`. */
  readonly authority: string;
}

export type Endpoints =
  | { readonly kind: 'dns'; readonly host: string; readonly port: number }
  | { readonly kind: 'static'; readonly addresses: readonly Address[] };

/** gRPC "Name Resolution": "If no port is specified, 443 is used"; a URL's scheme decides for itself (RFC 9110 §4.2). */
const PORT_DEFAULT = 443;
const HTTP_PORT = 80;

const FORMS =
  "'host:port', 'dns:///host:port', 'ipv4:1.2.3.4:50051,1.2.3.5:50051', 'ipv6:[::1]:50051', 'unix:path', 'unix:///absolute/path', " +
  "'http://host:port', 'https://host:port', or a list of IP addresses with ports";

/** `scheme` is what the channel's credentials mean: a URL must not contradict them. */
export function parseTarget(given: string | readonly string[], scheme: 'http' | 'https'): Target {
  if (typeof given !== 'string') return listTarget(given);
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(given);
  const read = match === null ? undefined : schemes.get((match[1] ?? '').toLowerCase());
  if (read !== undefined) return read(given, match?.[2] ?? '', scheme);
  if (match !== null && (match[2] ?? '').startsWith('//'))
    throw wrong(given, `'${match[1]}' is no scheme that is known`);
  return dnsTarget(given, given);
}

type ReadTarget = (given: string, rest: string, scheme: 'http' | 'https') => Target;

const schemes: ReadonlyMap<string, ReadTarget> = new Map<string, ReadTarget>([
  ['dns', dnsScheme],
  ['ipv4', (given, rest) => addressesTarget(given, rest, 'an IPv4 address', isIpv4)],
  ['ipv6', (given, rest) => addressesTarget(given, rest, 'an IPv6 address', isIpv6)],
  ['unix', unixScheme],
  ['http', (given, rest, scheme) => urlTarget(given, rest, 'http', scheme)],
  ['https', (given, rest, scheme) => urlTarget(given, rest, 'https', scheme)],
]);

function dnsScheme(given: string, rest: string): Target {
  if (!rest.startsWith('//')) return dnsTarget(given, rest);
  const slash = rest.indexOf('/', 2);
  if (slash < 0) throw wrong(given, "after 'dns://' a name server may stand, and after the next '/' the host");
  if (slash > 2)
    throw wrong(given, `the name server cannot be chosen ('${rest.slice(2, slash)}'): the system's is used`);
  return dnsTarget(given, rest.slice(3));
}

function dnsTarget(given: string, endpoint: string): Target {
  const { host, port } = splitEndpoint(given, endpoint, PORT_DEFAULT);
  return { text: given, endpoints: endpointsOf(host, port), authority: authorityOf(endpoint) };
}

function endpointsOf(host: string, port: number): Endpoints {
  if (isIpv4(host) || isIpv6(host)) return { kind: 'static', addresses: [{ kind: 'tcp', host, port }] };
  return { kind: 'dns', host, port };
}

function urlTarget(given: string, rest: string, stated: 'http' | 'https', scheme: 'http' | 'https'): Target {
  if (stated !== scheme) {
    const means = scheme === 'https' ? 'are TLS' : 'are clear text';
    throw wrong(given, `it says ${stated}, but the credentials of the channel ${means}`);
  }
  const match = /^\/\/([^/?#]*)(.*)$/s.exec(rest);
  const endpoint = match?.[1] ?? '';
  const path = match?.[2] ?? '';
  if (match === null) throw wrong(given, `'//' must follow '${stated}:'`);
  if (path !== '' && path !== '/') throw wrong(given, `a gRPC channel has no path or query ('${path}')`);
  if (endpoint.includes('@')) throw wrong(given, 'a user name cannot be used');
  const { host, port } = splitEndpoint(given, endpoint, stated === 'http' ? HTTP_PORT : PORT_DEFAULT);
  return { text: given, endpoints: endpointsOf(host, port), authority: authorityOf(endpoint) };
}

function unixScheme(given: string, rest: string): Target {
  const path = rest.startsWith('//') ? rest.slice(2) : rest;
  if (rest.startsWith('//') && !path.startsWith('/')) throw wrong(given, "after 'unix://' an absolute path must stand");
  if (path === '' || path.includes('\0')) throw wrong(given, 'the path of the socket is missing');
  // gRPC clients state this authority for sockets without a host; some servers refuse an empty one.
  return { text: given, endpoints: { kind: 'static', addresses: [{ kind: 'unix', path }] }, authority: 'localhost' };
}

function addressesTarget(given: string, rest: string, what: string, isOne: (text: string) => boolean): Target {
  // `ipv4:///1.2.3.4:1` is the same with an empty URI authority.
  const list = rest.startsWith('///') ? rest.slice(3) : rest;
  const addresses: Address[] = [];
  for (const part of list.split(',')) {
    const { host, port } = splitEndpoint(given, part, PORT_DEFAULT);
    if (!isOne(host)) throw wrong(given, `'${host}' is not ${what}`);
    addresses.push({ kind: 'tcp', host, port });
  }
  return { text: given, endpoints: { kind: 'static', addresses }, authority: authorityOf(list.split(',')[0] ?? '') };
}

function listTarget(given: readonly string[]): Target {
  const text = given.join(',');
  if (given.length === 0) throw wrong(text, 'the list is empty');
  const addresses = given.map((part): Address => {
    if (part.startsWith('unix:')) return { kind: 'unix', path: part.slice('unix:'.length) };
    const { host, port } = splitEndpoint(part, part, PORT_DEFAULT);
    if (!isIpv4(host) && !isIpv6(host)) throw wrong(text, `'${host}' in a list is no IP address`);
    return { kind: 'tcp', host, port };
  });
  const first = given[0] ?? '';
  return {
    text,
    endpoints: { kind: 'static', addresses },
    authority: first.startsWith('unix:') ? 'localhost' : authorityOf(first),
  };
}

/** `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address. */
function splitEndpoint(given: string, endpoint: string, portDefault: number): { host: string; port: number } {
  if (isIpv6(endpoint)) return { host: endpoint, port: portDefault };
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/s.exec(endpoint);
  if (match === null) throw wrong(given, `'${endpoint}' is neither host:port nor an IPv6 address`);
  const bracketed = match[1];
  const host = bracketed ?? match[2] ?? '';
  if (bracketed !== undefined && !isIpv6(bracketed)) throw wrong(given, `'${bracketed}' is no IPv6 address`);
  if (bracketed === undefined) checkHost(given, host);
  return { host, port: match[3] === undefined ? portDefault : portOf(given, match[3]) };
}

/** RFC 3986 §3.2.2: an IPv6 address stands in brackets; a zone has no meaning for the peer (RFC 6874 §1). */
function authorityOf(endpoint: string): string {
  const bracketed = isIpv6(endpoint) ? `[${endpoint}]` : endpoint;
  return bracketed.replace(/%[^\]]*/, '');
}

/** Letters, digits, `-`, `.` and `_`, which service names in clusters contain; at most 253 octets (RFC 1035 §2.3.4). */
function checkHost(given: string, host: string): void {
  if (host === '') throw wrong(given, 'the host is missing');
  if (/[^\u0020-\u007e]/.test(host)) throw wrong(given, `'${host}' is not ASCII: write it in its xn-- form`);
  if (!/^[A-Za-z0-9_.-]+$/.test(host) || host.length > 253) throw wrong(given, `'${host}' is no host name`);
}

function portOf(given: string, text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw wrong(given, `'${text}' is no port from 1 to 65535`);
  return port;
}

function wrong(given: string, why: string): UsageError {
  return new UsageError(`The target '${given}' cannot be used: ${why}. Targets are ${FORMS}.`);
}

/** The host in an authority: what a certificate must show. */
export function hostOfAuthority(authority: string): string {
  if (isIpv6(authority)) return authority;
  return /^\[([^\]]*)\]/.exec(authority)?.[1] ?? authority.replace(/:[0-9]*$/, '');
}

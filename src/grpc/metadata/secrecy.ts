/** Which header fields hold secrets, by their names: gRPC metadata and HTTP fields alike. */

/**
 * `secret`: the value is hidden. `credentials`: so is it, but for the scheme before it. `cookies`: hidden, and each value in
 * it counts as a secret. `open`: defined by a protocol, holds none. `target`: an address with a query. `text`: may hold
 * any text; secrets in it are looked for.
 */
export type Secrecy = 'secret' | 'credentials' | 'cookies' | 'open' | 'target' | 'text';

const known: readonly (readonly [Secrecy, readonly string[]])[] = [
  ['credentials', ['authorization', 'proxy-authorization', 'authentication-info', 'proxy-authentication-info']],
  ['cookies', ['cookie', 'set-cookie']],
  ['target', [':path', 'referer', 'location']],
  [
    'open',
    [
      ...[':method', ':scheme', ':status', ':protocol', ':authority', 'host', 'te', 'date', 'server', 'via', 'vary'],
      ...['content-type', 'content-length', 'content-encoding', 'accept', 'accept-encoding', 'user-agent', 'etag'],
      ...['grpc-timeout', 'grpc-encoding', 'grpc-accept-encoding', 'grpc-status', 'grpc-message-type', 'trailer'],
      ...['grpc-previous-rpc-attempts', 'grpc-retry-pushback-ms', 'connect-protocol-version', 'connect-timeout-ms'],
      // Identifiers of requests, for people who look for one in logs and traces.
      ...['traceparent', 'tracestate', 'grpc-trace-bin', 'x-request-id', 'x-correlation-id', 'x-amzn-trace-id', 'b3'],
      ...['x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'uber-trace-id', 'x-cloud-trace-context'],
    ],
  ],
];

const byName: ReadonlyMap<string, Secrecy> = new Map(
  known.flatMap(([secrecy, names]) => names.map((name) => [name, secrecy] as const)),
);

/** Words in a name that say that its value is a secret. */
const TELLING =
  /passw(?:or)?d|passphrase|secret|credential|private|api-?key|access-?key|(?:^|[-_.])(?:token|key|pwd|auth|jwt|session|sessionid|sid|signature|sig|otp|pin)(?:$|[-_.])|token$/;

/** Names come from peers: the memory of them is bounded. */
const NAMES_MAX = 2_000;
const judged = new Map<string, Secrecy>(byName);

/** By the name in lower case, as HTTP/2 has it. Binary values that no protocol defines may hold anything: they count as secret. */
export function secrecyOf(name: string): Secrecy {
  const before = judged.get(name);
  if (before !== undefined) return before;
  const secrecy = judge(name);
  if (judged.size < NAMES_MAX) judged.set(name, secrecy);
  return secrecy;
}

function judge(name: string): Secrecy {
  const lower = name.toLowerCase();
  return byName.get(lower) ?? (lower.endsWith('-bin') || TELLING.test(lower) ? 'secret' : 'text');
}

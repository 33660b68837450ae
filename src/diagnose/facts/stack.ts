/**
 * Which implementation speaks on each side, from what it says of itself (user-agent, server, via) and from habits that no
 * configuration changes: PING payloads, private settings, debug strings, method names. Strong signs win over weak ones.
 */
import type { Side } from '#base';
import { parseUserAgent } from '#grpc';
import { Setting, type SettingEntry } from '#h2';

export interface StackSign {
  /** An id of the remedy tables, e.g. `grpc-go`. */
  readonly stack: string;
  readonly version: string | undefined;
  /** For people: product and version as the traffic writes them, or the stack. */
  readonly name: string;
  /** What gave it away. */
  readonly by:
    | 'user-agent'
    | 'server-header'
    | 'method'
    | 'debug-data'
    | 'ping-payload'
    | 'settings'
    | 'proxy-header'
    | 'tls-hello';
}

const STRENGTH: Readonly<Record<StackSign['by'], number>> = {
  'debug-data': 5,
  'user-agent': 4,
  'server-header': 4,
  method: 3,
  'ping-payload': 2,
  'proxy-header': 2,
  settings: 1,
  'tls-hello': 0,
};

export class Stacks {
  client: StackSign | undefined;
  server: StackSign | undefined;
  /** A proxy that shows itself in headers, on whichever hop this is. */
  middlebox: StackSign | undefined;
  userAgent = '';
  /** Requests carry what a proxy adds: this connection's client is one. */
  forwarded = false;
  /** Responses carry what a proxy adds: this connection's server is one. */
  fronted = false;

  learn(who: Side | 'middlebox', sign: StackSign | undefined): void {
    if (sign === undefined) return;
    const known = this[who];
    if (known === undefined || STRENGTH[sign.by] > STRENGTH[known.by]) this[who] = sign;
  }
}

/** Libraries whose remedies are kept under another name than their user-agent's family. */
const STACK_OF_FAMILY: Readonly<Record<string, string>> = { 'connect-es': 'connect' };
/** Products that the gRPC layer does not name: they speak HTTP/2 without gRPC, or put no slash in their name. */
const OTHER_AGENTS: readonly (readonly [RegExp, string])[] = [
  [/kitex/i, 'kitex'],
  [/volo/i, 'volo'],
  [/vert\.?x/i, 'vertx'],
  [/nghttp2\/([\d.]+)/, 'nghttp2'],
];

export function stackOfUserAgent(userAgent: string): StackSign | undefined {
  const agent = parseUserAgent(userAgent);
  if (agent === undefined) return undefined;
  if (agent.stack === 'other') return firstMatch(OTHER_AGENTS, userAgent, 'user-agent');
  return {
    stack: STACK_OF_FAMILY[agent.stack] ?? agent.stack,
    version: agent.version === '' ? undefined : agent.version,
    name: agent.version === '' ? agent.product : `${agent.product}/${agent.version}`,
    by: 'user-agent',
  };
}

const SERVERS: readonly (readonly [RegExp, string])[] = [
  [/^nginx(?:\/([\d.]+))?|^openresty/i, 'nginx'],
  [/^envoy|^istio-envoy/i, 'envoy'],
  [/^awselb(?:\/([\d.]+))?/i, 'aws'],
  [/^haproxy/i, 'haproxy'],
  [/^nghttpd|^nghttpx/i, 'nghttp2'],
];

/** The `server` response header: a gRPC library sends none, so what stands there is the proxy or web server in front. */
export function stackOfServerHeader(server: string): StackSign | undefined {
  return firstMatch(SERVERS, server, 'server-header');
}

function firstMatch(
  table: readonly (readonly [RegExp, string])[],
  text: string,
  by: StackSign['by'],
): StackSign | undefined {
  for (const [pattern, stack] of table) {
    const match = pattern.exec(text);
    if (match !== null) return named(stack, match[1] || undefined, by);
  }
  return undefined;
}

/** A sign whose name is the stack's, with the version where it is known. */
export function named(stack: string, version: string | undefined, by: StackSign['by']): StackSign {
  return { stack, version, name: version === undefined ? stack : `${stack}/${version}`, by };
}

/** Services that only one product serves. */
const METHODS: readonly (readonly [string, string])[] = [
  ['/etcdserverpb.', 'etcd'],
  ['/v3lockpb.', 'etcd'],
  ['/cortex.', 'cortex'],
];

/** Of `/v3lockpb.` the v: rules most methods out at once, for each request asks. */
const METHOD_INITIALS: ReadonlySet<number> = new Set(METHODS.map(([prefix]) => prefix.charCodeAt(1)));

export function stackOfMethod(method: string): StackSign | undefined {
  if (!METHOD_INITIALS.has(method.charCodeAt(1))) return undefined;
  for (const [prefix, stack] of METHODS) {
    if (method.startsWith(prefix)) return named(stack, undefined, 'method');
  }
  return undefined;
}

/** gRPC's C core announces that it takes binary metadata by a setting of its own. */
const GRPC_TRUE_BINARY_METADATA = 0xfe03;

/** First SETTINGS of servers that nobody sends by chance; a guess, which any other sign overrules. */
const SERVER_SETTINGS: readonly (readonly [
  (of: (id: number) => number | undefined, first: SettingEntry) => boolean,
  string,
])[] = [
  [(of) => of(GRPC_TRUE_BINARY_METADATA) !== undefined, 'c-core'],
  // grpc-go begins with the default, which others leave out.
  [(_of, first) => first.id === Setting.MAX_FRAME_SIZE && first.value === 16_384, 'grpc-go'],
  [(of) => of(Setting.INITIAL_WINDOW_SIZE) === 1_048_576 && of(Setting.MAX_HEADER_LIST_SIZE) === 8_192, 'grpc-java'],
  [(of) => of(Setting.MAX_CONCURRENT_STREAMS) === 1_000 && of(Setting.INITIAL_WINDOW_SIZE) === 262_144, 'calmwire'],
];

export function stackOfServerSettings(settings: readonly SettingEntry[]): StackSign | undefined {
  const [first] = settings;
  if (first === undefined) return undefined;
  const of = (id: number): number | undefined => settings.find((entry) => entry.id === id)?.value;
  const stack = SERVER_SETTINGS.find(([fits]) => fits(of, first))?.[1];
  return stack === undefined ? undefined : named(stack, undefined, 'settings');
}

const DEBUG_DATA: readonly (readonly [RegExp, string])[] = [
  [/received an illegal stream id/, 'grpc-go'],
  [/^graceful_stop$/, 'grpc-go'],
  [/^graceful shutdown$/, 'kitex'],
  [/^app_requested$|^too_many_rststreams$/, 'grpc-java'],
  [/is not correct for server connection|Maximum number .*RST frames|Header size exceeded max allowed size/, 'netty'],
  [/^too_many_(resets|internal_resets|data_frames|continuations)$/, 'tonic'],
];

/** Who writes such GOAWAY debug data. */
export function stackOfDebugData(debugData: string): StackSign | undefined {
  const stack = DEBUG_DATA.find(([pattern]) => pattern.test(debugData))?.[1];
  return stack === undefined ? undefined : named(stack, undefined, 'debug-data');
}

/** The stack that most often brings a TLS library along: for choosing advice. */
const STACK_OF_LIBRARY: Readonly<Record<string, string>> = {
  go: 'grpc-go',
  node: 'node',
  'c-core': 'c-core',
  netty: 'grpc-java',
};

/** By the habits of a ClientHello (see `#tls`): the weakest of all signs. */
export function stackOfTlsLibrary(library: string | undefined): StackSign | undefined {
  const stack = library === undefined ? undefined : STACK_OF_LIBRARY[library];
  return stack === undefined ? undefined : named(stack, undefined, 'tls-hello');
}

/** Headers that Envoy and others add to what they forward. */
export function isProxyHeader(name: string): boolean {
  return name.startsWith('x-envoy-') || name === 'via' || name === 'x-forwarded-for' || name === 'x-forwarded-proto';
}

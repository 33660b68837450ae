/**
 * The options of a channel, each with its unit, default and reason, and what grpc-js, grpc-go and grpc-java call it.
 * `completeOptions` fills in defaults and rejects what makes no sense.
 */
import {
  checkNames,
  durationOption,
  flagOption,
  groupOption,
  type OptionNames,
  refused,
  UsageError,
  wholeOption,
} from '#base';
import type { Recorder } from '#drive';
import { WINDOW_MAX } from '#h2';
import type { Link } from '#transport';
import type { ChannelEvent } from './channel-events.ts';

/** Pauses between attempts to connect (gRPC "Connection Backoff Protocol"; the defaults are its constants). */
export interface BackoffOptions {
  /** First pause in ms. Default 1,000. grpc-js `grpc.initial_reconnect_backoff_ms`; grpc-go `backoff.Config.BaseDelay`. */
  readonly initialMs?: number | undefined;
  /** Growth from pause to pause. Default 1.6. grpc-go `backoff.Config.Multiplier`. */
  readonly multiplier?: number | undefined;
  /** Part of the pause that chance adds or takes: 0.2 is ±20 %. Default 0.2; spreads the clients of a server that restarted. grpc-go `backoff.Config.Jitter`. */
  readonly jitter?: number | undefined;
  /** Longest pause in ms, before jitter. Default 120,000. grpc-js `grpc.max_reconnect_backoff_ms`; grpc-go `backoff.Config.MaxDelay`. */
  readonly maxMs?: number | undefined;
}

/** Keepalive PINGs (gRFC A8): they find peers that vanished, and keep middleboxes from forgetting the connection. */
export interface KeepaliveClientOptions {
  /**
   * Silence in ms after which a PING goes out. Default `Infinity`: off, as in every peer, because servers cut clients that
   * ping more often than they allow (gRPC servers: every 5 minutes unless configured). Less than 10,000 is raised to that (A8).
   * Doubled for the channel's new connections after GOAWAY `too_many_pings`.
   * grpc-js `grpc.keepalive_time_ms`; grpc-go `keepalive.ClientParameters.Time`; grpc-java `keepAliveTime`.
   */
  readonly intervalMs?: number | undefined;
  /**
   * The connection is over when a PING is not answered for so many ms. Default 20,000 (A8).
   * grpc-js `grpc.keepalive_timeout_ms`; grpc-go `ClientParameters.Timeout`; grpc-java `keepAliveTimeout`.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Ping also while no call is open. Default false: servers that do not permit it count every such PING of two hours as a
   * strike and cut the connection. Given up for the channel once a server has done so.
   * grpc-js `grpc.keepalive_permit_without_calls`; grpc-go `ClientParameters.PermitWithoutStream`; grpc-java `keepAliveWithoutCalls`.
   */
  readonly withoutCalls?: boolean | undefined;
  /**
   * A call waits, something was sent, and nothing came back for so many ms: then one PING asks whether the connection still
   * lives, and `timeoutMs` later it is over. Default 10,000, on although keepalive is off: only one is sent until the server
   * sends HEADERS or DATA, which no server counts as a strike. It finds a dead link in half a minute instead of the quarter of
   * an hour that the system takes. `Infinity` switches it off. grpc-go and grpc-java use TCP_USER_TIMEOUT instead (gRFC A18).
   */
  readonly probeAfterMs?: number | undefined;
}

/** How calls are spread over connections. */
export type ConnectionsOption =
  /** One connection; more only while its MAX_CONCURRENT_STREAMS is reached (gRFC A105). What gRPC channels do. */
  | 'long-lived'
  /** Up to so many connections, filled evenly: behind balancers of connections (L4), or to use several cores of a server. Kitex `WithGRPCConnPoolSize`. */
  | { readonly pooled: number }
  /** One connection for each call, closed after it: costs a handshake a call. Kitex `WithShortConnection`. */
  | 'one-call';

export interface ChannelOptions {
  /**
   * Time in ms for one address to connect: link, TLS, and the server's SETTINGS. Default 20,000 (MIN_CONNECT_TIMEOUT of gRPC "Connection
   * Backoff Protocol"). grpc-js has none (its channel hangs when SETTINGS never come); grpc-go `grpc.ConnectParams.MinConnectTimeout`.
   */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Time in ms from the link to the server's SETTINGS. Default: what is left of `connectTimeoutMs`. Shorter when a listener that
   * accepts but does not speak (an overloaded one, another protocol) shall be left sooner.
   */
  readonly settingsTimeoutMs?: number | undefined;
  readonly backoff?: BackoffOptions | undefined;
  readonly keepalive?: KeepaliveClientOptions | undefined;
  /**
   * Connections are closed and names no longer looked up after so many ms without a call. Default 1,800,000 (30 minutes, as grpc-js
   * `grpc.client_idle_timeout_ms`, grpc-go `WithIdleTimeout` and grpc-java `idleTimeout`). `Infinity` switches it off.
   */
  readonly idleTimeoutMs?: number | undefined;
  /** Default 'long-lived'. */
  readonly connections?: ConnectionsOption | undefined;
  /**
   * Connections at most, however many calls wait for a stream. Default 10, the cap of gRFC A105: a thousand calls at once
   * with the usual limit of 100 streams, without one client taking a server's accept queue. For 'one-call' the default is 100.
   */
  readonly maxConnections?: number | undefined;
  /**
   * Calls that may wait for a connection or a stream; more end with RESOURCE_EXHAUSTED. Default 10,000: at about 1 KB each
   * that is 10 MB, and a longer queue only makes every call late. Peers have no such limit.
   */
  readonly maxQueuedCalls?: number | undefined;
  /** A response message may have so many octets, after decompression too. Default 4,194,304. grpc-js `grpc.max_receive_message_length`; grpc-go `MaxCallRecvMsgSize`; grpc-java `maxInboundMessageSize`. */
  readonly maxReceiveMessageBytes?: number | undefined;
  /** A request message may have so many octets. Default `Infinity`, as the peers: the receiver's limit decides. grpc-js `grpc.max_send_message_length`; grpc-go `MaxCallSendMsgSize`. */
  readonly maxSendMessageBytes?: number | undefined;
  /** Metadata of a response may have so many octets (name + value + 32 a field). Default 65,536: Envoy refuses above 60 KiB, so no proxy lets more through. grpc-go `MaxHeaderListSize`; grpc-java `maxInboundMetadataSize`. */
  readonly maxMetadataBytes?: number | undefined;
  /**
   * Messages of a call kept for a transparent retry, in octets. A call that sent more is not retried. Default 1,048,576: gRPC's
   * own interop calls have 271,828 octets, and a GOAWAY must not fail them; all calls together have the next limit.
   * grpc-js `grpc.per_rpc_retry_buffer_size` (256 KiB); grpc-java `perRpcBufferLimit` (1 MiB).
   */
  readonly retryBufferBytes?: number | undefined;
  /** The same over all calls of the channel. Default 16,777,216. grpc-js `grpc.retry_buffer_size`; grpc-java `retryBufferSize` (16 MiB). */
  readonly retryBuffersBytes?: number | undefined;
  /** Goes in front of the library's own name in `user-agent`. grpc-js `grpc.primary_user_agent`; grpc-go `WithUserAgent`. */
  readonly userAgent?: string | undefined;
  /** What requests state as `:authority`, and the name that a certificate must show. Default: from the target. grpc-js `grpc.default_authority`; grpc-go `WithAuthority`; grpc-java `overrideAuthority`. */
  readonly authority?: string | undefined;
  /** Octets that a server may send ahead on one call before we take them. Default: the engine's, which grows to the measured bandwidth-delay product. grpc-js `grpc-node.flow_control_window`; grpc-go `WithInitialWindowSize`. */
  readonly streamWindowBytes?: number | undefined;
  /** The same for all calls of a connection together. grpc-go `WithInitialConnWindowSize`. */
  readonly connectionWindowBytes?: number | undefined;
  /** Makes the flight recorder of a connection, which failures then carry; without one nothing is recorded. Asked once for each link. */
  readonly recorder?: ((link: Link) => Recorder | undefined) | undefined;
  /** Hears what happens to the connections of the channel: for logs and metrics. Nothing dies in silence. */
  readonly onEvent?: ((event: ChannelEvent) => void) | undefined;
}

/** `ChannelOptions` with every default in its place. */
export interface ChannelSettings {
  readonly connectTimeoutMs: number;
  readonly settingsTimeoutMs: number;
  readonly backoff: {
    readonly initialMs: number;
    readonly multiplier: number;
    readonly jitter: number;
    readonly maxMs: number;
  };
  readonly keepalive: {
    readonly intervalMs: number;
    readonly timeoutMs: number;
    readonly withoutCalls: boolean;
    readonly probeAfterMs: number;
  };
  readonly idleTimeoutMs: number;
  readonly connections: 'long-lived' | 'pooled' | 'one-call';
  /** Connections that are filled evenly before any is full: 1 unless pooled. */
  readonly spreadConnections: number;
  readonly maxConnections: number;
  readonly maxQueuedCalls: number;
  readonly maxReceiveMessageBytes: number;
  readonly maxSendMessageBytes: number;
  readonly maxMetadataBytes: number;
  readonly retryBufferBytes: number;
  readonly retryBuffersBytes: number;
  readonly userAgent: string;
  readonly authority: string | undefined;
  readonly streamWindowBytes: number | undefined;
  readonly connectionWindowBytes: number | undefined;
  readonly recorder: ((link: Link) => Recorder | undefined) | undefined;
  readonly onEvent: ((event: ChannelEvent) => void) | undefined;
}

/** gRFC A8: "the minimum allowed value is 10 seconds"; lower ones are raised, not refused. */
export const KEEPALIVE_INTERVAL_LEAST_MS = 10_000;
const CONNECT_TIMEOUT_MS = 20_000;
const KEEPALIVE_TIMEOUT_MS = 20_000;
const PROBE_AFTER_MS = 10_000;
const IDLE_TIMEOUT_MS = 30 * 60_000;
const CONNECTIONS_MAX = 10;
/** A hundred handshakes at once is what a server's accept queue (commonly 128) still takes. */
const ONE_CALL_CONNECTIONS_MAX = 100;

const BACKOFF_NAMES: OptionNames<BackoffOptions> = { initialMs: true, multiplier: true, jitter: true, maxMs: true };
const KEEPALIVE_NAMES: OptionNames<KeepaliveClientOptions> = {
  intervalMs: true,
  timeoutMs: true,
  withoutCalls: true,
  probeAfterMs: true,
};

/** Fills in the defaults. A value that makes no sense is a `UsageError` that names the option and quotes the value. */
export function completeOptions(options: ChannelOptions): ChannelSettings {
  const connections = options.connections ?? 'long-lived';
  const spread = spreadOf(connections);
  const connectTimeoutMs = durationOption('connectTimeoutMs', options.connectTimeoutMs, CONNECT_TIMEOUT_MS);
  const most = connections === 'one-call' ? ONE_CALL_CONNECTIONS_MAX : Math.max(CONNECTIONS_MAX, spread);
  const maxConnections = wholeOption('maxConnections', options.maxConnections, most, 1);
  if (maxConnections < spread) {
    throw new UsageError(`connections: { pooled: ${spread} } is more than maxConnections ${maxConnections} allows`);
  }
  return {
    connectTimeoutMs,
    settingsTimeoutMs: durationOption('settingsTimeoutMs', options.settingsTimeoutMs, connectTimeoutMs),
    backoff: completeBackoff(groupOption('backoff', options.backoff, BACKOFF_NAMES)),
    keepalive: completeKeepalive(groupOption('keepalive', options.keepalive, KEEPALIVE_NAMES)),
    idleTimeoutMs: durationOption('idleTimeoutMs', options.idleTimeoutMs, IDLE_TIMEOUT_MS),
    connections: typeof connections === 'object' ? 'pooled' : connections,
    spreadConnections: spread,
    maxConnections,
    maxQueuedCalls: wholeOption('maxQueuedCalls', options.maxQueuedCalls, 10_000, 0),
    maxReceiveMessageBytes: wholeOption('maxReceiveMessageBytes', options.maxReceiveMessageBytes, 4 * 1024 * 1024),
    maxSendMessageBytes: wholeOption('maxSendMessageBytes', options.maxSendMessageBytes, Number.POSITIVE_INFINITY),
    maxMetadataBytes: wholeOption('maxMetadataBytes', options.maxMetadataBytes, 64 * 1024, 1),
    retryBufferBytes: wholeOption('retryBufferBytes', options.retryBufferBytes, 1024 * 1024, 0),
    retryBuffersBytes: wholeOption('retryBuffersBytes', options.retryBuffersBytes, 16 * 1024 * 1024, 0),
    userAgent: userAgentText('userAgent', options.userAgent),
    authority: authorityText('authority', options.authority),
    streamWindowBytes: windowOption('streamWindowBytes', options.streamWindowBytes),
    connectionWindowBytes: windowOption('connectionWindowBytes', options.connectionWindowBytes),
    recorder: options.recorder,
    onEvent: options.onEvent,
  };
}

function completeKeepalive(options: KeepaliveClientOptions): ChannelSettings['keepalive'] {
  const intervalMs = durationOption('keepalive.intervalMs', options.intervalMs, Number.POSITIVE_INFINITY);
  return {
    intervalMs: Math.max(KEEPALIVE_INTERVAL_LEAST_MS, intervalMs),
    timeoutMs: durationOption('keepalive.timeoutMs', options.timeoutMs, KEEPALIVE_TIMEOUT_MS),
    withoutCalls: flagOption('keepalive.withoutCalls', options.withoutCalls, false),
    probeAfterMs: durationOption('keepalive.probeAfterMs', options.probeAfterMs, PROBE_AFTER_MS),
  };
}

function completeBackoff(options: BackoffOptions): ChannelSettings['backoff'] {
  const initialMs = durationOption('backoff.initialMs', options.initialMs, 1_000);
  const multiplier = options.multiplier ?? 1.6;
  const jitter = options.jitter ?? 0.2;
  if (!(isNumber(multiplier) && multiplier >= 1)) throw refused('backoff.multiplier', 'at least 1', multiplier);
  if (!(isNumber(jitter) && jitter >= 0 && jitter < 1))
    throw refused('backoff.jitter', 'from 0 up to but not 1', jitter);
  const maxMs = durationOption('backoff.maxMs', options.maxMs, Math.max(120_000, initialMs));
  if (maxMs < initialMs) throw new UsageError(`backoff.maxMs ${maxMs} is less than backoff.initialMs ${initialMs}`);
  return { initialMs, multiplier, jitter, maxMs };
}

function spreadOf(connections: ConnectionsOption): number {
  if (connections === 'long-lived' || connections === 'one-call') return 1;
  if (typeof connections === 'object' && connections !== null) {
    checkNames('connections', connections, { pooled: true });
    return wholeOption('connections.pooled', connections.pooled, 1, 1);
  }
  throw refused('connections', "'long-lived', 'one-call' or { pooled: number }", connections);
}

const isNumber = (value: unknown): boolean => typeof value === 'number';

function windowOption(name: string, value: number | undefined): number | undefined {
  return value === undefined ? undefined : wholeOption(name, value, 0, 0, WINDOW_MAX);
}

function authorityText(name: string, value: string | undefined): string | undefined {
  if (value === undefined || (typeof value === 'string' && /^[!-~]+$/.test(value))) return value;
  throw refused(name, 'a host, with or without a port', value);
}

/** RFC 9110 §5.5: visible ASCII and spaces; the engine's peer would refuse anything else with RST_STREAM. */
function userAgentText(name: string, value: string | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string' && /^[!-~](?:[ -~]*[!-~])?$/.test(value)) return value;
  throw refused(name, 'printable ASCII without spaces at its ends', value);
}

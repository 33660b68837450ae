/**
 * The options of a channel, each with its unit, default and reason, and what grpc-js, grpc-go and grpc-java call it.
 * `completeOptions` fills in defaults and rejects what makes no sense.
 */
import { UsageError } from '#base';
import type { Recorder } from '#drive';
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

/** Fills in the defaults. A value that makes no sense is a `UsageError` that names the option and quotes the value. */
export function completeOptions(options: ChannelOptions): ChannelSettings {
  const connections = options.connections ?? 'long-lived';
  const spread = spreadOf(connections);
  const connectTimeoutMs = positive('connectTimeoutMs', options.connectTimeoutMs, CONNECT_TIMEOUT_MS);
  const most = connections === 'one-call' ? ONE_CALL_CONNECTIONS_MAX : Math.max(CONNECTIONS_MAX, spread);
  const maxConnections = whole('maxConnections', options.maxConnections, most, 1);
  if (maxConnections < spread) {
    throw new UsageError(`connections: { pooled: ${spread} } is more than maxConnections ${maxConnections} allows`);
  }
  return {
    connectTimeoutMs,
    settingsTimeoutMs: positive('settingsTimeoutMs', options.settingsTimeoutMs, connectTimeoutMs),
    backoff: completeBackoff(options.backoff ?? {}),
    keepalive: {
      intervalMs: Math.max(
        KEEPALIVE_INTERVAL_LEAST_MS,
        positive('keepalive.intervalMs', options.keepalive?.intervalMs, Number.POSITIVE_INFINITY),
      ),
      timeoutMs: positive('keepalive.timeoutMs', options.keepalive?.timeoutMs, KEEPALIVE_TIMEOUT_MS),
      withoutCalls: options.keepalive?.withoutCalls ?? false,
      probeAfterMs: positive('keepalive.probeAfterMs', options.keepalive?.probeAfterMs, PROBE_AFTER_MS),
    },
    idleTimeoutMs: positive('idleTimeoutMs', options.idleTimeoutMs, IDLE_TIMEOUT_MS),
    connections: typeof connections === 'object' ? 'pooled' : connections,
    spreadConnections: spread,
    maxConnections,
    maxQueuedCalls: whole('maxQueuedCalls', options.maxQueuedCalls, 10_000, 0),
    maxReceiveMessageBytes: positive('maxReceiveMessageBytes', options.maxReceiveMessageBytes, 4 * 1024 * 1024),
    maxSendMessageBytes: positive('maxSendMessageBytes', options.maxSendMessageBytes, Number.POSITIVE_INFINITY),
    maxMetadataBytes: whole('maxMetadataBytes', options.maxMetadataBytes, 64 * 1024, 1),
    retryBufferBytes: whole('retryBufferBytes', options.retryBufferBytes, 1024 * 1024, 0),
    retryBuffersBytes: whole('retryBuffersBytes', options.retryBuffersBytes, 16 * 1024 * 1024, 0),
    userAgent: userAgentText('userAgent', options.userAgent),
    authority: options.authority,
    streamWindowBytes: optionalWhole('streamWindowBytes', options.streamWindowBytes),
    connectionWindowBytes: optionalWhole('connectionWindowBytes', options.connectionWindowBytes),
    recorder: options.recorder,
    onEvent: options.onEvent,
  };
}

function completeBackoff(options: BackoffOptions): ChannelSettings['backoff'] {
  const initialMs = positive('backoff.initialMs', options.initialMs, 1_000);
  const multiplier = options.multiplier ?? 1.6;
  const jitter = options.jitter ?? 0.2;
  if (!(multiplier >= 1)) throw new UsageError(`backoff.multiplier must be at least 1, not ${multiplier}`);
  if (!(jitter >= 0 && jitter < 1))
    throw new UsageError(`backoff.jitter must be from 0 up to but not 1, not ${jitter}`);
  const maxMs = positive('backoff.maxMs', options.maxMs, Math.max(120_000, initialMs));
  if (maxMs < initialMs) throw new UsageError(`backoff.maxMs ${maxMs} is less than backoff.initialMs ${initialMs}`);
  return { initialMs, multiplier, jitter, maxMs };
}

function spreadOf(connections: ConnectionsOption): number {
  if (typeof connections === 'object') return whole('connections.pooled', connections.pooled, 1, 1);
  if (connections === 'long-lived' || connections === 'one-call') return 1;
  throw new UsageError(
    `connections must be 'long-lived', 'one-call' or { pooled: number }, not ${String(connections)}`,
  );
}

function positive(name: string, value: number | undefined, missing: number): number {
  if (value === undefined) return missing;
  if (value > 0) return value;
  throw new UsageError(`${name} must be a number above 0, not ${String(value)}`);
}

function whole(name: string, value: number | undefined, missing: number, least: number): number {
  if (value === undefined) return missing;
  if ((Number.isInteger(value) || value === Number.POSITIVE_INFINITY) && value >= least) return value;
  throw new UsageError(`${name} must be a whole number of at least ${least}, not ${String(value)}`);
}

function optionalWhole(name: string, value: number | undefined): number | undefined {
  return value === undefined ? undefined : whole(name, value, 0, 0);
}

/** RFC 9110 §5.5: visible ASCII and spaces; the engine's peer would refuse anything else with RST_STREAM. */
function userAgentText(name: string, value: string | undefined): string {
  if (value === undefined) return '';
  if (/^[!-~](?:[ -~]*[!-~])?$/.test(value)) return value;
  throw new UsageError(`${name} must be printable ASCII without spaces at its ends, not '${value}'`);
}

/**
 * The settings of a server core. Each says its default, why, and what the same is called in grpc-js (js), grpc-go (go) and
 * grpc-java (java). Durations are milliseconds; `Infinity` switches a duration or a limit off.
 */
import { durationOption, flagOption, groupOption, type OptionNames, wholeOption } from '#base';
import type { Recorder } from '#drive';
import { type ConnectionLimits, defaultLimits, WINDOW_MAX } from '#h2';
import type { Link } from '#transport';
import type { ServerHandler } from './call-face.ts';
import type { ServerEvent } from './events.ts';

export interface ServerOptions {
  /**
   * Calls that a client may have open on one connection: SETTINGS_MAX_CONCURRENT_STREAMS, and the number of handlers that may
   * run for one connection, also when the client has reset their streams. Default 1,000: RFC 9113 §6.5.2 asks for at least
   * 100; clients that want more open another connection (gRFC A105); without a limit one connection can fill the memory.
   * js `grpc.max_concurrent_streams` (unlimited), go `MaxConcurrentStreams` (unlimited), java `maxConcurrentCallsPerConnection` (unlimited).
   */
  readonly maxConcurrentStreams?: number;
  /**
   * Handlers running on all connections together; more are refused unprocessed, so clients may retry elsewhere. Default
   * 100,000: about 200 MB of call state before a message is counted. No peer has it.
   */
  readonly maxCalls?: number;
  /**
   * Connections at a time; more are closed with GOAWAY at once. Default 50,000: about 500 MB when all are idle, which leaves
   * most of a default heap. js, go and java have none; go users wrap the listener in `netutil.LimitListener`.
   */
  readonly maxConnections?: number;
  /**
   * One received message, after decompression, in octets. Default 4 MiB, as all peers have it. Greater ones end the call with
   * RESOURCE_EXHAUSTED. js `grpc.max_receive_message_length`, go `MaxRecvMsgSize`, java `maxInboundMessageSize`.
   */
  readonly maxReceiveMessageBytes?: number;
  /**
   * One sent message before compression, in octets. Default `Infinity`: the handler made it, and the receiver has its own
   * limit. js `grpc.max_send_message_length` (-1), go `MaxSendMsgSize` (2 GiB), java has none.
   */
  readonly maxSendMessageBytes?: number;
  /**
   * Octets of received messages that are not whole yet, on all connections together. Default 256 MiB. A call whose message
   * would go beyond ends with RESOURCE_EXHAUSTED. Without it, streams times message limit is the bound: 4 GB a connection.
   * No peer has it.
   */
  readonly maxPartialMessageBytes?: number;
  /**
   * A request's header list as RFC 9113 §6.5.2 counts it: SETTINGS_MAX_HEADER_LIST_SIZE. Default 64 KiB: no proxy lets more
   * through. A longer list is answered with RESOURCE_EXHAUSTED, a longer block ends the connection. js `grpc.max_metadata_size`,
   * go `MaxHeaderListSize` (16 MiB), java `maxInboundMetadataSize` (8 KiB).
   */
  readonly maxHeaderListBytes?: number;
  /**
   * The receive window of a stream at first, in octets: SETTINGS_INITIAL_WINDOW_SIZE. Default 256 KiB: with HTTP/2's own 64 KiB
   * a message of 250 KB needs four round trips. js `grpc-node.flow_control_window`, go `InitialWindowSize` (64 KiB), java
   * `initialFlowControlWindow` (1 MiB).
   */
  readonly streamWindowBytes?: number;
  /** The receive window of a connection at first, in octets. Default 1 MiB: four streams at full speed. go `InitialConnWindowSize`. */
  readonly connectionWindowBytes?: number;
  /**
   * Windows grow with the measured product of bandwidth and round trip up to this many octets. Default 8 MiB: 1 Gbit/s at 64 ms.
   * At or below `streamWindowBytes`: they stay as they are. go grows to 16 MiB, java to 8 MiB, both fixed.
   */
  readonly maxWindowBytes?: number;
  /**
   * After this time a connection is asked to go (two-step GOAWAY "max_age"), so that clients look at their addresses again;
   * ±10 % jitter spares the others a crowd (gRFC A9). Default `Infinity`. js `grpc.max_connection_age_ms`, go and java `MaxConnectionAge`.
   */
  readonly maxConnectionAgeMs?: number;
  /**
   * How long calls may go on after that before the connection is cut. Default `Infinity`: set it above the longest call.
   * js `grpc.max_connection_age_grace_ms`, go and java `MaxConnectionAgeGrace`.
   */
  readonly maxConnectionAgeGraceMs?: number;
  /**
   * A connection without calls for this time is asked to go ("max_idle"). Default `Infinity`; behind a balancer that drops
   * idle connections silently, take less than its timeout. js `grpc.max_connection_idle_ms`, go and java `MaxConnectionIdle`.
   */
  readonly maxConnectionIdleMs?: number;
  /** PINGs that the server sends to find dead clients. */
  readonly keepalive?: ServerKeepaliveOptions;
  /** PINGs that clients may send. */
  readonly pingEnforcement?: PingEnforcementOptions;
  /**
   * From the link to the client's SETTINGS and the acknowledgement of ours, TLS not included. Default 20,000: the peer's
   * connect timeout is usually the same, so nobody waits any more. go `ConnectionTimeout` (120 s), java `handshakeTimeout` (120 s).
   */
  readonly handshakeTimeoutMs?: number;
  /**
   * How long a client may take to send the one message of a unary or server-streaming call, or any message that it has begun.
   * Default 120,000: 4 MiB at 35 KB/s. Looked at four times in that time, so it may take a quarter longer. Then the call ends
   * with DEADLINE_EXCEEDED. No peer has it.
   */
  readonly requestMessageTimeoutMs?: number;
  /**
   * How long a client may leave the rest of an answer waiting, without taking an octet, after the handler has ended. Default
   * 120,000: as long as a request may take. Then the stream is reset. Before the handler's end `send` holds it back, and the
   * deadline bounds it. No peer has it.
   */
  readonly responseStallTimeoutMs?: number;
  /**
   * Which compression responses get unless the handler chooses: a name among the server's compressions. Default none: it costs
   * more time than it saves inside a data centre. js `grpc.default_compression_algorithm`, go `SetSendCompressor`, java `setCompression`.
   */
  readonly compress?: string;
  /** Serves paths that no handler was given for; default: UNIMPLEMENTED. go `UnknownServiceHandler`, java `fallbackHandlerRegistry`. */
  readonly unknown?: ServerHandler;
  /**
   * What a client may cost on one connection beside that: resets, frames without substance, unread answers. Each has its default
   * and reason in `ConnectionLimits`. go, java and js have fixed numbers for some of them.
   */
  readonly limits?: Partial<Omit<ConnectionLimits, 'maxHeaderListBytes'>>;
  /** Makes the flight recorder of a connection; without one nothing is recorded. Told once for each link that is accepted. */
  readonly recorder?: (link: Link) => Recorder | undefined;
  /** Hears what happens to connections and which rule refused what: for logs. Nothing dies in silence. */
  readonly onEvent?: (event: ServerEvent) => void;
}

export interface ServerKeepaliveOptions {
  /** Without a sign of the client for this time, a PING goes out. Default 7,200,000 (2 h), as go and java. js `grpc.keepalive_time_ms`. */
  readonly intervalMs?: number;
  /** Without a sign for this time after it, the connection is cut. Default 20,000, as all peers. js `grpc.keepalive_timeout_ms`. */
  readonly timeoutMs?: number;
}

/** As grpc-go's `handlePing` counts, so that a client fares the same with both. */
export interface PingEnforcementOptions {
  /**
   * The least time between PINGs that is no strike. Default 300,000 (5 min), as all peers that enforce; 0 turns the policy off
   * while calls are open. go `EnforcementPolicy.MinTime`, java `permitKeepAliveTime`; js never strikes.
   */
  readonly minIntervalMs?: number;
  /** Whether PINGs without an open call obey the same interval; else 2 h. Default false. go `PermitWithoutStream`, java `permitKeepAliveWithoutCalls`. */
  readonly permitWithoutCalls?: boolean;
  /** Strikes that are forgiven; the next one is the end: GOAWAY ENHANCE_YOUR_CALM "too_many_pings". Default 2, fixed in go and java. `Infinity` never ends it. */
  readonly maxStrikes?: number;
}

/** Options with their defaults filled in. */
export type ServerSettings = Required<
  Omit<ServerOptions, 'compress' | 'unknown' | 'limits' | 'recorder' | 'onEvent' | 'keepalive' | 'pingEnforcement'>
> & {
  readonly keepalive: Required<ServerKeepaliveOptions>;
  readonly pingEnforcement: Required<PingEnforcementOptions>;
  readonly compress: string | undefined;
  readonly unknown: ServerHandler | undefined;
  readonly limits: Partial<ConnectionLimits>;
  readonly recorder: ((link: Link) => Recorder | undefined) | undefined;
  readonly onEvent: ((event: ServerEvent) => void) | undefined;
};

const KEEPALIVE_NAMES: OptionNames<ServerKeepaliveOptions> = { intervalMs: true, timeoutMs: true };
const ENFORCEMENT_NAMES: OptionNames<PingEnforcementOptions> = {
  minIntervalMs: true,
  permitWithoutCalls: true,
  maxStrikes: true,
};
const BUDGET_NAMES: OptionNames<Budget> = { burst: true, perSecond: true };
const LIMIT_NAMES: OptionNames<Omit<ConnectionLimits, 'maxHeaderListBytes'>> = {
  maxContinuations: true,
  headerBlockTimeoutMs: true,
  resets: true,
  overhead: true,
  maxUnreadBytes: true,
  maxHeldBytes: true,
};

/** Fills in defaults; what makes no sense is a `UsageError` that names the option. */
export function serverSettings(options: ServerOptions): ServerSettings {
  const count = (name: CountName, missing: number, least = 1) => wholeOption(name, options[name], missing, least);
  const time = (name: TimeName, missing: number, mayBeZero = false) =>
    durationOption(name, options[name], missing, mayBeZero);
  return {
    maxConcurrentStreams: count('maxConcurrentStreams', 1_000),
    maxCalls: count('maxCalls', 100_000),
    maxConnections: count('maxConnections', 50_000),
    maxReceiveMessageBytes: count('maxReceiveMessageBytes', 4_194_304),
    maxSendMessageBytes: count('maxSendMessageBytes', Number.POSITIVE_INFINITY),
    maxPartialMessageBytes: count('maxPartialMessageBytes', 268_435_456),
    maxHeaderListBytes: count('maxHeaderListBytes', 65_536),
    streamWindowBytes: wholeOption('streamWindowBytes', options.streamWindowBytes, 262_144, 0, WINDOW_MAX),
    connectionWindowBytes: wholeOption(
      'connectionWindowBytes',
      options.connectionWindowBytes,
      1_048_576,
      1,
      WINDOW_MAX,
    ),
    maxWindowBytes: count('maxWindowBytes', 8_388_608),
    maxConnectionAgeMs: time('maxConnectionAgeMs', Number.POSITIVE_INFINITY),
    maxConnectionAgeGraceMs: time('maxConnectionAgeGraceMs', Number.POSITIVE_INFINITY, true),
    maxConnectionIdleMs: time('maxConnectionIdleMs', Number.POSITIVE_INFINITY),
    handshakeTimeoutMs: time('handshakeTimeoutMs', 20_000),
    requestMessageTimeoutMs: time('requestMessageTimeoutMs', 120_000),
    responseStallTimeoutMs: time('responseStallTimeoutMs', 120_000),
    keepalive: keepaliveSettings(groupOption('keepalive', options.keepalive, KEEPALIVE_NAMES)),
    pingEnforcement: enforcementSettings(groupOption('pingEnforcement', options.pingEnforcement, ENFORCEMENT_NAMES)),
    compress: options.compress,
    unknown: options.unknown,
    limits: limitSettings(groupOption('limits', options.limits, LIMIT_NAMES)),
    recorder: options.recorder,
    onEvent: options.onEvent,
  };
}

function keepaliveSettings({ intervalMs, timeoutMs }: ServerKeepaliveOptions): ServerSettings['keepalive'] {
  return {
    intervalMs: durationOption('keepalive.intervalMs', intervalMs, 7_200_000),
    timeoutMs: durationOption('keepalive.timeoutMs', timeoutMs, 20_000),
  };
}

function enforcementSettings(options: PingEnforcementOptions): ServerSettings['pingEnforcement'] {
  const { minIntervalMs, permitWithoutCalls, maxStrikes } = options;
  return {
    minIntervalMs: durationOption('pingEnforcement.minIntervalMs', minIntervalMs, 300_000, true),
    permitWithoutCalls: flagOption('pingEnforcement.permitWithoutCalls', permitWithoutCalls, false),
    maxStrikes: wholeOption('pingEnforcement.maxStrikes', maxStrikes, 2, 0),
  };
}

function limitSettings(given: NonNullable<ServerOptions['limits']>): ServerSettings['limits'] {
  const { maxContinuations, headerBlockTimeoutMs, resets, overhead, maxUnreadBytes, maxHeldBytes } = given;
  const missing = defaultLimits;
  return {
    maxContinuations: wholeOption('limits.maxContinuations', maxContinuations, missing.maxContinuations, 0),
    headerBlockTimeoutMs: durationOption(
      'limits.headerBlockTimeoutMs',
      headerBlockTimeoutMs,
      missing.headerBlockTimeoutMs,
    ),
    resets: budgetSettings('limits.resets', resets, missing.resets),
    overhead: budgetSettings('limits.overhead', overhead, missing.overhead),
    maxUnreadBytes: wholeOption('limits.maxUnreadBytes', maxUnreadBytes, missing.maxUnreadBytes),
    maxHeldBytes: wholeOption('limits.maxHeldBytes', maxHeldBytes, missing.maxHeldBytes),
  };
}

/** A budget with a number missing would guard against nothing. */
function budgetSettings(name: string, given: Budget | undefined, missing: Budget): Budget {
  const { burst, perSecond } = groupOption(name, given, BUDGET_NAMES);
  return {
    burst: wholeOption(`${name}.burst`, burst, missing.burst, 0),
    perSecond: wholeOption(`${name}.perSecond`, perSecond, missing.perSecond, 0),
  };
}

type Budget = ConnectionLimits['resets'];
type CountName = Exclude<Extract<keyof ServerOptions, `max${string}`>, TimeName>;
type TimeName = Extract<keyof ServerOptions, `${string}Ms`>;

/** How an active connection is set up: its side, what it announces, and how long it waits. */
import type { Side } from '#base';
import type { SettingEntry } from '../frames/frame.ts';
import { type ConnectionLimits, defaultLimits } from './limits.ts';
import type { ConnectionLog } from './log.ts';
import { firstSettings } from './settings.ts';

export interface ConnectionOptions {
  readonly side: Side;
  /** The time at which the connection begins. */
  readonly nowMs: number;
  /**
   * Streams that the peer may have open at once (SETTINGS_MAX_CONCURRENT_STREAMS), server only. Default 1,000: Envoy, Node and
   * grpc-java take all that they are allowed, and each costs memory; clients that need more open another connection.
   */
  readonly maxConcurrentStreams?: number;
  /**
   * The window of each stream at first, in octets (SETTINGS_INITIAL_WINDOW_SIZE). Default 256 KiB: with the 64 KiB of the
   * specification a message of 250 KB needs four round trips.
   */
  readonly streamWindowBytes?: number;
  /** The window of the connection at first, in octets. Default 1 MiB: four streams at full speed before it grows. */
  readonly connectionWindowBytes?: number;
  /**
   * Windows grow with the measured product of bandwidth and round trip up to this many octets. Default 8 MiB: 1 Gbit/s at
   * 64 ms. Equal to or below `streamWindowBytes`: windows stay as they are.
   */
  readonly maxWindowBytes?: number;
  /** The longest frame that the peer may send, 16,384 to 16,777,215 octets. Default 16,384: longer ones delay others. */
  readonly maxFrameBytes?: number;
  /** SETTINGS_HEADER_TABLE_SIZE for the peer's encoder, in octets. Default 4,096, the specification's. */
  readonly headerTableBytes?: number;
  /**
   * The peer's SETTINGS and its acknowledgement of ours must come within this time. Default 20 s, gRPC's least connect
   * timeout: a peer that accepts and stays silent is a dead one (grpc-node#2785).
   */
  readonly settingsTimeoutMs?: number;
  /** How long the server waits for the PING acknowledgement before it names the last stream. Default 5 s, as grpc-go. */
  readonly drainPingTimeoutMs?: number;
  readonly limits?: Partial<ConnectionLimits>;
  readonly log?: ConnectionLog | undefined;
  /** Made by `connectionConfig` for many connections alike: instead of the options above, except `nowMs` and `log`. */
  readonly config?: ConnectionConfig | undefined;
}

/** What connections may have in common. */
type CommonOptions = Omit<ConnectionOptions, 'nowMs' | 'log' | 'config'>;

/** The options with nothing left open. */
export interface ConnectionConfig extends Required<Omit<CommonOptions, 'limits'>> {
  readonly limits: ConnectionLimits;
  /** The first SETTINGS, which tell everything that differs from the defaults. */
  readonly firstSettings: readonly SettingEntry[];
}

export function connectionConfig(options: CommonOptions): ConnectionConfig {
  const config = {
    side: options.side,
    maxConcurrentStreams: options.maxConcurrentStreams ?? 1_000,
    streamWindowBytes: options.streamWindowBytes ?? 262_144,
    connectionWindowBytes: options.connectionWindowBytes ?? 1_048_576,
    maxWindowBytes: options.maxWindowBytes ?? 8_388_608,
    maxFrameBytes: options.maxFrameBytes ?? 16_384,
    headerTableBytes: options.headerTableBytes ?? 4_096,
    settingsTimeoutMs: options.settingsTimeoutMs ?? 20_000,
    drainPingTimeoutMs: options.drainPingTimeoutMs ?? 5_000,
    limits: { ...defaultLimits, ...options.limits },
  };
  return { ...config, firstSettings: firstSettings(config) };
}

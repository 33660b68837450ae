/** SETTINGS of both sides (RFC 9113 §6.5): ours on their way until they are acknowledged, the peer's in force at once. */
import { Flag, FrameType, Setting } from '../frames/codes.ts';
import { FRAME_BYTES_DEFAULT } from '../frames/form.ts';
import type { SettingEntry } from '../frames/frame.ts';
import { writeSettings, writeSettingsAck } from '../frames/writer.ts';
import { TABLE_BYTES_DEFAULT } from '../hpack/dynamic-table.ts';
import { SettingsView } from '../settings-view.ts';
import type { Core } from './core.ts';
import type { ConnectionConfig } from './options.ts';

/** What the peer announced, as it binds us. */
export class PeerSettings {
  maxConcurrentStreams = Number.POSITIVE_INFINITY;
  initialWindow = 65_535;
  maxFrameBytes = FRAME_BYTES_DEFAULT;
  headerTableBytes = TABLE_BYTES_DEFAULT;
  maxHeaderListBytes = Number.POSITIVE_INFINITY;
}

/** The first SETTINGS, which tell everything that differs from the defaults. */
export function firstSettings(config: Omit<ConnectionConfig, 'firstSettings'>): readonly SettingEntry[] {
  const entries: SettingEntry[] = [];
  if (config.headerTableBytes !== TABLE_BYTES_DEFAULT) {
    entries.push({ id: Setting.HEADER_TABLE_SIZE, value: config.headerTableBytes });
  }
  if (config.side === 'client') entries.push({ id: Setting.ENABLE_PUSH, value: 0 });
  else entries.push({ id: Setting.MAX_CONCURRENT_STREAMS, value: config.maxConcurrentStreams });
  entries.push({ id: Setting.INITIAL_WINDOW_SIZE, value: config.streamWindowBytes });
  if (config.maxFrameBytes !== FRAME_BYTES_DEFAULT) {
    entries.push({ id: Setting.MAX_FRAME_SIZE, value: config.maxFrameBytes });
  }
  entries.push({ id: Setting.MAX_HEADER_LIST_SIZE, value: config.limits.maxHeaderListBytes });
  return entries;
}

/** Shared: almost always none is on the way, and idle connections are many. */
const NONE_SENT: readonly number[] = [];

/** What we announced. A change binds the peer once it has acknowledged it (§6.5.3). */
export class LocalSettings {
  readonly #core: Core;
  readonly #view = new SettingsView();
  /** When the SETTINGS that wait for an acknowledgement were sent, oldest first. */
  #sentMs = NONE_SENT;

  constructor(core: Core) {
    this.#core = core;
  }

  announceAll(): void {
    this.announce(this.#core.config.firstSettings);
  }

  announce(entries: readonly SettingEntry[]): void {
    const core = this.#core;
    writeSettings(core.out, entries);
    core.log?.frame(core.side, core.nowMs, FrameType.SETTINGS, 0, 0, 6 * entries.length, 0, entries, 0, 0);
    this.#view.announce(entries, 0);
    this.#sentMs = [...this.#sentMs, core.nowMs];
    this.#apply();
    core.wantOutput();
  }

  /** The peer has applied the oldest SETTINGS on the way; returns the round trip, undefined if none was on the way. */
  acknowledged(): number | undefined {
    const [sentMs] = this.#sentMs;
    if (sentMs === undefined) return undefined;
    this.#sentMs = this.#sentMs.length === 1 ? NONE_SENT : this.#sentMs.slice(1);
    this.#view.acknowledge();
    this.#apply();
    return this.#core.nowMs - sentMs;
  }

  /** When the oldest SETTINGS that wait were sent; infinity if none wait. */
  get oldestSentMs(): number {
    return this.#sentMs[0] ?? Number.POSITIVE_INFINITY;
  }

  /** The longest frame and the most streams that the peer may take for allowed. */
  get maxFrameBytes(): number {
    return this.#view.most.frameBytes;
  }

  get maxConcurrentStreams(): number {
    return this.#view.inForce.concurrentStreams;
  }

  get headerTableBytes(): number {
    return this.#view.most.headerTableBytes;
  }

  #apply(): void {
    const { receiveCredit } = this.#core;
    receiveCredit.initial = this.#view.inForce.initialWindow;
    receiveCredit.initialMost = this.#view.most.initialWindow;
    receiveCredit.initialLeast = this.#view.least.initialWindow;
  }
}

export function acknowledgeSettings(core: Core): void {
  writeSettingsAck(core.out);
  core.log?.frame(core.side, core.nowMs, FrameType.SETTINGS, Flag.ACK, 0, 0, 0, NO_ENTRIES, 0, 0);
  core.wantOutput();
}

const NO_ENTRIES: readonly SettingEntry[] = [];

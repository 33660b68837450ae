/**
 * The SETTINGS of one side as they bind the other. A change takes effect when the other side has applied it, which its
 * acknowledgement shows (RFC 9113 §6.5.3). Until then both values are legal, so the view knows a range.
 */
import { WINDOW_DEFAULT, WINDOW_MAX } from './flow/credit.ts';
import { Setting } from './frames/codes.ts';
import { FRAME_BYTES_DEFAULT, FRAME_BYTES_MAX } from './frames/form.ts';
import type { SettingEntry } from './frames/frame.ts';

/** The settings that an observer judges by; those without a limit start at infinity (RFC 9113 §6.5.2). */
export interface SettingValues {
  readonly headerTableBytes: number;
  readonly enablePush: number;
  readonly concurrentStreams: number;
  readonly initialWindow: number;
  readonly frameBytes: number;
}

const DEFAULTS: SettingValues = {
  headerTableBytes: 4_096,
  enablePush: 1,
  concurrentStreams: Number.POSITIVE_INFINITY,
  initialWindow: WINDOW_DEFAULT,
  frameBytes: FRAME_BYTES_DEFAULT,
};

const keys: ReadonlyMap<number, keyof SettingValues> = new Map([
  [Setting.HEADER_TABLE_SIZE, 'headerTableBytes'],
  [Setting.ENABLE_PUSH, 'enablePush'],
  [Setting.MAX_CONCURRENT_STREAMS, 'concurrentStreams'],
  [Setting.INITIAL_WINDOW_SIZE, 'initialWindow'],
  [Setting.MAX_FRAME_SIZE, 'frameBytes'],
]);

/** Unacknowledged SETTINGS to remember: peers send one, some two or three while they probe bandwidth; more is a flood. */
const PENDING_MAX = 64;

interface Pending {
  readonly values: SettingValues;
  /** Ordinal of the SETTINGS frame among the frames of its sender. */
  readonly at: number;
}

/** Shared: almost always none is pending, and connections are many. */
const NONE: readonly Pending[] = [];

export class SettingsView {
  /** False when SETTINGS or acknowledgements may have gone unseen: then nothing here may be relied on. */
  known = true;
  /** True once a SETTINGS frame was seen. */
  announced = false;
  /** The values that the other side has certainly applied. */
  inForce: SettingValues = DEFAULTS;
  /** For each value, the greatest and the least that may be in force. */
  most: SettingValues = DEFAULTS;
  least: SettingValues = DEFAULTS;
  #latest: SettingValues = DEFAULTS;
  #pending = NONE;
  /** Acknowledgements seen before their SETTINGS: a capture does not promise the order of the two directions. */
  #early = 0;

  /** The side sent SETTINGS. */
  announce(entries: readonly SettingEntry[], at: number): void {
    this.announced = true;
    this.#latest = changed(this.#latest, entries);
    if (!this.known) return;
    if (this.#early > 0) {
      this.#early--;
      this.inForce = this.#latest;
    } else if (this.#pending.length >= PENDING_MAX) {
      this.lose();
    } else {
      this.#pending = [...this.#pending, { values: this.#latest, at }];
    }
    this.#measure();
  }

  /** The other side acknowledged; returns the ordinal of the SETTINGS frame that it must have received, 0 if unknown. */
  acknowledge(): number {
    if (!this.known) return 0;
    const [oldest] = this.#pending;
    if (oldest === undefined) {
      this.#early++;
      return 0;
    }
    this.#pending = this.#pending.length === 1 ? NONE : this.#pending.slice(1);
    this.inForce = oldest.values;
    this.#measure();
    return oldest.at;
  }

  /** The values hold at once, as those of an HTTP2-Settings field do (RFC 7540 §3.2.1). */
  impose(entries: readonly SettingEntry[]): void {
    this.#latest = changed(this.#latest, entries);
    this.inForce = this.#latest;
    this.#measure();
  }

  /** Frames were lost: SETTINGS of this side or acknowledgements of the other may be among them. */
  lose(): void {
    this.known = false;
    this.#pending = NONE;
  }

  #measure(): void {
    this.most = this.#extreme(Math.max);
    this.least = this.#extreme(Math.min);
  }

  #extreme(pick: (first: number, second: number) => number): SettingValues {
    return this.#pending.reduce((so, { values }) => both(so, values, pick), this.inForce);
  }
}

function changed(values: SettingValues, entries: readonly SettingEntry[]): SettingValues {
  const next: { -readonly [Key in keyof SettingValues]: number } = { ...values };
  for (const entry of entries) {
    const key = keys.get(entry.id);
    if (key !== undefined && isLegal(entry)) next[key] = entry.value;
  }
  return next;
}

/** Values that a receiver must refuse (RFC 9113 §6.5.2) change nothing: the arithmetic stays within its range. */
function isLegal({ id, value }: SettingEntry): boolean {
  if (id === Setting.INITIAL_WINDOW_SIZE) return value <= WINDOW_MAX;
  return id !== Setting.MAX_FRAME_SIZE || (value >= FRAME_BYTES_DEFAULT && value <= FRAME_BYTES_MAX);
}

function both(
  first: SettingValues,
  second: SettingValues,
  pick: (first: number, second: number) => number,
): SettingValues {
  return {
    headerTableBytes: pick(first.headerTableBytes, second.headerTableBytes),
    enablePush: pick(first.enablePush, second.enablePush),
    concurrentStreams: pick(first.concurrentStreams, second.concurrentStreams),
    initialWindow: pick(first.initialWindow, second.initialWindow),
    frameBytes: pick(first.frameBytes, second.frameBytes),
  };
}

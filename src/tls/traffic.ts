/**
 * What records of encrypted content show by their sizes and times: how many there were, how long it has been silent, and
 * whether one side sent PING-sized records into the silence at even intervals.
 */
import type { End, TlsTraffic } from '#trace';

/** Octets of frames with their headers (RFC 9113 §6.7, §6.8): a PING, and a GOAWAY whose debug data is "too_many_pings". */
const PING_BYTES = 17;
const GOAWAY_BYTES = 31;
/** The acknowledgement of the last PING and the GOAWAY, written at once. */
const ACK_AND_GOAWAY_BYTES = PING_BYTES + GOAWAY_BYTES;
/** A PING that is sent for keepalive comes alone: nothing was sent for at least this long. Round trips are shorter. */
const ALONE_MS = 500;
/** Two intervals are the fewest that can be even. */
const PINGS_MIN = 3;
/** Timers of busy programs are late by this much: a tenth, and some milliseconds. */
const UNEVEN_PART = 0.1;
const UNEVEN_MS = 50;
/** The GOAWAY answers the PING that was one too many within a round trip. */
const ANSWER_MS = 1_000;

/** PINGs of one side since anything else was sent. */
class Rhythm {
  count = 0;
  lastMs = 0;
  #shortestMs = Number.POSITIVE_INFINITY;
  #longestMs = 0;

  ping(timeMs: number): void {
    if (this.count > 0) {
      this.#shortestMs = Math.min(this.#shortestMs, timeMs - this.lastMs);
      this.#longestMs = Math.max(this.#longestMs, timeMs - this.lastMs);
    }
    this.count++;
    this.lastMs = timeMs;
  }

  reset(): void {
    this.count = 0;
    this.#shortestMs = Number.POSITIVE_INFINITY;
    this.#longestMs = 0;
  }

  /** Milliseconds between PINGs; undefined if they are too few or not even. */
  get intervalMs(): number | undefined {
    if (this.count < PINGS_MIN) return undefined;
    const even = this.#longestMs - this.#shortestMs <= this.#longestMs * UNEVEN_PART + UNEVEN_MS;
    return even ? (this.#longestMs + this.#shortestMs) / 2 : undefined;
  }
}

class Side {
  records = 0;
  bytes = 0;
  /** The last record has the size of the GOAWAY, and came in answer to a PING of the other side. */
  goawaySized = false;
  readonly rhythm = new Rhythm();
}

export class Traffic {
  readonly #a = new Side();
  readonly #b = new Side();
  #lastMs: number | undefined = undefined;

  /** A record of application data with so many octets of content. */
  record(from: End, bytes: number, timeMs: number): void {
    const side = from === 'a' ? this.#a : this.#b;
    const other = from === 'a' ? this.#b : this.#a;
    side.records++;
    side.bytes += bytes;
    const silenceMs = timeMs - (this.#lastMs ?? timeMs);
    this.#lastMs = timeMs;
    if (bytes === PING_BYTES) {
      if (silenceMs >= ALONE_MS) side.rhythm.ping(timeMs);
    } else if (
      (bytes === GOAWAY_BYTES || bytes === ACK_AND_GOAWAY_BYTES) &&
      other.rhythm.count > 0 &&
      timeMs - other.rhythm.lastMs <= ANSWER_MS
    ) {
      side.goawaySized = true;
    } else {
      side.rhythm.reset();
      other.rhythm.reset();
      side.goawaySized = false;
      other.goawaySized = false;
    }
  }

  summary(from: End, nowMs: number): TlsTraffic {
    const { records, bytes, rhythm, goawaySized } = from === 'a' ? this.#a : this.#b;
    const { intervalMs } = rhythm;
    return {
      step: 'traffic',
      records,
      bytes,
      silenceMs: this.#lastMs === undefined ? undefined : nowMs - this.#lastMs,
      pings: intervalMs === undefined ? undefined : rhythm.count,
      pingIntervalMs: intervalMs,
      goawaySized: goawaySized || undefined,
    };
  }
}

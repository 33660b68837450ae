/** What lies between two hosts: how long octets are on the way, how many fit, and how they are cut. */
import type { Prng } from '../prng.ts';

export interface Path {
  /** One way, in ms. */
  readonly latencyMs: number;
  /** Mean of what is added to it, exponentially distributed. Octets of one direction never overtake each other. */
  readonly jitterMs: number;
  /** Bandwidth of each direction; Infinity for a path that is never full. */
  readonly bytesPerMs: number;
  /** What the sender's system takes before octets wait in the program. */
  readonly socketBytes: number;
  /** What may be on the way and unread at the receiver. */
  readonly windowBytes: number;
  /** Unsent octets in the program above which `write` returns false. */
  readonly highWaterBytes: number;
  /** Where the stream is cut into segments. */
  readonly cut: Cut;
  /** Round trips that a handshake on top of the connection takes: 0 in clear text, 1 or 2 as TLS does. */
  readonly handshakeTrips: number;
  /**
   * A middlebox forgets connections that carried nothing for so long, and swallows what comes later (AWS NLB: 350 s).
   * Infinity: there is none.
   */
  readonly forgetMs: number;
}

/** `whole`: as much as fits. `packets`: 1,460 octets, as on Ethernet. `ragged`: anywhere, often after a few octets. */
export type Cut = 'whole' | 'packets' | 'ragged';

/** A fast network without surprises. */
export const plainPath: Path = {
  latencyMs: 1,
  jitterMs: 0,
  bytesPerMs: Number.POSITIVE_INFINITY,
  socketBytes: 262_144,
  windowBytes: 262_144,
  highWaterBytes: 16_384,
  cut: 'whole',
  handshakeTrips: 0,
  forgetMs: Number.POSITIVE_INFINITY,
};

/** One of many networks: loopback to another continent, roomy and narrow. */
export function randomPath(chance: Prng): Path {
  return {
    latencyMs: chance.pick([0.02, 0.2, 1, 5, 20, 80, 150]) * chance.between(0.5, 1.5),
    jitterMs: chance.chance(0.5) ? 0 : chance.magnitude(1, 30),
    // 1 MB/s at least: a narrower path only makes runs longer in virtual time.
    bytesPerMs: chance.chance(0.5) ? Number.POSITIVE_INFINITY : chance.magnitude(1_000, 125_000),
    socketBytes: chance.chance(0.2) ? chance.magnitude(1_024, 16_384) : 262_144,
    windowBytes: chance.chance(0.2) ? chance.magnitude(2_048, 65_536) : 262_144,
    highWaterBytes: chance.pick([0, 1_024, 16_384, 65_536]),
    cut: chance.pick(['whole', 'packets', 'packets', 'ragged']),
    handshakeTrips: chance.pick([0, 0, 1, 2]),
    forgetMs: Number.POSITIVE_INFINITY,
  };
}

/** What one read of a program returns at most (Node reads up to 64 KiB). */
const READ_BYTES = 65_536;
const PACKET_BYTES = 1_460;
const RAGGED_BYTES = 16_384;

/** Octets of the next segment, at most. */
export function segmentBytes(cut: Cut, chance: Prng): number {
  switch (cut) {
    case 'whole':
      return READ_BYTES;
    case 'packets':
      return PACKET_BYTES;
    case 'ragged':
      // Some tiny ones to split every frame header and field, and larger ones so that a megabyte stays cheap.
      return chance.chance(0.4) ? chance.int(1, 24) : chance.magnitude(25, RAGGED_BYTES);
  }
}

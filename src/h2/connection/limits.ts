/**
 * What a peer may cost us on one connection (RFC 9113 §10.5). Each limit ends in a refusal that names the rule and the count.
 * The attacks that they answer are named by their CVE.
 */
import type { BudgetOptions } from './budget.ts';

export interface ConnectionLimits {
  /**
   * Decoded header list in octets, as SETTINGS_MAX_HEADER_LIST_SIZE counts it; also the longest encoded block. Default
   * 64 KiB: Envoy refuses above 60 KiB, so no proxy lets more through. Longer lists are cut while they are decoded (HPACK
   * bomb, CVE-2016-8740 class), a longer block ends the connection.
   */
  readonly maxHeaderListBytes: number;
  /**
   * CONTINUATION frames of one block. Default 8, nghttp2's number: with frames of 16 KiB they hold twice the longest block
   * (CONTINUATION flood, CVE-2024-27316 and its family).
   */
  readonly maxContinuations: number;
  /**
   * From a HEADERS frame to the end of its block, in ms. Default 10 s: the frames of a block are sent in one piece, and while
   * it is open no other frame may come, not even an answer to our PING. Then the connection ends as one without progress.
   */
  readonly headerBlockTimeoutMs: number;
  /**
   * Streams that the peer resets, or makes us reset by breaking rules (Rapid Reset, CVE-2023-44487; MadeYouReset,
   * CVE-2025-8671). Default 1,000 at once and 100 a second: a client whose thousand calls share a deadline is no attacker,
   * and handlers that still run hold their place whatever the peer resets.
   */
  readonly resets: BudgetOptions;
  /**
   * Frames that make work and carry nothing: PING, SETTINGS, PRIORITY, WINDOW_UPDATE, empty DATA, unknown types (CVE-2019-9511,
   * 9512, 9513, 9515, 9518). Default 10,000 at once and 330 a second, nghttp2's numbers; DATA of substance in either direction
   * brings a token back, so the bandwidth probes of a busy grpc-go or Java peer cost nothing.
   */
  readonly overhead: BudgetOptions;
  /**
   * Octets of answers (acknowledgements, resets, header blocks) that wait because the peer does not read (CVE-2019-9512,
   * 9514, 9515, 9517). Default 1 MiB: a thousand responses of header blocks, and nothing that an honest peer leaves unread.
   */
  readonly maxUnreadBytes: number;
  /**
   * Octets received that the owners of streams have not consumed yet, after which the connection's window is no longer
   * reopened. Default 16 MiB: below it one slow reader does not stop the other streams.
   */
  readonly maxHeldBytes: number;
}

export const defaultLimits: ConnectionLimits = {
  maxHeaderListBytes: 65_536,
  maxContinuations: 8,
  headerBlockTimeoutMs: 10_000,
  resets: { burst: 1_000, perSecond: 100 },
  overhead: { burst: 10_000, perSecond: 330 },
  maxUnreadBytes: 1_048_576,
  maxHeldBytes: 16_777_216,
};

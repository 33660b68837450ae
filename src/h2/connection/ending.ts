/** How streams and connections end, as values: nothing that a peer does loses its reason on the way up. */
import type { Side } from '#base';
import type { Violation } from '../rules.ts';

/** A GOAWAY frame, sent or received. */
export interface Farewell {
  readonly lastStream: number;
  readonly errorCode: number;
  /** One character an octet; printable only if the sender was kind. */
  readonly debugData: string;
}

/** Why a connection is over. The first cause counts: what follows from it (FIN after GOAWAY) changes nothing. */
export type ConnectionEnding =
  /** The peer said farewell with an error code, or without one and then closed. */
  | { readonly kind: 'goaway'; readonly farewell: Farewell }
  /** The peer broke a rule of connection scope, or used up a budget; we said GOAWAY. */
  | { readonly kind: 'violation'; readonly violation: Violation }
  /** The peer ended its direction (FIN) without GOAWAY. */
  | { readonly kind: 'peer-closed' }
  /** The transport failed; `code` is the system's name (`ECONNRESET`), `text` one English sentence. */
  | { readonly kind: 'transport'; readonly code: string; readonly text: string }
  /** The peer did not answer within `afterMs`. */
  | {
      readonly kind: 'silent';
      readonly what: 'settings' | 'settings-ack' | 'ping' | 'preface' | 'progress';
      readonly afterMs: number;
    }
  /** We closed it, in peace or because time was up. */
  | { readonly kind: 'local'; readonly reason: LocalReason };

/** Why we close a connection ourselves. */
export type LocalReason =
  | 'shutdown'
  | 'max-age'
  | 'max-age-grace'
  | 'idle'
  | 'drained'
  | 'too-many-pings'
  | 'replaced'
  | 'ids-used-up'
  | 'cancelled';

/** How a stream ended for its owner. */
export type StreamEnding =
  /** Both sides sent END_STREAM. */
  | { readonly kind: 'complete' }
  /** RST_STREAM, by the peer or by us; `violation` when the peer's breach made us do it. */
  | {
      readonly kind: 'reset';
      readonly by: 'peer' | 'local';
      readonly errorCode: number;
      readonly violation: Violation | undefined;
    }
  /** The peer's GOAWAY names a lower last stream: it has not processed and never will process this one (RFC 9113 §6.8). */
  | { readonly kind: 'unprocessed'; readonly farewell: Farewell }
  /** The connection ended under it. `sent` is false if not even its HEADERS had been handed to the transport. */
  | {
      readonly kind: 'connection';
      readonly ending: ConnectionEnding;
      readonly by: Side | undefined;
      readonly sent: boolean;
    };

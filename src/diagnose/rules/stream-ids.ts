/** Stream ids run out: RFC 9113 §5.1.1 gives a client 2^30 of them, and a connection that lives for months uses them up. */
import { type Draft, draft } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { lastRequestEvidence } from './common.ts';

const LAST_ID = 2_147_483_647;
/** grpc-go gives a connection up at three quarters of the ids (`MaxStreamID`): what is left then lasts long, but not for ever. */
const LATE_SHARE = 0.75;
/** At a thousand calls a second this is used up within a second: the client is about to be without a connection. */
const REMAINING_MIN = 1_000;

export function streamIdsExhausted(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const { highestStream } = connection.calls;
  if (highestStream < LAST_ID * LATE_SHARE) return [];
  const remaining = (LAST_ID - highestStream) / 2;
  const usedUp = remaining < REMAINING_MIN;
  const replaced = capture
    .siblings(connection)
    .some(({ opened, established }) => established !== undefined && opened.timeMs > connection.opened.timeMs);
  return [
    draft({
      id: 'connection/stream-ids-exhausted',
      variant: usedUp ? 'used-up' : 'late',
      severity: usedUp && !replaced ? 'warning' : 'info',
      certainty: 'certain',
      culprit: 'none',
      connections: [connection],
      streams: [highestStream],
      params: { lastStreamId: highestStream, remaining, replaced: replaced ? true : undefined },
      evidence: lastRequestEvidence(connection, highestStream),
    }),
  ];
}

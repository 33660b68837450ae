/** SETTINGS that the other side never acknowledges. RFC 9113 §6.5.3. */
import { otherSide, type Side } from '#base';
import { ErrorCode } from '#h2';
import { type Draft, draft, evidence, goawayKey, victims } from '../draft.ts';
import type { ConnectionFacts, GoAwayFact } from '../facts/connection.ts';
import { causedBy, diedWith, goawayEvidence, retryAfterGoAway } from './common.ts';

/** Senders that insist give 2 to 10 s (nghttp2's programs 10 s); a peer that answers other frames needs no more. */
const ACK_WAIT_MS = 5_000;

export function settingsNotAcknowledged(connection: ConnectionFacts): Draft[] {
  return (['client', 'server'] as const).flatMap((by) => unacknowledgedBy(connection, by));
}

function unacknowledgedBy(connection: ConnectionFacts, by: Side): Draft[] {
  const sender = otherSide(by);
  const settings = connection.settings[sender];
  if (settings === undefined || settings.acknowledged !== undefined || connection.joinedMiddle) return [];
  const goaway = connection.goawaysOf(sender).find(({ errorCode }) => errorCode === ErrorCode.SETTINGS_TIMEOUT);
  // The ACK may stand in a hole of the capture; a capture of one direction shows none at all.
  if (connection.lostBytes[by] > 0 || connection.lastFrame[by] === undefined) return [];
  const heard = connection.lastFrame[by];
  const waitedMs = (goaway ?? heard).timeMs - settings.timeMs;
  if (goaway === undefined && waitedMs < ACK_WAIT_MS) return [];
  return [
    draft({
      id: 'connection/settings-not-acked',
      severity: goaway === undefined ? 'warning' : 'error',
      certainty: goaway === undefined ? 'likely' : 'certain',
      culprit: by,
      connections: [connection],
      streams: goaway === undefined ? [] : diedWith(goaway).map((call) => call.stream),
      params: {
        by,
        waitedMs,
        closed: goaway === undefined ? undefined : true,
        openStreams: goaway === undefined ? undefined : diedWith(goaway).length,
      },
      evidence: [
        evidence(connection, settings, sender, 'settings', {}),
        evidence(connection, goaway ?? heard, 'none', 'no-answer', { waitedMs }),
        ...(goaway === undefined ? [] : [goawayEvidence(connection, goaway)]),
      ],
      ...outcome(connection, goaway),
    }),
  ];
}

/** What the sender's GOAWAY did to the calls, if it sent one. */
function outcome(
  connection: ConnectionFacts,
  goaway: GoAwayFact | undefined,
): Pick<Draft, 'victims' | 'about' | 'explains'> {
  if (goaway === undefined) return { victims: [], about: [], explains: [] };
  return {
    victims: victims(connection, diedWith(goaway), retryAfterGoAway(goaway)),
    about: [goawayKey(connection, goaway)],
    explains: causedBy(connection, goaway),
  };
}

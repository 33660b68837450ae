/** PINGs that nobody answered, and what their sender did then: a dead path found, or a living peer given up. gRFC A8, A18. */
import { otherSide, type Side } from '#base';
import { type Draft, draft, endKey, victims } from '../draft.ts';
import type { ConnectionFacts, EndFact } from '../facts/connection.ts';
import type { PingFact } from '../facts/pings.ts';
import { endEvidence } from './common.ts';
import { pingAckEvidence, pingEvidence } from './keepalive.ts';

/** A sender waits this long for an acknowledgement at least; a PING younger than that is merely in flight. */
const PING_TIMEOUT_MIN_MS = 900;

/** An ACK within so many times the timeout would have come in time for a somewhat longer one; a later one tells of an outage. */
const LATE_ACK_FACTOR = 2;

/** One side asked, nobody answered, it closed: a dead path, unless other bytes or the answer itself came. */
export function unansweredPing(connection: ConnectionFacts): Draft[] {
  const end = connection.firstEnd;
  const ping = end === undefined ? undefined : unansweredAt(connection, end);
  if (end === undefined || ping === undefined) return [];
  const shared = {
    certainty: 'likely',
    connections: [connection],
    streams: end.waiting.map((call) => call.stream),
    victims: victims(connection, end.waiting, () => 'unknown'),
    about: [endKey(connection)],
    explains: [endKey(connection)],
  } as const;
  const waitedMs = end.timeMs - ping.timeMs;
  const openStreams = end.waiting.length;
  const receivedBytes = end.heardBytes - ping.heardBytes;
  const proof = [pingEvidence(connection, ping, connection.pings.count[end.from]), endEvidence(connection, end)];
  if (receivedBytes > 0) {
    const params = { waitedMs, receivedBytes, openStreams };
    return [
      draft({
        ...shared,
        id: 'keepalive/watchdog-false-positive',
        variant: 'data',
        culprit: end.from,
        params,
        evidence: proof,
      }),
    ];
  }
  if (ping.ack !== undefined && ping.ack.timeMs - ping.timeMs <= waitedMs * LATE_ACK_FACTOR) {
    return [
      draft({
        ...shared,
        id: 'keepalive/watchdog-false-positive',
        variant: 'late-ack',
        // The peer or the path was slower than the timeout; which of them, a capture on one side cannot tell.
        culprit: 'unknown',
        params: { waitedMs, receivedBytes: 0, openStreams, ackMs: ping.ack.timeMs - ping.timeMs },
        evidence: [...proof, pingAckEvidence(connection, ping)],
      }),
    ];
  }
  return [
    draft({
      ...shared,
      id: 'keepalive/unanswered-ping',
      // A server that drops a client which nobody misses loses nothing.
      severity: end.from === 'server' && openStreams === 0 ? 'info' : 'error',
      // A PING that TCP had to repeat was lost on the way; one that the peer's kernel took and nobody answered tells less.
      culprit: connection.retransmissions[end.from] > 0 ? 'network' : 'unknown',
      params: {
        by: end.from,
        waitedMs,
        openStreams,
        roundTripMs: earlierRoundTripMs(connection, waitedMs),
        silenceMs: silenceMs(connection, end, otherSide(end.from)),
      },
      evidence: proof,
    }),
  ];
}

/** An ACK that came after the close took longer than the wait, and tells nothing of the path before. */
function earlierRoundTripMs({ pings }: ConnectionFacts, waitedMs: number): number | undefined {
  return pings.roundTripMs !== undefined && pings.roundTripMs < waitedMs ? pings.roundTripMs : undefined;
}

function silenceMs(connection: ConnectionFacts, end: EndFact, of: Side): number | undefined {
  const last = connection.lastFrame[of];
  return last === undefined || last.timeMs > end.timeMs ? undefined : end.timeMs - last.timeMs;
}

/** The last PING of the side that closed, if it was not acknowledged by then and the capture would show it. */
function unansweredAt(connection: ConnectionFacts, end: EndFact): PingFact | undefined {
  const other = otherSide(end.from);
  if (connection.goawaysOf(other).some(({ packet }) => packet < end.packet)) return undefined;
  // A server that announced its end closes for that, whatever PINGs it sent meanwhile.
  if (end.from === 'server' && connection.goawaysOf('server').length > 0) return undefined;
  // A capture of one direction shows no acknowledgement at all, and so proves nothing.
  if (connection.lastFrame[other] === undefined) return undefined;
  // Where packets are missing, an acknowledgement may be missing from the capture alone.
  if (connection.holes > connection.cuts) return undefined;
  const ping = connection.pings.unansweredAt(end.from, end);
  if (ping === undefined || end.timeMs - ping.timeMs < PING_TIMEOUT_MIN_MS) return undefined;
  // What is missing of packets that were cut lies in these packets.
  return connection.blindBetween(other, ping, undefined) ? undefined : ping;
}

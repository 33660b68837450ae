/** Servers that are not heard: no preface at all. */
import { type Draft, draft, endKey, evidence, victims } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { endEvidence } from './common.ts';

/** A connect timeout is seldom shorter; a younger connection may still get its SETTINGS. */
const PREFACE_WAIT_MS = 900;

/** The client's preface met silence: no SETTINGS, no other protocol, then the end. */
export function noServerPreface(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const { client, server } = connection.protocol;
  if (client?.protocol !== 'h2' || server !== undefined || connection.lostBytes.server > 0) return [];
  if (connection.lastFrame.server !== undefined || connection.clientAcknowledgedSettings) return [];
  // Without the handshake nothing tells what the server had sent when its first packet was captured.
  if (connection.handshake === 'unseen') return [];
  const end = connection.firstEnd;
  const untilMs = end?.timeMs ?? capture.lastMs;
  const waitedMs = untilMs - client.timeMs;
  if (end?.from !== 'server' && waitedMs < PREFACE_WAIT_MS) return [];
  // Where packets are missing, this connection may have gone on unseen.
  if (end === undefined && capture.isPartial) return [];
  const open = end?.waiting ?? connection.calls.waiting();
  return [
    draft({
      id: 'connection/no-server-preface',
      certainty: 'likely',
      culprit: end?.from === 'server' ? 'server' : 'unknown',
      connections: [connection],
      streams: open.map((call) => call.stream),
      params: {
        waitedMs,
        closedBy: end?.from,
        receivedBytes: 0,
        established: connection.established === undefined ? undefined : true,
      },
      evidence: [
        evidence(connection, client, 'client', 'preface', {}),
        evidence(connection, end ?? client, 'none', 'no-answer', { waitedMs }),
        ...(end === undefined ? [] : [endEvidence(connection, end)]),
      ],
      victims: victims(connection, open, () => 'safe'),
      about: [endKey(connection)],
      explains: [endKey(connection)],
    }),
  ];
}

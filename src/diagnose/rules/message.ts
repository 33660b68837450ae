/** gRPC messages that their receiver did not take, or that never came whole. */
import { type Draft, draft, evidence, streamKey, victims } from '../draft.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { requestEvidence, resetEvidence } from './common.ts';
import { callsWithout, trailersEvidence } from './tally.ts';

/** "larger than max (5000000 vs. 4194304)" and the like: the size and the limit that the receiver names. */
const SIZES_TEXT = /(\d{3,})\D+(\d{3,})/;

/** Some say the size first, some the limit: what was refused is the larger of the two. */
function sizesIn(text: string): { readonly size: number; readonly limit: number } | undefined {
  const found = SIZES_TEXT.exec(text);
  if (found === null) return undefined;
  const [one, other] = [Number(found[1]), Number(found[2])];
  return { size: Math.max(one, other), limit: Math.min(one, other) };
}

export function messageTooLarge(connection: ConnectionFacts): Draft[] {
  const tally = connection.calls.tally('message-too-large');
  const call = tally.examples[0];
  if (call === undefined) return [];
  const by = call.reset?.by === 'client' ? 'server' : 'client';
  const sizes = sizesIn(call.grpcMessage);
  return [
    draft({
      id: 'message/too-large',
      certainty: call.reset?.by === 'client' ? 'likely' : 'certain',
      culprit: by,
      connections: [connection],
      streams: tally.examples.map((one) => one.stream),
      params: {
        by,
        sizeBytes: sizes?.size ?? Math.max(call.half(by).cutPromised, call.half(by).dataBytes),
        stream: call.stream,
        limitBytes: sizes?.limit,
        signal: call.reset?.by === 'client' ? 'reset' : 'status',
        streams: tally.count,
      },
      evidence: [
        requestEvidence(connection, call),
        ...resetEvidence(connection, call),
        ...trailersEvidence(connection, call),
      ],
      victims: victims(connection, tally.examples, () => 'unknown'),
      about: tally.examples.map((one) => streamKey(connection, one.stream)),
    }),
  ];
}

/** END_STREAM came before the octets that the prefix promised. */
export function messageTruncated(connection: ConnectionFacts): Draft[] {
  const tally = callsWithout(connection, 'message-truncated');
  const call = tally?.first;
  if (tally === undefined || call?.server.lastData === undefined) return [];
  const { cutPromised: promised, cutReceived: received } = call.server;
  return [
    draft({
      id: 'message/truncated',
      certainty: 'certain',
      culprit: connection.stacks.middlebox === undefined ? 'server' : 'middlebox',
      connections: [connection],
      streams: tally.examples.map((one) => one.stream),
      params: { by: 'server', promised, received, stream: call.stream, streams: tally.count },
      evidence: [
        requestEvidence(connection, call),
        evidence(connection, call.server.lastData, 'server', 'message', { stream: call.stream, promised, received }),
      ],
      victims: victims(connection, tally.examples, () => 'unknown'),
      about: tally.examples.map((one) => streamKey(connection, one.stream)),
    }),
  ];
}

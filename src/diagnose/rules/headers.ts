/** GOAWAYs that a header block brought about: too large, malformed, or not decodable. RFC 9113 §8.2, RFC 7541. */
import { ErrorCode, rules, Setting } from '#h2';
import { type Draft, draft, endKey, evidence, goawayKey, streamKey, victims } from '../draft.ts';
import type { ConnectionFacts, GoAwayFact } from '../facts/connection.ts';
import { causedBy, diedWith, endEvidence, goawayEvidence, resetEvidence, retryAfterGoAway } from './common.ts';
import { listEvidence, newestOf, sizes } from './header-limits.ts';
import { faultEvidence } from './reset.ts';

const TOO_LARGE_TEXT = /header (list |block )?size exceed|header(s|list)? .*too (large|big|long)/i;
const LIMIT_TEXT = /\((\d+)\)/;

export function headersGoAway(connection: ConnectionFacts): Draft[] {
  return connection.goaways.flatMap(
    (goaway) => tooLarge(connection, goaway) ?? compression(connection, goaway) ?? malformed(connection, goaway) ?? [],
  );
}

/** The request was larger than the server had said it would take, and the server ended the call or the connection for it. */
export function headersOverLimit(connection: ConnectionFacts): Draft[] {
  const limit = connection.setting('server', Setting.MAX_HEADER_LIST_SIZE);
  if (limit === undefined) return [];
  const end = connection.firstEnd?.from === 'server' ? connection.firstEnd : undefined;
  const hit = [...connection.calls.tally('server-reset').examples, ...(end?.waiting ?? [])];
  const call = hit.find((one) => one.requestListBytes > limit && one.server.headers === undefined);
  if (call === undefined || connection.goawaysOf('server').length > 0) return [];
  const reset = call.reset !== undefined;
  const died = reset ? [call] : (end?.waiting ?? []);
  return [
    draft({
      id: 'headers/too-large',
      certainty: 'certain',
      culprit: 'client',
      connections: [connection],
      streams: died.map((one) => one.stream),
      params: {
        by: 'client',
        sizeBytes: call.requestListBytes,
        limitBytes: limit,
        stream: call.stream,
        reaction: reset ? 'rst' : 'close',
        largestField: call.largestField,
        largestBytes: call.largestBytes,
      },
      evidence: [
        evidence(connection, call.opened, 'client', 'header-list', {
          stream: call.stream,
          bytes: call.requestListBytes,
          limit,
        }),
        ...resetEvidence(connection, call),
        ...(reset || end === undefined ? [] : [endEvidence(connection, end)]),
      ],
      victims: victims(connection, died, () => 'unknown'),
      about: reset ? [streamKey(connection, call.stream)] : [],
      explains: [...(reset ? [] : [endKey(connection)]), ...died.map((one) => streamKey(connection, one.stream))],
    }),
  ];
}

function shared(connection: ConnectionFacts, goaway: GoAwayFact) {
  return {
    culprit: goaway.from === 'server' ? 'client' : 'server',
    connections: [connection],
    streams: diedWith(goaway).map((call) => call.stream),
    victims: victims(connection, diedWith(goaway), retryAfterGoAway(goaway)),
    about: [goawayKey(connection, goaway)],
    explains: causedBy(connection, goaway),
  } as const;
}

function tooLarge(connection: ConnectionFacts, goaway: GoAwayFact): Draft | undefined {
  if (goaway.errorCode === ErrorCode.NO_ERROR || !TOO_LARGE_TEXT.test(goaway.debugData)) return undefined;
  const limit = LIMIT_TEXT.exec(goaway.debugData)?.[1];
  const call = goaway.from === 'server' ? newestOf(goaway) : undefined;
  const isIt = call !== undefined && call.requestListBytes > Number(limit ?? Number.POSITIVE_INFINITY);
  return draft({
    ...shared(connection, goaway),
    id: 'headers/too-large',
    certainty: 'certain',
    params: {
      by: goaway.from === 'server' ? 'client' : 'server',
      ...(isIt ? sizes(connection, call) : {}),
      limitBytes: limit === undefined ? undefined : Number(limit),
      reaction: 'goaway',
      debugData: goaway.debugData,
    },
    evidence: [...(isIt ? [listEvidence(connection, call)] : []), goawayEvidence(connection, goaway)],
  });
}

function compression(connection: ConnectionFacts, goaway: GoAwayFact): Draft | undefined {
  if (goaway.errorCode !== ErrorCode.COMPRESSION_ERROR) return undefined;
  const by = goaway.from === 'server' ? 'client' : 'server';
  const fault = connection.violations.toArray().findLast((one) => one.rule === 'hpack/invalid' && one.by === by);
  return draft({
    ...shared(connection, goaway),
    id: 'headers/compression-error',
    certainty: fault === undefined ? 'likely' : 'certain',
    params: {
      by,
      stream: fault?.stream,
      ownDecodeFailed: fault === undefined ? undefined : true,
      openStreams: diedWith(goaway).length,
    },
    evidence: [...(fault === undefined ? [] : [faultEvidence(connection, fault)]), goawayEvidence(connection, goaway)],
  });
}

function malformed(connection: ConnectionFacts, goaway: GoAwayFact): Draft | undefined {
  if (goaway.errorCode !== ErrorCode.PROTOCOL_ERROR) return undefined;
  const by = goaway.from === 'server' ? 'client' : 'server';
  const fault = connection.violations
    .toArray()
    .findLast((one) => one.by === by && one.rule.startsWith('headers/') && one.packet <= goaway.packet);
  if (fault === undefined) return undefined;
  return draft({
    ...shared(connection, goaway),
    id: 'headers/malformed',
    certainty: 'certain',
    params: { by, stream: fault.stream, reason: fault.detail, reaction: 'goaway', rule: rules[fault.rule].section },
    evidence: [faultEvidence(connection, fault), goawayEvidence(connection, goaway)],
  });
}

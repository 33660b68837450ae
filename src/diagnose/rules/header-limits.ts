/**
 * Requests whose header list is larger than its receiver takes, by what real servers do then: status 431 (RFC 6585 §5), grpc-status 8
 * with the limit in its message (C-core), RST_STREAM or GOAWAY with a code that says nothing of headers (Envoy, nginx, HAProxy). The
 * last two are told by the size: far above what the others of the connection carry, and at once.
 */
import { type Draft, draft, endKey, evidence, goawayKey, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { ConnectionFacts, GoAwayFact } from '../facts/connection.ts';
import type { Evidence } from '../finding.ts';
import { diedWith, goawayEvidence, resetEvidence, retryAfterGoAway } from './common.ts';
import { responseEvidence, trailersEvidence } from './tally.ts';

const STATUS_TOO_LARGE = 431;
/** "received metadata size exceeds hard limit (value length 17500 vs. 16384)", "... soft limit (9000 vs. 8192), rejecting ...". */
const METADATA_TEXT = /(?:metadata|header)[a-z ]* size exceeds/i;
const LIMIT_TEXT = /vs\. (\d+)/;
/** The smallest limit that any server has by default (grpc-java, nginx, C-core): below it size is no reason. */
const LARGE_MIN_BYTES = 8_192;
/** A limit strikes when the block is read: a call that lives longer was killed by something else. */
const AT_ONCE_MS = 250;

/** What proxies take where nothing is configured. A list, or one field of it, must be above it to be the reason. */
const DEFAULTS: Readonly<Record<string, number>> = {
  // max_request_headers_kb 60.
  envoy: 61_440,
  // large_client_header_buffers 4 8k: no field may be larger than a buffer.
  nginx: 8_192,
  // tune.bufsize 16384.
  haproxy: 16_384,
};

/** The receiver says that it is the header list. */
export function headersRefused(connection: ConnectionFacts): Draft[] {
  const status = connection.calls
    .tally('not-grpc')
    .examples.filter(({ httpStatus }) => httpStatus === STATUS_TOO_LARGE);
  const said = connection.calls.tally('status').examples.filter(({ grpcMessage }) => METADATA_TEXT.test(grpcMessage));
  return [...groupOf(connection, status, 'status-431'), ...groupOf(connection, said, 'grpc-status')];
}

function groupOf(connection: ConnectionFacts, calls: readonly Call[], reaction: 'status-431' | 'grpc-status'): Draft[] {
  const first = calls[0];
  if (first === undefined) return [];
  const limit = LIMIT_TEXT.exec(first.grpcMessage)?.[1];
  return [
    draft({
      ...shared(connection, first, calls),
      certainty: 'certain',
      params: {
        ...sizes(connection, first),
        limitBytes: limit === undefined ? undefined : Number(limit),
        reaction,
        debugData: reaction === 'grpc-status' ? first.grpcMessage : undefined,
      },
      evidence: [
        listEvidence(connection, first),
        ...(reaction === 'status-431' ? responseEvidence : trailersEvidence)(connection, first),
      ],
      victims: victims(connection, calls, () => 'unknown'),
      about: calls.map((call) => streamKey(connection, call.stream)),
    }),
  ];
}

/** The receiver resets large requests at once, and says nothing. */
export function headersReset(connection: ConnectionFacts): Draft[] {
  const calls = connection.calls
    .tally('server-reset')
    .examples.filter(
      (call) => isLarge(connection, call) && call.server.headers === undefined && isAtOnce(call, call.reset?.timeMs),
    );
  const first = calls[0];
  if (first === undefined) return [];
  return [
    draft({
      ...shared(connection, first, calls),
      certainty: 'likely',
      params: { ...sizes(connection, first), reaction: 'rst' },
      evidence: [listEvidence(connection, first), ...resetEvidence(connection, first)],
      victims: victims(connection, calls, () => 'unknown'),
      about: calls.map((call) => streamKey(connection, call.stream)),
    }),
  ];
}

/** The receiver ends the connection over a large request, with a code and no text. */
export function headersEndConnection(connection: ConnectionFacts): Draft[] {
  return connection.goawaysOf('server').flatMap((goaway) => {
    const call = goaway.errorCode === 0 || goaway.debugBytes > 0 ? undefined : newestOf(goaway);
    if (call === undefined || !isLarge(connection, call) || !isAtOnce(call, goaway.timeMs)) return [];
    const died = diedWith(goaway);
    return [
      draft({
        ...shared(connection, call, died),
        certainty: 'likely',
        params: { ...sizes(connection, call), reaction: 'goaway' },
        evidence: [listEvidence(connection, call), goawayEvidence(connection, goaway)],
        victims: victims(connection, died, retryAfterGoAway(goaway)),
        about: [goawayKey(connection, goaway)],
        explains: [endKey(connection), ...died.map((one) => streamKey(connection, one.stream))],
      }),
    ];
  });
}

/** The request that came last before it. */
export function newestOf({ waiting, highestStream }: GoAwayFact): Call | undefined {
  const newest = [...waiting].sort((one, other) => other.stream - one.stream)[0];
  return newest?.stream === highestStream ? newest : undefined;
}

function isLarge(connection: ConnectionFacts, { requestListBytes, requestUnreadable }: Call): boolean {
  const known = DEFAULTS[connection.stacks.middlebox?.stack ?? ''] ?? LARGE_MIN_BYTES;
  return !requestUnreadable && requestListBytes > Math.max(known, LARGE_MIN_BYTES);
}

function isAtOnce({ opened }: Call, endedMs: number | undefined): boolean {
  return endedMs !== undefined && endedMs - opened.timeMs <= AT_ONCE_MS;
}

function shared(connection: ConnectionFacts, first: Call, calls: readonly Call[]) {
  return {
    id: 'headers/too-large',
    culprit: 'client',
    connections: [connection],
    streams: [...new Set([first.stream, ...calls.map(({ stream }) => stream)])],
  } as const;
}

/** What is known of the request's fields, and of what would take them. */
export function sizes(connection: ConnectionFacts, { stream, requestListBytes, largestField, largestBytes }: Call) {
  const proxy = connection.stacks.middlebox;
  const usual = proxy === undefined ? undefined : DEFAULTS[proxy.stack];
  return {
    by: 'client',
    sizeBytes: requestListBytes,
    stream,
    largestField,
    largestBytes,
    proxy: usual === undefined ? undefined : proxy?.name,
    defaultBytes: usual,
  } as const;
}

/** The request with its size. */
export function listEvidence(connection: ConnectionFacts, { opened, stream, requestListBytes }: Call): Evidence {
  return evidence(connection, opened, 'client', 'header-list', { stream, bytes: requestListBytes });
}

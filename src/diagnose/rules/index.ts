/** All rules, in the order in which they are asked: of two readings of one event the first one stands. */
import type { Draft } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { refusedAttempt, unansweredAttempt } from './attempts.ts';
import { captureLimits } from './capture.ts';
import { abruptClose, idleCloseRace } from './close.ts';
import { frameAfterClose } from './closed-stream.ts';
import { concurrencyStarved } from './crowding.ts';
import { exceededByHandler } from './deadline.ts';
import { farewell } from './farewell.ts';
import { forgotten, halfOpen } from './forgotten.ts';
import { floodGuard, lateWrite, protocolError } from './goaway.ts';
import { lateHalfClose } from './half-close.ts';
import { headersEndConnection, headersRefused, headersReset } from './header-limits.ts';
import { headersGoAway, headersOverLimit } from './headers.ts';
import { healthChecks } from './health-check.ts';
import { tooManyPings, willBeCut } from './keepalive.ts';
import { deadlineNotPropagated } from './ladder.ts';
import { messageTooLarge, messageTruncated } from './message.ts';
import { http1Peer, notGrpc, tlsMismatch } from './peer.ts';
import { pinned } from './pinned.ts';
import { proxyTimeout } from './proxy-timeout.ts';
import { idNotIncreasing, requestTrailers } from './request-trailers.ts';
import { serverReset } from './reset.ts';
import { missingTrailers, responseTruncated } from './response.ts';
import { serverRestart } from './restart.ts';
import { settingsNotAcknowledged } from './settings.ts';
import { shortLived } from './short-lived.ts';
import { noServerPreface } from './silence.ts';
import { connectionStalled, streamStalled } from './stalls.ts';
import { cancelStorm } from './storm.ts';
import { cancelled, refused } from './stream.ts';
import { streamIdsExhausted } from './stream-ids.ts';
import { encryptedIdleEnd, handshakeUnfinished, noAlpn, pingRhythm, tlsAlert } from './tls.ts';
import { unansweredPing } from './watchdog.ts';
import { creditLeak, windowOverrun, windowTooSmall } from './windows.ts';

type ConnectionRule = (connection: ConnectionFacts, capture: CaptureFacts) => Draft[];
type CaptureRule = (capture: CaptureFacts) => Draft[];

const connectionRules: readonly ConnectionRule[] = [
  requestTrailers,
  idNotIncreasing,
  http1Peer,
  tlsMismatch,
  noAlpn,
  tlsAlert,
  handshakeUnfinished,
  pingRhythm,
  encryptedIdleEnd,
  tooManyPings,
  willBeCut,
  creditLeak,
  connectionStalled,
  streamStalled,
  windowTooSmall,
  windowOverrun,
  concurrencyStarved,
  cancelStorm,
  frameAfterClose,
  lateWrite,
  floodGuard,
  headersGoAway,
  headersOverLimit,
  headersRefused,
  headersReset,
  headersEndConnection,
  settingsNotAcknowledged,
  protocolError,
  farewell,
  refusedAttempt,
  unansweredAttempt,
  noServerPreface,
  forgotten,
  idleCloseRace,
  unansweredPing,
  abruptClose,
  halfOpen,
  proxyTimeout,
  responseTruncated,
  lateHalfClose,
  missingTrailers,
  notGrpc,
  refused,
  messageTooLarge,
  messageTruncated,
  exceededByHandler,
  serverReset,
  cancelled,
  streamIdsExhausted,
];

const captureRules: readonly CaptureRule[] = [
  serverRestart,
  shortLived,
  pinned,
  deadlineNotPropagated,
  healthChecks,
  captureLimits,
];

export function judge(capture: CaptureFacts): Draft[] {
  const single = [...capture.connections.values()].flatMap((connection) =>
    connectionRules.flatMap((rule) => rule(connection, capture)),
  );
  return [...single, ...captureRules.flatMap((rule) => rule(capture))];
}

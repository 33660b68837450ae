/** All rules, in the order in which they are asked: of two readings of one event the first one stands. */
import type { Draft } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { captureLimits } from './capture.ts';
import { abruptClose, halfOpen, idleCloseRace, noServerPreface, serverRestart, shortLived } from './connection.ts';
import { exceededByHandler } from './deadline.ts';
import { farewell, floodGuard, lateWrite, protocolError } from './goaway.ts';
import { headersGoAway, headersOverLimit } from './headers.ts';
import { tooManyPings, unansweredPing, willBeCut } from './keepalive.ts';
import { messageTooLarge, messageTruncated } from './message.ts';
import { http1Peer, notGrpc, tlsMismatch } from './peer.ts';
import { serverReset } from './reset.ts';
import {
  cancelled,
  idNotIncreasing,
  lateHalfClose,
  missingTrailers,
  refused,
  requestTrailers,
  responseTruncated,
} from './stream.ts';

type ConnectionRule = (connection: ConnectionFacts, capture: CaptureFacts) => Draft[];
type CaptureRule = (capture: CaptureFacts) => Draft[];

const connectionRules: readonly ConnectionRule[] = [
  requestTrailers,
  idNotIncreasing,
  http1Peer,
  tlsMismatch,
  tooManyPings,
  willBeCut,
  lateWrite,
  floodGuard,
  headersGoAway,
  headersOverLimit,
  protocolError,
  farewell,
  noServerPreface,
  idleCloseRace,
  abruptClose,
  unansweredPing,
  halfOpen,
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
];

const captureRules: readonly CaptureRule[] = [serverRestart, shortLived, captureLimits];

export function judge(capture: CaptureFacts): Draft[] {
  const single = [...capture.connections.values()].flatMap((connection) =>
    connectionRules.flatMap((rule) => rule(connection, capture)),
  );
  return [...single, ...captureRules.flatMap((rule) => rule(capture))];
}

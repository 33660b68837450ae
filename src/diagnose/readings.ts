/**
 * The readings of log lines: what a line that a program wrote means, whichever program it is. A reading says which
 * finding the line proves, how far, and which other findings the same line fits. `#logs` knows the wordings, this table
 * the meanings, `render/messages/<language>/readings` the texts.
 */
import type { FindingId } from './catalog.ts';
import type { Certainty, Culprit, Severity } from './finding.ts';

/** What one kind of line proves. */
export interface Reading {
  readonly id: FindingId;
  readonly variant?: string;
  readonly severity: Severity;
  readonly certainty: Certainty;
  /** Named only as far as the line proves it. */
  readonly culprit: Culprit;
  /** Findings that the line fits as well, or, where the id is `log/undecided`, that it leaves open. */
  readonly also: readonly FindingId[];
  /** The finding whose remedies help, when the id has none of its own. */
  readonly mend?: FindingId;
}

const readingTable = {
  'too-many-pings': {
    id: 'keepalive/too-many-pings',
    severity: 'error',
    certainty: 'certain',
    culprit: 'client',
    also: [],
  },
  'ping-unanswered': {
    id: 'keepalive/unanswered-ping',
    severity: 'error',
    certainty: 'likely',
    culprit: 'unknown',
    also: ['keepalive/watchdog-false-positive', 'connection/half-open'],
  },

  'closed-under-call': {
    id: 'connection/abrupt-close',
    variant: 'fin',
    severity: 'error',
    certainty: 'likely',
    culprit: 'unknown',
    also: ['connection/server-restart', 'connection/idle-close-race'],
  },
  'reset-under-call': {
    id: 'connection/abrupt-close',
    variant: 'rst',
    severity: 'error',
    certainty: 'likely',
    culprit: 'unknown',
    also: ['connection/server-restart', 'connection/idle-close-race', 'connection/half-open'],
  },
  'connection-lost': {
    id: 'log/undecided',
    severity: 'error',
    certainty: 'possible',
    culprit: 'unknown',
    also: [
      'connection/abrupt-close',
      'connection/server-restart',
      'connection/idle-close-race',
      'goaway/grace-expired',
      'keepalive/unanswered-ping',
    ],
  },
  'connect-refused': {
    id: 'connection/refused',
    severity: 'error',
    certainty: 'certain',
    culprit: 'server',
    also: [],
  },
  'connect-timeout': {
    id: 'connection/unreachable',
    severity: 'error',
    certainty: 'likely',
    culprit: 'network',
    also: ['connection/no-server-preface'],
  },
  'connect-failed': {
    id: 'log/undecided',
    severity: 'error',
    certainty: 'possible',
    culprit: 'unknown',
    also: ['connection/refused', 'connection/unreachable', 'connection/no-server-preface', 'peer/tls-mismatch'],
  },
  'no-preface': {
    id: 'connection/no-server-preface',
    severity: 'error',
    certainty: 'likely',
    culprit: 'server',
    also: ['peer/tls-mismatch', 'peer/http1'],
  },
  'channel-closed': { id: 'log/own-side', severity: 'warning', certainty: 'certain', culprit: 'client', also: [] },

  drained: { id: 'goaway/graceful', severity: 'info', certainty: 'certain', culprit: 'none', also: [] },
  'drained-call-lost': {
    id: 'goaway/grace-expired',
    severity: 'error',
    certainty: 'likely',
    culprit: 'server',
    also: ['goaway/unprocessed-streams', 'goaway/one-shot'],
  },
  'draining-refused': {
    id: 'goaway/unprocessed-streams',
    severity: 'warning',
    certainty: 'likely',
    culprit: 'none',
    also: ['goaway/graceful'],
  },
  'late-write': { id: 'goaway/late-write', severity: 'error', certainty: 'certain', culprit: 'server', also: [] },
  'goaway-protocol': {
    id: 'goaway/protocol-error',
    severity: 'error',
    certainty: 'certain',
    culprit: 'unknown',
    also: ['goaway/late-write', 'stream/request-trailers', 'headers/too-large'],
  },
  'goaway-code': { id: 'goaway/protocol-error', severity: 'error', certainty: 'certain', culprit: 'unknown', also: [] },
  'goaway-flood': { id: 'goaway/flood-guard', severity: 'error', certainty: 'certain', culprit: 'unknown', also: [] },
  'goaway-calm': {
    id: 'log/undecided',
    severity: 'error',
    certainty: 'possible',
    culprit: 'unknown',
    also: ['keepalive/too-many-pings', 'goaway/flood-guard'],
  },
  'session-code': {
    id: 'goaway/protocol-error',
    severity: 'error',
    certainty: 'likely',
    culprit: 'unknown',
    also: ['goaway/late-write'],
  },
  'session-internal': {
    id: 'log/undecided',
    severity: 'error',
    certainty: 'possible',
    culprit: 'unknown',
    also: ['goaway/flood-guard', 'goaway/protocol-error'],
  },

  'request-trailers': {
    id: 'stream/request-trailers',
    severity: 'error',
    certainty: 'likely',
    culprit: 'client',
    also: ['stream/id-not-increasing'],
  },
  'reset-no-error': {
    id: 'stream/response-truncated',
    severity: 'error',
    certainty: 'likely',
    culprit: 'unknown',
    also: ['stream/late-half-close'],
  },
  'no-status': {
    id: 'log/undecided',
    severity: 'error',
    certainty: 'possible',
    culprit: 'unknown',
    also: ['stream/response-truncated', 'stream/missing-trailers', 'connection/abrupt-close'],
  },
  'reset-internal': {
    id: 'stream/internal-error',
    severity: 'error',
    certainty: 'likely',
    culprit: 'server',
    also: ['stream/response-truncated', 'headers/too-large'],
  },
  'reset-refused': { id: 'stream/refused', severity: 'warning', certainty: 'certain', culprit: 'server', also: [] },
  'reset-code': { id: 'stream/reset', severity: 'error', certainty: 'certain', culprit: 'unknown', also: [] },
  'missing-trailers': {
    id: 'stream/missing-trailers',
    severity: 'error',
    certainty: 'certain',
    culprit: 'unknown',
    also: ['stream/response-truncated'],
  },
  'message-too-large': {
    id: 'message/too-large',
    severity: 'error',
    certainty: 'certain',
    culprit: 'unknown',
    also: [],
  },
  'headers-too-large': {
    id: 'headers/too-large',
    severity: 'error',
    certainty: 'certain',
    culprit: 'unknown',
    also: [],
  },
  'not-grpc': { id: 'peer/not-grpc', severity: 'error', certainty: 'certain', culprit: 'unknown', also: [] },
  'http1-server': {
    id: 'peer/http1',
    variant: 'server',
    severity: 'error',
    certainty: 'certain',
    culprit: 'server',
    also: [],
  },
  'http1-client': {
    id: 'peer/http1',
    variant: 'client',
    severity: 'error',
    certainty: 'certain',
    culprit: 'client',
    also: [],
  },
  'http2-refused': {
    id: 'log/undecided',
    severity: 'error',
    certainty: 'possible',
    culprit: 'unknown',
    also: ['peer/http1', 'peer/tls-mismatch'],
  },
  'tls-to-plaintext': {
    id: 'peer/tls-mismatch',
    variant: 'tls-to-plaintext',
    severity: 'error',
    certainty: 'certain',
    culprit: 'unknown',
    also: [],
  },
  'plaintext-to-tls': {
    id: 'peer/tls-mismatch',
    variant: 'plaintext-to-tls',
    severity: 'error',
    certainty: 'certain',
    culprit: 'unknown',
    also: [],
  },
  'no-alpn': { id: 'peer/no-alpn', severity: 'error', certainty: 'certain', culprit: 'server', also: [] },
  'client-broke-rules': {
    id: 'log/undecided',
    severity: 'error',
    certainty: 'possible',
    culprit: 'client',
    also: ['headers/malformed', 'stream/id-not-increasing', 'stream/request-trailers'],
  },
  'server-broke-rules': {
    id: 'log/undecided',
    severity: 'error',
    certainty: 'possible',
    culprit: 'server',
    also: ['headers/malformed', 'peer/http1', 'message/truncated'],
  },
  deadline: {
    id: 'log/undecided',
    severity: 'warning',
    certainty: 'possible',
    culprit: 'unknown',
    also: ['deadline/exceeded-by-handler', 'connection/half-open', 'flow/stream-stalled', 'stream/concurrency-starved'],
  },
  'deadline-connecting': {
    id: 'log/undecided',
    severity: 'error',
    certainty: 'possible',
    culprit: 'unknown',
    also: ['connection/refused', 'connection/unreachable', 'connection/no-server-preface'],
  },
  cancelled: { id: 'stream/cancelled', severity: 'info', certainty: 'certain', culprit: 'none', also: [] },

  'proxy-timeout': {
    id: 'log/proxy-decision',
    severity: 'error',
    certainty: 'certain',
    culprit: 'unknown',
    also: ['deadline/exceeded-by-handler', 'connection/half-open'],
  },
  'proxy-idle': { id: 'log/proxy-decision', severity: 'error', certainty: 'certain', culprit: 'unknown', also: [] },
  'proxy-overflow': {
    id: 'log/proxy-decision',
    severity: 'error',
    certainty: 'certain',
    culprit: 'middlebox',
    also: [],
  },
  'proxy-no-backend': {
    id: 'log/proxy-decision',
    severity: 'error',
    certainty: 'certain',
    culprit: 'unknown',
    also: [],
  },
  'proxy-no-route': {
    id: 'log/proxy-decision',
    severity: 'error',
    certainty: 'certain',
    culprit: 'middlebox',
    also: [],
  },
  'proxy-retries': {
    id: 'log/proxy-decision',
    severity: 'error',
    certainty: 'certain',
    culprit: 'unknown',
    also: ['connection/abrupt-close', 'connection/refused'],
  },
  'proxy-reset': {
    id: 'log/proxy-decision',
    severity: 'error',
    certainty: 'certain',
    culprit: 'middlebox',
    also: ['stream/response-truncated'],
  },
  'backend-closed': {
    id: 'connection/abrupt-close',
    variant: 'fin',
    severity: 'error',
    certainty: 'likely',
    culprit: 'server',
    also: ['connection/server-restart', 'connection/idle-close-race', 'goaway/grace-expired'],
  },
  'backend-reset': {
    id: 'stream/reset',
    severity: 'error',
    certainty: 'likely',
    culprit: 'server',
    also: ['stream/internal-error', 'stream/late-half-close'],
  },
  'client-left': {
    id: 'log/undecided',
    severity: 'warning',
    certainty: 'possible',
    culprit: 'client',
    also: ['stream/cancelled', 'deadline/exceeded-by-handler', 'keepalive/unanswered-ping'],
  },

  'noise-closing': { id: 'log/harmless', severity: 'info', certainty: 'certain', culprit: 'none', also: [] },
  'noise-probe': {
    id: 'log/harmless',
    severity: 'info',
    certainty: 'likely',
    culprit: 'none',
    also: ['peer/tls-mismatch'],
  },
  'noise-short-connection': {
    id: 'log/harmless',
    severity: 'info',
    certainty: 'likely',
    culprit: 'none',
    also: ['connection/short-lived'],
    mend: 'connection/short-lived',
  },
  'noise-late-answer': {
    id: 'log/harmless',
    severity: 'info',
    certainty: 'likely',
    culprit: 'none',
    also: ['stream/cancelled', 'deadline/exceeded-by-handler'],
  },
} as const satisfies Readonly<Record<string, Reading>>;

export type ReadingId = keyof typeof readingTable;

export const readings: Readonly<Record<ReadingId, Reading>> = readingTable;

export function isReadingId(text: string): text is ReadingId {
  return Object.hasOwn(readingTable, text);
}

/** All readings, in the order of the table. */
export const readingIds: readonly ReadingId[] = Object.keys(readingTable).filter(isReadingId);

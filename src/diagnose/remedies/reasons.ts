/**
 * Why a setting helps: the keys of the `reasons` messages, each with the parameters that its text may use.
 * They are parameters of the finding, or values derived from them (`derived.ts`).
 */
import { maybe, type ParamTable } from '../render/params/param.ts';

const intervalMinMs = maybe('ms', 10_000, 'smallest gap between PINGs');
const minTimeMs = maybe('ms', 5_000, 'minimum of the server');
const gapMs = maybe('ms', 60_000, 'silence before the close');
const idleGapMs = maybe('ms', 400_000, 'silence before the request');
const belowGapMs = maybe('ms', 50_000, 'derived: a timer that fires before the other side does');
const limit = maybe('count', 100, 'concurrent streams allowed');
const sizeBytes = maybe('bytes', 6_291_456, 'size that was refused');

export const reasonParams = {
  // keepalive
  'idle-pings-off': {},
  'idle-pings-off-no-backoff': {},
  'interval-above-minimum': { minTimeMs },
  'permit-idle-pings': { intervalMinMs },
  'minimum-below-interval': { intervalMinMs },
  'minimum-cannot-permit-idle': {},
  'proxy-pings-always': {},
  'no-bandwidth-probes': {},
  'longer-ping-timeout': { waitedMs: maybe('ms', 5_000, 'time to the close') },
  'notice-dead-idle': { idleGapMs },

  // connections that end
  'graceful-stop': {},
  'graceful-stop-fixed': {},
  'drain-before-kill': {},
  'announce-idle-close': { gapMs },
  'keepalive-needs-both-sides': {},
  'retry-idempotent': {},
  'retry-policy-trap': {},
  'client-closes-first': { gapMs, belowGapMs },
  'keep-idle-longer': { gapMs },
  'keep-flow-longer': { idleGapMs },
  'pings-do-not-count': { gapMs },
  'reuse-connection': {},
  'log-noise-fixed': {},
  'bound-connecting': {},
  'spread-calls': {},
  'balance-calls': {},
  'tcp-keepalive': { idleGapMs },
  'recycle-connections': {},

  // GOAWAY
  'longer-grace': {
    graceMs: maybe('ms', 30_000, 'grace that was given'),
    longestMs: maybe('ms', 95_000, 'age of the oldest call'),
  },
  'longer-shutdown': { longestMs: maybe('ms', 95_000, 'age of the oldest call') },
  'retry-unprocessed': {},
  'reload-cuts-late': {},
  'fewer-one-shot-goaways': { requests: maybe('count', 1_000, 'requests on the connection') },
  'late-write-fixed': {},
  'check-closed-before-write': {},
  'no-void-promise': {},
  'timeout-hides-late-write': {
    clientTimeoutMs: maybe('ms', 4_000, 'timeout of the client'),
    handlerMs: maybe('ms', 10_000, 'time of the handler'),
  },
  'raise-flood-guard': { resets: maybe('count', 200, 'resets seen') },

  // streams
  'request-trailers-fixed': {},
  'no-request-trailers': {},
  'late-half-close-fixed': {},
  'late-half-close-unfixed': {},
  'late-half-close-server': {},
  'reset-forwarding-claimed': {},
  'half-close-runtime-flag': {},
  'raise-concurrency': { limit },
  'more-connections': { limit },
  'longer-proxy-timeout': { sinceRequestMs: maybe('ms', 50_000, 'from the request to the end') },

  // deadlines
  'longer-deadline': {
    timeoutMs: maybe('ms', 2_000, 'deadline'),
    handlerMs: maybe('ms', 5_000, 'time that the handler took'),
  },
  'stop-at-deadline': {},
  'pass-deadline-on': {},

  // flow control, headers, messages
  'larger-window': { messageBytes: maybe('bytes', 4_000_000, 'length of the message') },
  'larger-shared-window': { messageBytes: maybe('bytes', 4_000_000, 'length of the message') },
  'raise-header-limit': { sizeBytes },
  'reset-stream-only': {},
  'raise-message-limit': { sizeBytes },

  // peers
  'speak-h2c': {},
  'speak-plaintext': {},
  'speak-tls': {},
  'offer-h2': {},
  'alpn-not-enforced': {},
  'forward-grpc': {},
  'retry-unprocessed-only': {},
  'proxy-connection-room': {},
  'name-the-port': {},

  // TLS
  'write-key-log': {},
  'write-key-log-elsewhere': {},
  'trust-the-ca': {},
  'renew-certificate': {},
  'present-certificate': {},
  'allow-version': {},
} as const satisfies Readonly<Record<string, ParamTable>>;

export type ReasonKey = keyof typeof reasonParams;

export const reasonTable: Readonly<Record<ReasonKey, ParamTable>> = reasonParams;

export function isReasonKey(text: string): text is ReasonKey {
  return Object.hasOwn(reasonParams, text);
}

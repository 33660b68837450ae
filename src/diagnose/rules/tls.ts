/** TLS under the connection: handshakes that failed, and what encrypted traffic shows by its sizes and times. */
import { formatEndpoint } from '#base';
import { type Draft, draft, endKey, evidence } from '../draft.ts';
import type { CaptureFacts } from '../facts/capture.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import type { AlertFact } from '../facts/tls.ts';
import type { Culprit, Evidence } from '../finding.ts';
import { timersNear } from '../remedies/timers.ts';
import { endEvidence } from './common.ts';

type AlertVariant = 'certificate' | 'client-certificate' | 'version' | 'parameters' | 'name' | 'hidden';

const NO_APPLICATION_PROTOCOL = 120;
const CERTIFICATE_REQUIRED = 116;
const CERTIFICATE_EXPIRED = 45;
const HANDSHAKE_FAILURE = 40;

/** Alert descriptions by what they are about (RFC 8446 §6.2). */
const VARIANTS: ReadonlyMap<number, AlertVariant> = new Map([
  ...[42, 43, 44, 45, 46, 48, 113].map((code) => [code, 'certificate'] as const),
  [CERTIFICATE_REQUIRED, 'client-certificate'],
  [70, 'version'],
  [86, 'version'],
  [HANDSHAKE_FAILURE, 'parameters'],
  [71, 'parameters'],
  [112, 'name'],
]);

/** A side ended the connection with a TLS alert. */
export function tlsAlert(connection: ConnectionFacts): Draft[] {
  const alert = decisiveAlert(connection);
  if (alert === undefined || alert.code === NO_APPLICATION_PROTOCOL) return [];
  const { tls } = connection;
  const variant = variantOf(connection, alert);
  return [
    draft({
      id: 'tls/alert',
      ...(variant === undefined ? {} : { variant }),
      certainty: alert.code === undefined ? 'likely' : 'certain',
      culprit: culpritOf(variant, alert),
      connections: [connection],
      params: {
        alert: alert.name,
        from: alert.from,
        server: formatEndpoint(connection.server),
        serverName: tls.clientHello?.serverName,
        clientVersion: tls.clientHello?.version,
        version: tls.serverHello?.version,
        expired: alert.code === CERTIFICATE_EXPIRED || undefined,
        asked: tls.certificateRequest !== undefined || undefined,
        none: tls.emptyCertificate !== undefined || undefined,
      },
      evidence: [...helloEvidence(connection), alertEvidence(connection, alert), ...ending(connection)],
      about: [endKey(connection)],
      explains: [endKey(connection)],
    }),
  ];
}

/** The first fatal alert; or one that stays hidden, where it stands in the place of the handshake's end. */
function decisiveAlert(connection: ConnectionFacts): AlertFact | undefined {
  const { tls } = connection;
  const known = tls.alerts.find(({ fatal, code }) => fatal && code !== undefined);
  if (known !== undefined) return known;
  // A close_notify has the same length: what would tell it from a refusal must not be missing.
  if (connection.isHttp2 || connection.firstEnd === undefined || connection.holes > 0) return undefined;
  const hidden = tls.alerts.find(({ code, inHandshake }) => code === undefined && inHandshake);
  // A client that refuses does so in place of its Finished; a server that does so has sent nothing after it.
  return hidden !== undefined && (tls.traffic.server?.records ?? 0) === 0 ? hidden : undefined;
}

function variantOf({ tls }: ConnectionFacts, { code, from }: AlertFact): AlertVariant | undefined {
  if (code === undefined) return 'hidden';
  const variant = VARIANTS.get(code);
  // In TLS 1.2 a missing client certificate has no alert of its own (RFC 5246 §7.2.2).
  const mutual = from === 'server' && (variant === 'certificate' || variant === 'parameters');
  if (mutual && tls.certificateRequest !== undefined) return 'client-certificate';
  if (from === 'server' && variant === 'certificate') return 'client-certificate';
  return variant;
}

function culpritOf(variant: AlertVariant | undefined, { code, from }: AlertFact): Culprit {
  if (variant === 'client-certificate') return 'client';
  return variant === 'certificate' && code === CERTIFICATE_EXPIRED && from === 'client' ? 'server' : 'unknown';
}

/** Waiting longer than this for a step of the handshake is no slow network: whole handshakes take two round trips. */
const STEP_WAIT_MS = 5_000;

/** The handshake began, nobody finished it, and no alert says why. */
export function handshakeUnfinished(connection: ConnectionFacts, capture: CaptureFacts): Draft[] {
  const { tls } = connection;
  const hello = tls.clientHello;
  if (hello === undefined || tls.finished.client !== undefined || tls.alerts.length > 0) return [];
  if (connection.isHttp2 || isForeignAnswer(connection) || connection.holes > 0) return [];
  const end = connection.firstEnd;
  const waitedMs = (end?.timeMs ?? capture.lastMs) - (tls.serverHello ?? hello).timeMs;
  if (end === undefined && waitedMs < STEP_WAIT_MS) return [];
  const answered = tls.serverHello !== undefined;
  return [
    draft({
      id: 'tls/handshake-unfinished',
      variant: answered ? 'after-server-hello' : 'no-server-hello',
      certainty: 'certain',
      culprit: end?.from === 'server' ? 'server' : 'unknown',
      connections: [connection],
      params: { waitedMs, closedBy: end?.from, server: formatEndpoint(connection.server) },
      evidence: [
        ...helloEvidence(connection),
        ...(answered ? [] : [evidence(connection, end ?? hello, 'none', 'no-answer', { waitedMs })]),
        ...ending(connection),
      ],
      about: [endKey(connection)],
      explains: [endKey(connection)],
    }),
  ];
}

/** A server that answers in clear text: another rule says so. */
function isForeignAnswer({ protocol }: ConnectionFacts): boolean {
  return protocol.server !== undefined && protocol.server.protocol !== 'tls';
}

/** TLS stands, but no HTTP/2 was agreed on, and so none was spoken. */
export function noAlpn(connection: ConnectionFacts): Draft[] {
  const { tls } = connection;
  const hello = tls.clientHello;
  if (hello === undefined || connection.isHttp2) return [];
  const refusal = tls.alerts.find(({ code }) => code === NO_APPLICATION_PROTOCOL);
  const alpn = tls.chosenAlpn;
  if (refusal === undefined && !leftWithoutHttp2(connection, alpn)) return [];
  return [
    draft({
      id: 'peer/no-alpn',
      certainty: 'certain',
      culprit: hello.alpn.includes('h2') ? 'server' : 'client',
      connections: [connection],
      params: {
        alpn: alpn === 'none' ? undefined : alpn,
        offered: hello.alpn.join(', ') || undefined,
        refused: refusal !== undefined || undefined,
        server: formatEndpoint(connection.server),
      },
      evidence: [
        ...helloEvidence(connection),
        ...(refusal === undefined ? [] : [alertEvidence(connection, refusal)]),
        ...ending(connection),
      ],
      about: [endKey(connection)],
      explains: [endKey(connection)],
    }),
  ];
}

/** The client wanted HTTP/2, did not get it, and closed without having sent anything. One that goes on in HTTP/1 is content. */
function leftWithoutHttp2({ tls, firstEnd, protocol, holes }: ConnectionFacts, alpn: string | undefined): boolean {
  if (alpn === undefined || alpn === 'h2' || tls.clientHello?.alpn.includes('h2') !== true) return false;
  if (firstEnd === undefined || holes > 0 || tls.finished.client === undefined) return false;
  return (tls.traffic.client?.records ?? 0) === 0 && protocol.client?.protocol === 'tls';
}

/** PINGs that come this often are keepalive; the server's end within this time of the last is its answer. */
const ANSWER_MS = 1_000;

/** Records of PING size, alone, at even intervals; and, if the server then ended with one of the size of its GOAWAY, why. */
export function pingRhythm(connection: ConnectionFacts): Draft[] {
  const { tls, firstEnd } = connection;
  const { client, server } = tls.traffic;
  const mark = firstEnd ?? connection.closed;
  if (client?.pings === undefined || client.pingIntervalMs === undefined || mark === undefined) return [];
  const endedAtOnce = firstEnd?.from === 'server' && (client.silenceMs ?? ANSWER_MS) < ANSWER_MS;
  const cut = server?.goawaySized === true && endedAtOnce;
  const { pings, pingIntervalMs: intervalMs } = client;
  return [
    draft({
      id: 'tls/ping-rhythm',
      variant: cut ? 'cut' : 'kept',
      severity: cut ? 'error' : 'info',
      certainty: cut ? 'likely' : 'possible',
      culprit: cut ? 'client' : 'none',
      connections: [connection],
      params: { pings, intervalMs },
      evidence: [
        evidence(connection, mark, 'client', 'tls-rhythm', { count: pings, intervalMs }),
        ...(cut ? [evidence(connection, mark, 'server', 'tls-goaway-sized', {})] : []),
        ...ending(connection),
      ],
      about: [endKey(connection)],
      explains: cut ? [endKey(connection)] : [],
    }),
  ];
}

/** Below this a pause is ordinary use of a connection; the timers that end idle ones are longer. */
const IDLE_MIN_MS = 5_000;

/** An encrypted connection that ended in silence. */
export function encryptedIdleEnd(connection: ConnectionFacts): Draft[] {
  const { tls, firstEnd } = connection;
  const gapMs = tls.traffic.server?.silenceMs;
  if (firstEnd === undefined || gapMs === undefined || gapMs < IDLE_MIN_MS || connection.isHttp2) return [];
  const timers = timersNear(gapMs);
  if (timers === undefined && firstEnd.how !== 'rst') return [];
  return [
    draft({
      id: 'tls/idle-end',
      certainty: 'possible',
      culprit: 'none',
      connections: [connection],
      params: { gapMs, closedBy: firstEnd.from, how: firstEnd.how, timers },
      evidence: [evidence(connection, firstEnd, 'none', 'gap-in-time', { gapMs }), ...ending(connection)],
    }),
  ];
}

function helloEvidence(connection: ConnectionFacts): Evidence[] {
  const { clientHello: client, serverHello: server, extensions } = connection.tls;
  const lines: Evidence[] = [];
  if (client !== undefined) {
    const { serverName, version } = client;
    const alpn = client.alpn.join(', ') || undefined;
    lines.push(evidence(connection, client, 'client', 'client-hello', { serverName, version, alpn }));
  }
  if (server !== undefined) {
    const { version, cipher } = server;
    const alpn = server.alpn ?? extensions?.alpn;
    lines.push(evidence(connection, server, 'server', 'server-hello', { version, cipher, alpn }));
  }
  return lines;
}

function alertEvidence(connection: ConnectionFacts, alert: AlertFact): Evidence {
  const { from, name, code } = alert;
  return evidence(connection, alert, from, 'tls-alert', { name: code === undefined ? undefined : name, code });
}

function ending(connection: ConnectionFacts): Evidence[] {
  const end = connection.firstEnd;
  return end === undefined ? [] : [endEvidence(connection, end)];
}

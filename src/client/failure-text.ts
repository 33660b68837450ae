/**
 * Failures as English sentences: what happened, on which stream of which connection, whose doing it was, and whether calling
 * again is safe. The texts that people know from elsewhere and cannot use ("RST_STREAM with code 0", "Connection dropped")
 * never stand alone.
 */
import { type ConnectionEnding, ErrorCode, errorCodeName, type LocalReason, rules } from '#h2';
import { formatAddress } from '#transport';
import type { AddressFault, CallFailure, ConnectionInfo, Culprit } from './call-face.ts';

/** `detail` is what only the place that noticed it knows: one English sentence or several. */
export function failureText(failure: CallFailure, detail: string, nowMs: number): string {
  const { origin, notRetried } = failure;
  // Whoever cancels knows why; the rest stands in the failure.
  if (origin === 'cancelled') return detail;
  // The sentence about safety says the same.
  const why = notRetried === MAYBE_PROCESSED ? '' : notRetried;
  return [detail, placeText(failure, nowMs), safetyText(failure), why].filter((part) => part !== '').join(' ');
}

/** Why most calls are not retried. */
export const MAYBE_PROCESSED = 'It was not retried because the server may have processed it.';

function placeText({ connection, stream, attempts, ending }: CallFailure, nowMs: number): string {
  if (connection === undefined) return '';
  const tries = attempts > 1 ? ` This was attempt ${attempts}.` : '';
  const isOver = ending?.kind === 'connection';
  return `The call was stream ${stream} of ${connectionText(connection, nowMs, isOver)}.${tries}`;
}

/** `connection 3 to 10.0.0.1:50051, which lived 12.3 s`. */
export function connectionText(connection: ConnectionInfo, nowMs: number, isOver = false): string {
  const { id, remote, openedMs, closedMs } = connection;
  const age = durationText((closedMs ?? nowMs) - openedMs);
  const life = closedMs === undefined && !isOver ? `open for ${age}` : `which lived ${age}`;
  return `connection ${id} to ${formatAddress(remote)}, ${life}`;
}

function safetyText({ origin, processed }: CallFailure): string {
  // Whoever got the server's own answer does not ask.
  if (origin === 'server-status') return '';
  switch (processed) {
    case 'no':
      return 'The server did not process the call: calling again is safe.';
    case 'maybe':
      return 'The server may have processed the call: call again only if doing it twice does no harm.';
    case 'yes':
      return '';
  }
}

/** Why a connection is over, as a clause: `the server closed the connection without GOAWAY`. */
export function endingText(ending: ConnectionEnding): string {
  switch (ending.kind) {
    case 'goaway': {
      const { errorCode, debugData } = ending.farewell;
      const said = `GOAWAY ${errorCodeName(errorCode)}${debugData === '' ? '' : ` "${printable(debugData)}"`}`;
      return errorCode === ErrorCode.NO_ERROR
        ? `the server said ${said} and then closed the connection while calls were open`
        : `the server ended the connection with ${said}`;
    }
    case 'violation': {
      const { rule, detail } = ending.violation;
      return `the server broke a rule of HTTP/2 (${rule}: ${detail}), so the connection was ended with GOAWAY ${rules[rule].code}`;
    }
    case 'peer-closed':
      return 'the server, or something on the way to it, closed the connection (FIN) without saying GOAWAY';
    case 'transport':
      return `the transport of the connection failed: ${withCode(ending.text, ending.code)}`;
    case 'silent':
      return silenceTexts[ending.what](ending.afterMs);
    case 'local':
      return localTexts[ending.reason];
  }
}

type Silence = Extract<ConnectionEnding, { kind: 'silent' }>['what'];

const silenceTexts: Readonly<Record<Silence, (afterMs: number) => string>> = {
  settings: (afterMs) =>
    `the server accepted the connection but sent no HTTP/2 SETTINGS within ${durationText(afterMs)}`,
  'settings-ack': (afterMs) => `the server did not acknowledge SETTINGS within ${durationText(afterMs)}`,
  ping: (afterMs) => `the server did not answer a PING within ${durationText(afterMs)}: it, or the way to it, is gone`,
  preface: (afterMs) => `nothing that is HTTP/2 came within ${durationText(afterMs)}`,
  progress: (afterMs) => `the server took none of the octets that waited for it for ${durationText(afterMs)}`,
};

const localTexts: Readonly<Record<LocalReason, string>> = {
  shutdown: 'the channel was shut down',
  'max-age': 'the connection reached its age limit',
  'max-age-grace': 'the connection reached its age limit and its grace was over',
  idle: 'the connection was idle and the channel closed it',
  drained: 'the connection had been drained',
  'too-many-pings': 'the peer sent too many PINGs',
  replaced: 'the channel replaced the connection',
  'ids-used-up': 'the stream identifiers of the connection were used up',
  cancelled: 'the channel gave the connection up',
};

/** Who ended a connection, as far as the ending tells. */
export function culpritOf(ending: ConnectionEnding): Culprit {
  switch (ending.kind) {
    case 'goaway':
    case 'violation':
      return 'server';
    case 'transport':
      return 'network';
    case 'local':
      return 'client';
    case 'peer-closed':
    case 'silent':
      return 'unknown';
  }
}

/** RST_STREAM by the peer before the response was complete, as a sentence. */
export function resetText(errorCode: number): string {
  const name = `RST_STREAM ${errorCodeName(errorCode)} (code ${errorCode})`;
  return `The server, or a proxy in front of it, reset the call's stream with ${name} before the response was complete${resetHint(errorCode)}.`;
}

function resetHint(errorCode: number): string {
  switch (errorCode) {
    case ErrorCode.NO_ERROR:
      return ': the server did not fail, and most often a proxy has dropped the end of its response';
    case ErrorCode.REFUSED_STREAM:
      return ': it takes no more calls at the moment';
    case ErrorCode.ENHANCE_YOUR_CALM:
      return ': it asks for less load';
    case ErrorCode.HTTP_1_1_REQUIRED:
      return ': it serves this request with HTTP/1.1 only, which gRPC cannot use';
    default:
      return '';
  }
}

/** More addresses than this make a sentence that nobody reads to its end. */
const ADDRESSES_TOLD_MAX = 5;

/** `10.0.0.1:50051 refused the connection (ECONNREFUSED); ...`. */
export function addressesText(faults: readonly AddressFault[]): string {
  const told = faults.slice(0, ADDRESSES_TOLD_MAX).map(({ address, fault }) => {
    const name = formatAddress(address);
    const text = withCode(fault.text, fault.code);
    return text.includes(name) ? text : `${name}: ${text}`;
  });
  const more = faults.length - told.length;
  return more > 0 ? `${told.join('; ')}; and ${more} more` : told.join('; ');
}

/** The system's name behind our words, unless it stands there already. */
export function withCode(text: string, code: string): string {
  const clause = text.replace(/\.$/, '');
  return code === '' || clause.includes(code) ? clause : `${clause} (${code})`;
}

/** `31 ms`, `12.3 s`, `5 min 10 s`. */
export function durationText(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.max(0, Math.round(durationMs))} ms`;
  if (durationMs < 60_000) return `${(durationMs / 1_000).toFixed(1).replace(/\.0$/, '')} s`;
  const seconds = Math.round(durationMs / 1_000);
  const rest = seconds % 60;
  return rest === 0 ? `${(seconds - rest) / 60} min` : `${(seconds - rest) / 60} min ${rest} s`;
}

/** Text of a peer is quoted up to here: its beginning tells enough. */
const QUOTED_MAX = 120;

/** A peer's text for a sentence: printable ASCII, other characters as dots. */
export function printable(text: string): string {
  const cut = text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}...` : text;
  return cut.replace(/[^ -~]+/g, '.');
}

/** A clause as a sentence. */
export function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

/** Facts of a failed call in English. */
import type { CallFailure, ConnectionInfo } from '#client';
import { statusName } from '#grpc';
import { ErrorCode, errorCodeName } from '#h2';
import { formatAddress } from '#transport';
import type { FactTexts, Told } from './texts.ts';
import { duration, farewellText, printable } from './values.ts';

export const en: FactTexts = {
  what: {
    'server-status': ({ code }) => `The server answered the call with ${statusName(code)}.`,
    'http-status': ({ message }) => message,
    'malformed-response': ({ message }) => message,
    reset: ({ failure }) => `${resetText(failure)}.`,
    violation: ({ failure }) => `${violationText(failure)}.`,
    unprocessed: ({ failure }) => `${unprocessedText(failure)}.`,
    connection: ({ failure }) => `The connection ended under the call: ${underneath(failure)}.`,
    connect: ({ failure, message }) =>
      failure.addresses.length === 0
        ? message
        : `No connection could be made: ${failure.addresses.map(en.address).join('; ')}.`,
    resolve: ({ message }) => message,
    deadline: ({ failure }) =>
      failure.connection === undefined
        ? 'The deadline passed while the call waited for a connection.'
        : 'The deadline passed before the response was complete.',
    cancelled: () => 'The caller cancelled the call.',
    limit: ({ message }) => message,
    closed: ({ failure }) =>
      failure.connection === undefined
        ? 'The channel was closed.'
        : 'The channel closed the connection under the call.',
  },
  ending: (ending) => {
    switch (ending.kind) {
      case 'goaway':
        return `the server ended it with GOAWAY ${farewellText(ending.farewell)}`;
      case 'violation':
        return `the server broke a rule of HTTP/2 (${ending.violation.rule}: ${printable(ending.violation.detail)})`;
      case 'peer-closed':
        return 'the server, or something on the way to it, closed it (FIN) without GOAWAY';
      case 'transport':
        return ending.code === '' ? ending.text : `${ending.text} (${ending.code})`;
      case 'silent':
        return `the server did not answer within ${duration(ending.afterMs)} (${ending.what})`;
      case 'local':
        return `this side closed it (${ending.reason})`;
    }
  },
  fault: {
    refused: 'nobody listens there, or a firewall says so',
    reset: 'the connection was torn down while it was made',
    'timed-out': 'nothing answered in time',
    unreachable: 'there is no way to the host',
    'name-not-found': 'the name does not exist',
    'name-lookup-failed': 'the name could not be looked up',
    'no-such-socket': 'there is no such socket',
    tls: 'the TLS handshake failed',
    'no-alpn': 'the server does not speak HTTP/2 over TLS',
    cancelled: 'the attempt was given up',
    other: 'it failed',
  },
  address: ({ address, fault }) => {
    const code = fault.code === '' ? '' : ` (${fault.code})`;
    return `${formatAddress(address)}: ${en.fault[fault.kind]}${code}`;
  },
  where: ({ failure: { connection, stream }, nowMs }) => {
    if (connection === undefined) return '';
    const place = `connection ${connection.id} to ${formatAddress(connection.remote)}, ${lifeText(connection, nowMs)}`;
    return stream === 0 ? `It waited for a stream of ${place}.` : `It was stream ${stream} of ${place}.`;
  },
  culprit: {
    client: 'This side caused it.',
    server: 'The server caused it.',
    network: 'The network, or something between the two sides, caused it.',
    unknown: 'Who caused it cannot be told from this side.',
  },
  processed: {
    no: 'The server did not process the call: calling again is safe.',
    maybe: 'The server may have processed the call: call again only if doing it twice does no harm.',
    yes: 'The server processed the call.',
  },
  retried: ({ failure: { attempts, notRetried } }) =>
    attempts > 1 ? `It was sent ${attempts} times. ${notRetried}`.trimEnd() : notRetried,
  advice: {
    'server-status': () => '',
    'http-status': () => 'Check that the target is a gRPC server, or that the proxy in front forwards HTTP/2 to it.',
    'malformed-response': () => '',
    reset: resetAdvice,
    violation: () => '',
    unprocessed: () => '',
    connection: connectionAdvice,
    connect: () => 'With waitForReady: true a call waits for a connection as long as its deadline allows.',
    resolve: () => 'Check the name in the target; with waitForReady: true a call waits until it can be looked up.',
    deadline: ({ failure }) =>
      failure.connection === undefined
        ? 'A longer timeoutMs gives the connection more time; connectTimeoutMs limits each attempt.'
        : 'A longer timeoutMs gives the server more time; propagate(context) passes limits on to the calls that a handler makes.',
    cancelled: () => '',
    limit: () => 'The option named above sets the limit.',
    closed: () => '',
  },
};

function lifeText({ openedMs, closedMs }: ConnectionInfo, nowMs: number): string {
  return closedMs === undefined
    ? `open for ${duration(nowMs - openedMs)}`
    : `which lived ${duration(closedMs - openedMs)}`;
}

function underneath({ ending, connection }: CallFailure): string {
  const under = ending?.kind === 'connection' ? ending.ending : connection?.ending;
  return under === undefined ? 'how is not known' : en.ending(under);
}

function resetText({ ending }: CallFailure): string {
  const errorCode = ending?.kind === 'reset' ? ending.errorCode : ErrorCode.NO_ERROR;
  return `The server, or a proxy in front of it, reset the stream with RST_STREAM ${errorCodeName(errorCode)} (code ${errorCode})`;
}

function violationText({ ending }: CallFailure): string {
  const violation = ending?.kind === 'reset' ? ending.violation : undefined;
  if (violation === undefined) return 'The server broke a rule of HTTP/2';
  return `The server broke a rule of HTTP/2 (${violation.rule}: ${printable(violation.detail)})`;
}

function unprocessedText({ ending }: CallFailure): string {
  if (ending?.kind !== 'unprocessed') return 'The server refused the stream (RST_STREAM REFUSED_STREAM)';
  const { farewell } = ending;
  return `The server said GOAWAY ${farewellText(farewell)} and will not process streams above ${farewell.lastStream}`;
}

function resetAdvice({ failure: { ending } }: Told): string {
  const errorCode = ending?.kind === 'reset' ? ending.errorCode : undefined;
  if (errorCode === ErrorCode.ENHANCE_YOUR_CALM)
    return 'The server asks for less load: fewer calls at once, or more servers.';
  if (errorCode === ErrorCode.NO_ERROR)
    return 'A proxy has most often dropped the end of the response: look at its log and version.';
  return '';
}

function connectionAdvice({ failure: { ending } }: Told): string {
  if (ending?.kind !== 'connection') return '';
  switch (ending.ending.kind) {
    case 'peer-closed':
    case 'transport':
      return 'A server that stops should drain (server.shutdown); for silent middleboxes set keepalive.intervalMs below their timeout, and let the server permit it.';
    case 'silent':
      return 'keepalive.timeoutMs sets how long an answer may take.';
    default:
      return '';
  }
}

/** What one hop shows of a call, as evidence: the frames that matter, in order. */
import type { Call, ConnectionFacts, Evidence } from '#diagnose';
import { errorCodeName } from '#h2';
import type { Comparison } from './comparison.ts';
import { diedWith } from './pair.ts';

type Lines = (comparison: Comparison, connection: ConnectionFacts, call: Call) => Evidence[];

export const request: Lines = (comparison, connection, call) => [
  comparison.evidence(connection, call.opened, 'client', 'headers-request', {
    stream: call.stream,
    method: call.method === '' ? undefined : call.method,
    timeoutMs: call.timeoutMs,
  }),
];

/** The end of a request that came in a frame of its own. */
export const halfClose: Lines = (comparison, connection, { stream, client }) => {
  const { ended, lastData, endedEmpty } = client;
  if (ended === undefined || !endedEmpty) return [];
  const sinceMs = lastData === undefined ? undefined : ended.timeMs - lastData.timeMs;
  return [comparison.evidence(connection, ended, 'client', 'half-close', { stream, sinceMs })];
};

export const response: Lines = (comparison, connection, { stream, opened, server, httpStatus }) => {
  const { headers, ended } = server;
  // Trailers alone are told as trailers.
  if (headers === undefined || headers === ended) return [];
  const params = { stream, status: httpStatus, sinceMs: headers.timeMs - opened.timeMs };
  return [comparison.evidence(connection, headers, 'server', 'headers-response', params)];
};

export const octets: Lines = (comparison, connection, { stream, server }) => {
  const { lastData, dataBytes, messages } = server;
  if (lastData === undefined) return [];
  const params = { stream, bytes: dataBytes, messages: messages === 0 ? undefined : messages };
  return [comparison.evidence(connection, lastData, 'server', 'response-octets', params)];
};

export const trailers: Lines = (comparison, connection, call) => {
  const { ended } = call.server;
  if (ended === undefined) return [];
  const { stream, grpcStatus, grpcMessage, httpStatus, opened, server } = call;
  const sinceMs = ended.timeMs - opened.timeMs;
  if (grpcStatus === undefined && ended === server.headers) {
    const params = { stream, status: httpStatus, sinceMs };
    return [comparison.evidence(connection, ended, 'server', 'headers-response', params)];
  }
  // An answer that ends on its last octets needs no line for that.
  if (grpcStatus === undefined && !server.endedEmpty) return [];
  if (grpcStatus === undefined)
    return [comparison.evidence(connection, ended, 'server', 'data', { stream, bytes: 0, endStream: true })];
  const message = grpcMessage === '' ? undefined : grpcMessage;
  const params = { stream, grpcStatus, grpcMessage: message, sinceMs };
  return [comparison.evidence(connection, ended, 'server', 'trailers', params)];
};

export const reset: Lines = (comparison, connection, call) => {
  const { reset: fact, stream, opened } = call;
  if (fact !== undefined) {
    const params = { stream, errorCode: errorCodeName(fact.code), sinceMs: fact.timeMs - opened.timeMs };
    return [comparison.evidence(connection, fact, fact.by, 'rst-stream', params)];
  }
  const end = diedWith(connection, call);
  if (end === undefined) return [];
  return [comparison.evidence(connection, end, end.from, end.how, { openStreams: end.waiting.length })];
};

/** All of it. */
export const wholeCall: Lines = (...about) =>
  [request, halfClose, response, octets, trailers, reset].flatMap((lines) => lines(...about));

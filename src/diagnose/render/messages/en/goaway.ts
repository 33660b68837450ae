import type { FamilyTexts } from '../messages.ts';

export const goaway: FamilyTexts<'goaway'> = {
  'goaway/graceful': {
    title: 'The connection was drained with GOAWAY, and no call was lost',
    explanation: [
      'The [by=client:client][by=server:server][!by:server] sent GOAWAY NO_ERROR[ {debugData:quoted}][?twoStep:, at first with last stream 2^31-1 and then with {lastStreamId}][!twoStep: with last stream {lastStreamId}].',
      'All calls ended normally[, and the connection closed {closedAfterMs} later].',
      'This is how connections are recycled.',
    ],
    proof: 'GOAWAY with NO_ERROR, and every call of the connection was answered.',
    variants: {},
  },
  'goaway/grace-expired': {
    title: 'The server drained with GOAWAY, then cut the calls still open',
    explanation: [
      'The server sent GOAWAY NO_ERROR[ {debugData:quoted}] and closed {graceMs} later, with {openStreams:call|calls} still open.',
      '[The oldest of them was {longestMs} old.]',
      'The grace period is shorter than these calls.',
    ],
    proof: 'GOAWAY with NO_ERROR from the server, and later FIN or RST from the server with streams open.',
    variants: {},
  },
  'goaway/unprocessed-streams': {
    title: 'GOAWAY left calls unprocessed; they are safe to retry',
    explanation: [
      'The GOAWAY[ {debugData:quoted}] says that stream {lastStreamId} is the last one that the server processed.',
      '{streams:open call has|open calls have} a higher id: the server has not looked at them and will not.',
      'The client may send them again at once, whatever they do (RFC 9113 §6.8).',
    ],
    proof: 'Streams of the client above the last-stream-id of a GOAWAY, open at that moment.',
    variants: {},
  },
  'goaway/one-shot': {
    title: 'GOAWAY in one step: requests on their way can be lost',
    explanation: [
      'The server sent one GOAWAY NO_ERROR with its real last stream, {lastStreamId}, after {requests:request|requests}[ in {ageMs}].',
      'It did not announce the end with 2^31-1 first, so requests that cross the GOAWAY are dropped without an answer.',
      '[?lostStreams:{lostStreams:request was|requests were} dropped.][!lostStreams:Here none was.]',
      'nginx does this at keepalive_requests and keepalive_time, and when it is reloaded[trigger=requests:; the number of requests points to the first][trigger=age:; the age points to the second][trigger=reload:; that several connections of it ended so at once points to a reload].',
    ],
    proof:
      'A single GOAWAY NO_ERROR whose last-stream-id is a real stream, without a first one that says 2^31-1. Likely nginx when about keepalive_requests (1000) requests or keepalive_time (1 h) lie before it.',
    variants: {},
  },
  'goaway/late-write': {
    title: 'One cancelled call made the server kill the whole connection',
    explanation: [
      'The client reset stream {resetStream} ({resetCode})[ {clientTimeoutMs} after the request], as it may.',
      'The handler went on, and[, {handlerMs} after the request,] wrote its answer to that stream.',
      'The server took its own late write for a protocol error of the client and sent GOAWAY PROTOCOL_ERROR[: {debugData:quoted}].',
      '[?openStreams:{openStreams:other call|other calls} on the connection died with it.][!openStreams:No other call was open.]',
    ],
    proof:
      'RST_STREAM of the client on stream N, and later GOAWAY PROTOCOL_ERROR of the server with the debug data `Request stream N is not correct for server connection`. Without that text the order and the delay make it likely.',
    variants: {},
  },
  'goaway/protocol-error': {
    title: 'The {by} ended the connection: GOAWAY {errorCode}',
    explanation: [
      'The {by} sent GOAWAY {errorCode}[: {debugData:quoted}] and ended the connection.',
      '[What the {by:other} had done: {detail}[ ({rule})].]',
      '[errorCode=INTERNAL_ERROR:The code says that the {by} itself failed: look into its log.]',
      '[?openStreams:{openStreams:open call|open calls} died with the connection.]',
    ],
    proof: 'A GOAWAY with an error code that no other finding explains.',
    variants: {},
  },
  'goaway/flood-guard': {
    title: 'A flood guard of the server ended the connection',
    explanation: [
      '[The {resetsBy} sent {resets:RST_STREAM|RST_STREAMs}[ {resetCode}][ in {windowMs}].]',
      'The server took that for an attack (rapid reset, CVE-2023-44487) and sent GOAWAY {errorCode}[: {debugData:quoted}].',
      'Honest clients look the same when many calls reach a short deadline at once.',
      '[?openStreams:{openStreams:open call|open calls} died with the connection.]',
    ],
    proof:
      'GOAWAY ENHANCE_YOUR_CALM with another debug text than `too_many_pings`, or INTERNAL_ERROR as nghttp2 sends it, after a burst of RST_STREAM.',
    variants: {},
  },
};

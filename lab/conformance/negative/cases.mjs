/**
 * The negative HTTP/2 cases of grpc/grpc doc/negative-http2-interop-test-descriptions.md, as servers: each is a
 * function that makes a handler of connections (endpoint.mjs). What a handler finds wrong with the client it puts
 * into `problems`. The two padding cases are not in that document; the programs that came with it have them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Setting } from 'calmwire/http2';

const RESPONSE_BYTES = 314_159;
const NO_ERROR = 0;
const HEADERS = { ':status': 200, 'content-type': 'application/grpc+proto' };
const TRAILERS = { 'grpc-status': 0 };

/** SimpleResponse { payload { body: zeros } } behind the five octets of a message's prefix. */
const response = (() => {
  const body = tagged(0x12, new Uint8Array(RESPONSE_BYTES));
  const message = tagged(0x0a, body);
  const framed = new Uint8Array(5 + message.length);
  new DataView(framed.buffer).setUint32(1, message.length);
  framed.set(message, 5);
  return framed;
})();

function tagged(tag, content) {
  const head = [tag];
  let left = content.length;
  for (; left > 127; left >>>= 7) head.push((left & 127) | 128);
  head.push(left);
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  return bytes;
}

async function answer(endpoint, id, options) {
  endpoint.headers(id, HEADERS);
  await endpoint.data(id, response, options);
  if (endpoint.streams.get(id).isOpen) endpoint.headers(id, TRAILERS, true);
}

/** One complete answer, then GOAWAY; the second call must come on another connection. */
function goaway(problems) {
  const connections = new Set();
  return {
    async request(endpoint, id) {
      connections.add(endpoint.number);
      if (endpoint.number > 1) return answer(endpoint, id);
      await answer(endpoint, id);
      endpoint.goaway(id, NO_ERROR);
    },
    finished() {
      if (connections.size !== 2) problems.push(`two calls were served on ${connections.size} connection(s), not on 2`);
    },
  };
}

/** RST_STREAM with code 0 in place of the rest of the answer: `part` of the data came before it. */
function reset(part) {
  return () => ({
    async request(endpoint, id) {
      endpoint.headers(id, HEADERS);
      await endpoint.data(id, response.subarray(0, Math.floor(response.length * part)));
      endpoint.reset(id, NO_ERROR);
    },
  });
}

/**
 * A PING before and after the headers, before and after the data; all must be acknowledged when the connection ends.
 */
function ping(problems) {
  let sent = 0;
  const outstanding = new Set();
  const send = (endpoint) => {
    const payload = (++sent).toString(16).padStart(16, '0');
    outstanding.add(payload);
    endpoint.ping(payload);
  };
  return {
    async request(endpoint, id) {
      send(endpoint);
      endpoint.headers(id, HEADERS);
      send(endpoint);
      await endpoint.data(id, response);
      send(endpoint);
      endpoint.headers(id, TRAILERS, true);
      send(endpoint);
    },
    acknowledged(_endpoint, payload) {
      if (!outstanding.delete(payload)) problems.push(`an acknowledgement of a PING that was not sent: ${payload}`);
    },
    finished() {
      if (sent < 4) problems.push('no call came');
      if (outstanding.size > 0) problems.push(`${outstanding.size} of ${sent} PINGs were not acknowledged`);
    },
  };
}

/**
 * MAX_CONCURRENT_STREAMS 1 with the first call, and in the first SETTINGS of every further connection; from the
 * acknowledgement on, no second stream beside an open one. More connections are allowed: that is what gRFC A105 does
 * about the limit.
 */
function maxStreams(problems) {
  const limit = [{ id: Setting.MAX_CONCURRENT_STREAMS, value: 1 }];
  const acknowledged = new Map();
  let calls = 0;
  return {
    firstSettings: ({ number }) => (number === 1 ? [] : limit),
    settingsAcknowledged: ({ number }) => acknowledged.set(number, (acknowledged.get(number) ?? 0) + 1),
    began(endpoint) {
      const { number, openStreams } = endpoint;
      if (calls === 0) endpoint.settings(limit);
      if (acknowledged.get(number) === (number === 1 ? 2 : 1) && openStreams > 1) {
        problems.push(`${openStreams} streams are open on connection ${number} where 1 is allowed`);
      }
    },
    async request(endpoint, id) {
      calls++;
      // Long enough for the others to arrive, if they were sent.
      await sleep(10);
      await answer(endpoint, id);
    },
    finished() {
      if (calls < 11) problems.push(`${calls} calls came, not 11`);
    },
  };
}

/** Five octets in a frame, with 255 of padding or none: the windows are used up by padding that must be given back. */
const padded = (padding) => () => ({ request: (endpoint, id) => answer(endpoint, id, { chunk: 5, padding }) });

/** Cases by name; each takes the list of problems. */
export const cases = {
  goaway,
  rst_after_header: reset(0),
  rst_during_data: reset(0.5),
  rst_after_data: reset(1),
  ping,
  max_streams: maxStreams,
  data_frame_padding: padded(255),
  no_df_padding_sanity_test: padded(undefined),
};

/** nginx's error.log with `grpc_pass` or as an HTTP/2 server; read in 1.22 and recorded. */
import type { StackWordings } from '../wording.ts';

/** The fields that nginx appends; the request and the backend are in most lines. */
const UPSTREAM = /.{0,600}upstream: "grpcs?:\/\/(?<peer>[^"/]{1,120})/.source;

export const nginx: StackWordings = {
  stack: 'nginx',
  writer: 'middlebox',
  source: 'error.log, from level info on',
  wordings: [
    {
      keyword: 'connect() failed (111',
      match: new RegExp(`connect\\(\\) failed \\(111: Connection refused\\) while connecting to upstream${UPSTREAM}`),
      reading: 'connect-refused',
      example:
        '2026/11/21 07:54:04 [error] 11470#11470: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: , request: "POST /lab.Echo/Unary HTTP/2.0", upstream: "grpc://127.0.0.1:17425", host: "127.0.0.1:17424"',
    },
    {
      keyword: 'upstream timed out',
      match: new RegExp(`upstream timed out \\(110: [^)]{1,60}\\) while connecting to upstream${UPSTREAM}`),
      reading: 'connect-timeout',
      example:
        '2026/11/21 07:54:20 [error] 12373#12373: *1 upstream timed out (110: Connection timed out) while connecting to upstream, client: 10.0.0.5, server: , request: "POST /lab.Echo/Unary HTTP/2.0", upstream: "grpc://10.0.0.9:50051", host: "orders"',
    },
    {
      keyword: 'upstream timed out',
      match: new RegExp(
        `upstream timed out \\(110: [^)]{1,60}\\) while (?<detail>(?:reading|sending) [a-z ]{3,40})${UPSTREAM}`,
      ),
      reading: 'proxy-timeout',
      example:
        '2026/11/21 07:54:20 [error] 12373#12373: *1 upstream timed out (110: Connection timed out) while reading response header from upstream, client: 127.0.0.1, server: , request: "POST /lab.Echo/Unary HTTP/2.0", upstream: "grpc://127.0.0.1:17427", host: "127.0.0.1:17426"',
    },
    {
      keyword: 'upstream prematurely closed connection',
      match: new RegExp(`upstream prematurely closed connection while reading [a-z ]{3,40}${UPSTREAM}`),
      reading: 'backend-closed',
      example:
        '2026/11/21 07:54:20 [error] 12373#12373: *1 upstream prematurely closed connection while reading response header from upstream, client: 10.0.0.5, server: , request: "POST /lab.Echo/Unary HTTP/2.0", upstream: "grpc://10.0.0.9:50051", host: "orders"',
    },
    {
      keyword: 'recv() failed (104',
      match: new RegExp(`recv\\(\\) failed \\(104: Connection reset by peer\\) while reading [a-z ]{3,40}${UPSTREAM}`),
      reading: 'backend-closed',
      example:
        '2026/11/21 07:54:20 [error] 12373#12373: *1 recv() failed (104: Connection reset by peer) while reading response header from upstream, client: 10.0.0.5, server: , request: "POST /lab.Echo/Unary HTTP/2.0", upstream: "grpc://10.0.0.9:50051", host: "orders"',
    },
    {
      keyword: 'upstream rejected request with error',
      match: new RegExp(`upstream rejected request with error 7\\b${UPSTREAM}`),
      reading: 'reset-refused',
      example:
        '2026/11/21 07:54:20 [error] 12373#12373: *1 upstream rejected request with error 7 while reading response header from upstream, client: 10.0.0.5, server: , request: "POST /lab.Echo/Unary HTTP/2.0", upstream: "grpc://10.0.0.9:50051", host: "orders"',
    },
    {
      keyword: 'upstream rejected request with error',
      match: new RegExp(`upstream rejected request with error 0\\b${UPSTREAM}`),
      reading: 'reset-no-error',
      example:
        '2026/11/21 07:54:20 [error] 12373#12373: *1 upstream rejected request with error 0 while reading upstream, client: 10.0.0.5, server: , request: "POST /lab.Echo/Unary HTTP/2.0", upstream: "grpc://10.0.0.9:50051", host: "orders"',
    },
    {
      keyword: 'upstream rejected request with error',
      match: new RegExp(`upstream rejected request with error (?<code>\\d{1,3})${UPSTREAM}`),
      reading: 'reset-code',
      example:
        '2026/11/21 07:54:20 [error] 12373#12373: *1 upstream rejected request with error 2 while reading response header from upstream, client: 10.0.0.5, server: , request: "POST /lab.Echo/Unary HTTP/2.0", upstream: "grpc://10.0.0.9:50051", host: "orders"',
    },
    {
      keyword: 'upstream sent goaway with error',
      match: new RegExp(`upstream sent goaway with error (?<code>\\d{1,3})${UPSTREAM}`),
      reading: 'goaway-code',
      example:
        '2026/11/21 07:54:20 [error] 12373#12373: *1 upstream sent goaway with error 11 while reading response header from upstream, client: 10.0.0.5, server: , request: "POST /lab.Echo/Unary HTTP/2.0", upstream: "grpc://10.0.0.9:50051", host: "orders"',
    },
    {
      keyword: 'upstream sent too large http2 frame: 4740180',
      match: new RegExp(`upstream sent too large http2 frame: 4740180${UPSTREAM}`),
      reading: 'http1-server',
      example:
        '2026/11/21 07:54:20 [error] 12373#12373: *1 upstream sent too large http2 frame: 4740180 while reading response header from upstream, client: 10.0.0.5, server: , request: "POST /lab.Echo/Unary HTTP/2.0", upstream: "grpc://10.0.0.9:8080", host: "orders"',
    },
    {
      keyword: 'upstream sent trailer without end stream',
      match: new RegExp(`(?<detail>upstream sent trailer without end stream flag)${UPSTREAM}`),
      reading: 'server-broke-rules',
      example:
        '2026/11/21 07:54:20 [error] 12373#12373: *1 upstream sent trailer without end stream flag while reading upstream, client: 10.0.0.5, server: , request: "POST /lab.Echo/Unary HTTP/2.0", upstream: "grpc://10.0.0.9:50051", host: "orders"',
    },
    {
      keyword: 'upstream sent ',
      match: new RegExp(
        `(?<detail>upstream sent (?:[a-z0-9 ]{0,40}(?:frame|http2|trailer|window update|table|encoded header)[a-z0-9 :]{0,60}))${UPSTREAM}`,
      ),
      reading: 'server-broke-rules',
      example:
        '2026/11/21 07:54:20 [error] 12373#12373: *1 upstream sent frame for closed stream 1 while reading upstream, client: 10.0.0.5, server: , request: "POST /lab.Echo/Unary HTTP/2.0", upstream: "grpc://10.0.0.9:50051", host: "orders"',
    },
    {
      keyword: 'no live upstreams',
      match: /no live upstreams while connecting to upstream.{0,600}upstream: "grpcs?:/,
      reading: 'proxy-no-backend',
      example:
        '2026/11/21 07:54:20 [error] 12373#12373: *1 no live upstreams while connecting to upstream, client: 10.0.0.5, server: , request: "POST /lab.Echo/Unary HTTP/2.0", upstream: "grpc://orders", host: "orders"',
    },
    {
      keyword: 'headers frame with incorrect identifier',
      match: /client sent HEADERS frame with incorrect identifier (?<stream>\d{1,10})/,
      reading: 'request-trailers',
      example:
        '2026/11/21 13:27:15 [info] 5336#5336: *1 client sent HEADERS frame with incorrect identifier 3, the last was 3 while processing HTTP/2 connection, client: 127.0.0.1, server: 127.0.0.1:17437',
    },
    {
      keyword: 'http2 flood detected',
      match: /(?<detail>http2 flood detected)/,
      reading: 'goaway-flood',
      example:
        '2026/11/21 13:27:15 [info] 5336#5336: *1 http2 flood detected while processing HTTP/2 connection, client: 10.0.0.5, server: 0.0.0.0:443',
    },
    {
      keyword: 'pri * http/2.0',
      match: /client sent invalid request while reading client request line.{0,200}request: "PRI \* HTTP\/2\.0"/,
      reading: 'http2-refused',
      example:
        '2026/11/21 13:27:12 [info] 4924#4924: *1 client sent invalid request while reading client request line, client: 127.0.0.1, server: , request: "PRI * HTTP/2.0"',
    },
    {
      keyword: 'while processing http/2 connection',
      match:
        /(?<detail>client sent (?:(?:padded )?[A-Z_]{4,14} frame|inappropriate frame|too many|zero header|invalid (?:encoded )?header|header|too large header)[^,]{0,100}?) while (?:processing|reading)/,
      reading: 'client-broke-rules',
      example:
        '2026/11/21 13:27:15 [info] 5336#5336: *1 client sent WINDOW_UPDATE frame with incorrect window increment 0 while processing HTTP/2 connection, client: 10.0.0.5, server: 0.0.0.0:443',
    },
    {
      keyword: 'client prematurely closed',
      match: /client prematurely closed (?:stream|connection).{0,600}upstream: "grpcs?:/,
      reading: 'client-left',
      example:
        '2026/11/21 13:27:15 [info] 5336#5336: *1 client prematurely closed connection, so upstream connection is closed too while sending request to upstream, client: 10.0.0.5, server: , request: "POST /lab.Echo/Unary HTTP/2.0", upstream: "grpc://10.0.0.9:50051", host: "orders"',
    },
  ],
};

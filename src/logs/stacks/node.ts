/** What Node's http2 module throws, and connect-node on top of it; read in Node 20 and connect 2.1, and recorded. */
import type { StackWordings } from '../wording.ts';

export const connectNode: StackWordings = {
  stack: 'connect',
  writer: 'client',
  source: 'ConnectError',
  wordings: [
    {
      keyword: 'connecterror:',
      match: /ConnectError: \[(?:aborted|unavailable|internal)\].{0,80}ECONNRESET/,
      reading: 'reset-under-call',
      example: 'ConnectError: [aborted] read ECONNRESET',
    },
    {
      keyword: 'connecterror:',
      match: /ConnectError: \[unavailable\].{0,80}ECONNREFUSED(?: (?<peer>\S{1,120}))?/,
      reading: 'connect-refused',
      example: 'ConnectError: [unavailable] connect ECONNREFUSED 127.0.0.1:8080',
    },
    {
      keyword: 'connecterror:',
      match: /ConnectError: \[\w{1,30}\] http\/2 stream closed with error code (?:INTERNAL_ERROR|0x2\b)/i,
      reading: 'reset-internal',
      example: 'ConnectError: [internal] http/2 stream closed with error code INTERNAL_ERROR (0x2)',
    },
    {
      keyword: 'connecterror:',
      match: /ConnectError: \[\w{1,30}\] http\/2 stream closed with error code (?:REFUSED_STREAM|0x7\b)/i,
      reading: 'reset-refused',
      example: 'ConnectError: [unavailable] http/2 stream closed with error code REFUSED_STREAM (0x7)',
    },
    {
      keyword: 'connecterror:',
      match: /ConnectError: \[\w{1,30}\] http\/2 stream closed with error code (?<code>[A-Z_]{3,30})/i,
      reading: 'reset-code',
      example: 'ConnectError: [canceled] http/2 stream closed with error code CANCEL (0x8)',
    },
    {
      keyword: 'connecterror:',
      match:
        /ConnectError: \[\w{1,30}\] (?:protocol error: )?(?:incomplete envelope|missing trailer|missing status|promised \d{1,12} bytes in enveloped message, got \d{1,12} bytes)/,
      reading: 'no-status',
      example: 'ConnectError: [invalid_argument] protocol error: incomplete envelope',
    },
    {
      keyword: 'connecterror:',
      match: /ConnectError: \[deadline_exceeded\]/,
      reading: 'deadline',
      example: 'ConnectError: [deadline_exceeded] the operation timed out',
    },
    {
      keyword: 'connecterror:',
      match: /ConnectError: \[canceled\] (?:This operation was aborted|the operation was canceled)/i,
      reading: 'cancelled',
      example: 'ConnectError: [canceled] This operation was aborted',
    },
  ],
};

export const nodeHttp2: StackWordings = {
  stack: 'node',
  writer: 'client',
  source: 'errors of node:http2',
  wordings: [
    {
      keyword: 'session closed with error code',
      match: /Session closed with error code (?:11|NGHTTP2_ENHANCE_YOUR_CALM)\b/,
      reading: 'goaway-calm',
      example: 'Error [ERR_HTTP2_SESSION_ERROR]: Session closed with error code 11',
    },
    {
      keyword: 'session closed with error code',
      match: /Session closed with error code (?:2|NGHTTP2_INTERNAL_ERROR)\b/,
      reading: 'session-internal',
      example: 'Error [ERR_HTTP2_SESSION_ERROR]: Session closed with error code 2',
    },
    {
      keyword: 'session closed with error code',
      match: /Session closed with error code (?:NGHTTP2_)?(?<code>\d{1,3}|[A-Z_]{3,30})/,
      reading: 'session-code',
      example: 'Error [ERR_HTTP2_SESSION_ERROR]: Session closed with error code NGHTTP2_COMPRESSION_ERROR',
    },
    {
      keyword: 'stream closed with error code',
      match: /Stream closed with error code NGHTTP2_REFUSED_STREAM/,
      reading: 'reset-refused',
      example: 'Error [ERR_HTTP2_STREAM_ERROR]: Stream closed with error code NGHTTP2_REFUSED_STREAM',
    },
    {
      keyword: 'stream closed with error code',
      match: /Stream closed with error code NGHTTP2_INTERNAL_ERROR/,
      reading: 'reset-internal',
      example: 'Error [ERR_HTTP2_STREAM_ERROR]: Stream closed with error code NGHTTP2_INTERNAL_ERROR',
    },
    {
      keyword: 'stream closed with error code',
      match: /Stream closed with error code NGHTTP2_(?<code>[A-Z_]{3,30})/,
      reading: 'reset-code',
      example: 'Error [ERR_HTTP2_STREAM_ERROR]: Stream closed with error code NGHTTP2_FLOW_CONTROL_ERROR',
    },
    {
      keyword: 'err_http2_stream_cancel',
      match: /ERR_HTTP2_STREAM_CANCEL.{0,80}caused by:? ?(?:[\s\S]{0,20})ECONNRESET/,
      reading: 'reset-under-call',
      example: 'Error [ERR_HTTP2_STREAM_CANCEL]: The pending stream has been canceled (caused by: read ECONNRESET)',
    },
    {
      keyword: 'err_http2_stream_cancel',
      match: /ERR_HTTP2_STREAM_CANCEL.{0,80}(?:caused by: (?<detail>[^)]{1,80})|canceled)/,
      reading: 'connection-lost',
      example: 'Error [ERR_HTTP2_STREAM_CANCEL]: The pending stream has been canceled (caused by: )',
    },
    {
      keyword: 'err_http2_goaway_session',
      match: /ERR_HTTP2_GOAWAY_SESSION/,
      reading: 'draining-refused',
      example: 'Error [ERR_HTTP2_GOAWAY_SESSION]: New streams cannot be created after receiving a GOAWAY',
    },
    {
      keyword: 'err_http2_invalid_session',
      match: /\[ERR_HTTP2_INVALID_SESSION\]: /,
      reading: 'channel-closed',
      example: 'Error [ERR_HTTP2_INVALID_SESSION]: The session has been destroyed',
    },
    {
      keyword: 'err_http2_error',
      match: /\[ERR_HTTP2_ERROR\]: Protocol error/,
      reading: 'server-broke-rules',
      example: 'Error [ERR_HTTP2_ERROR]: Protocol error',
    },
    {
      keyword: 'err_http2_too_many_invalid_frames',
      match: /ERR_HTTP2_TOO_MANY_INVALID_FRAMES/,
      reading: 'goaway-flood',
      example: 'Error [ERR_HTTP2_TOO_MANY_INVALID_FRAMES]: Too many invalid HTTP/2 frames',
    },
    {
      keyword: 'err_http2_ping_cancel',
      match: /ERR_HTTP2_PING_CANCEL/,
      reading: 'echo',
      example: 'Error [ERR_HTTP2_PING_CANCEL]: HTTP2 ping cancelled',
    },
  ],
};

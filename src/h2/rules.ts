/**
 * The rule catalogue: each protocol rule once, with its section, the scope of the error that breaking it makes,
 * and the error code. Engine, observer, diagnosis and documentation refer to rules by id.
 */
import type { Side } from '#base';
import type { ErrorCodeName } from './frames/codes.ts';

export interface Rule {
  readonly section: string;
  /**
   * What a receiver must end: the connection or the stream (RFC 9113 §5.4). A stream's rule that is broken on stream 0
   * concerns the connection: see `violationScope`.
   */
  readonly scope: 'connection' | 'stream';
  readonly code: ErrorCodeName;
  /** The rule as one sentence, in the words of the specification where they decide. */
  readonly text: string;
}

export const rules = {
  'preface/invalid': {
    section: 'RFC 9113 §3.4',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'A client must begin with the 24 octets of the connection preface.',
  },
  'preface/settings-first': {
    section: 'RFC 9113 §3.4',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'The first frame of each side must be SETTINGS, and no acknowledgement.',
  },
  'frame/too-large': {
    section: 'RFC 9113 §4.2',
    scope: 'connection',
    code: 'FRAME_SIZE_ERROR',
    text: "A frame must not be longer than the receiver's SETTINGS_MAX_FRAME_SIZE.",
  },
  'frame/bad-length': {
    section: 'RFC 9113 §4.2',
    scope: 'connection',
    code: 'FRAME_SIZE_ERROR',
    text: 'A frame must have the length that its type defines.',
  },
  'frame/bad-stream': {
    section: 'RFC 9113 §6',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'Frames about a stream must name one; frames about the connection must carry stream 0.',
  },
  'frame/bad-padding': {
    section: 'RFC 9113 §6.1',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'Padding must be shorter than the payload that carries it.',
  },
  'priority/bad-length': {
    section: 'RFC 9113 §6.3',
    scope: 'stream',
    code: 'FRAME_SIZE_ERROR',
    text: 'A PRIORITY frame must be 5 octets long.',
  },
  'settings/bad-value': {
    section: 'RFC 9113 §6.5.2',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'A setting must have a value within the range that it defines.',
  },
  'settings/bad-window': {
    section: 'RFC 9113 §6.5.2',
    scope: 'connection',
    code: 'FLOW_CONTROL_ERROR',
    text: 'SETTINGS_INITIAL_WINDOW_SIZE must not exceed 2,147,483,647.',
  },
  'settings/ack-with-payload': {
    section: 'RFC 9113 §6.5',
    scope: 'connection',
    code: 'FRAME_SIZE_ERROR',
    text: 'A SETTINGS acknowledgement must be empty.',
  },
  'settings/priorities-changed': {
    section: 'RFC 9218 §2.1',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'SETTINGS_NO_RFC7540_PRIORITIES must keep the value of the first SETTINGS frame.',
  },
  'settings/connect-protocol-withdrawn': {
    section: 'RFC 8441 §3',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'SETTINGS_ENABLE_CONNECT_PROTOCOL must not return from 1 to 0.',
  },
  'window/zero-increment': {
    section: 'RFC 9113 §6.9',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'WINDOW_UPDATE must add at least 1; on stream 0 the error concerns the connection.',
  },
  'window/overflow': {
    section: 'RFC 9113 §6.9.1',
    scope: 'stream',
    code: 'FLOW_CONTROL_ERROR',
    text: 'WINDOW_UPDATE must not raise a window above 2,147,483,647; on stream 0 the error concerns the connection.',
  },
  'window/initial-overflow': {
    section: 'RFC 9113 §6.9.2',
    scope: 'connection',
    code: 'FLOW_CONTROL_ERROR',
    text: 'A new SETTINGS_INITIAL_WINDOW_SIZE must not raise the window of an open stream above 2,147,483,647.',
  },
  'window/overrun': {
    section: 'RFC 9113 §6.9.1',
    scope: 'stream',
    code: 'FLOW_CONTROL_ERROR',
    text: 'DATA must fit into the window that the receiver has granted; on stream 0 the error concerns the connection.',
  },
  'headers/interrupted-block': {
    section: 'RFC 9113 §6.10',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'No other frame may stand between the frames of one header block.',
  },
  'headers/unexpected-continuation': {
    section: 'RFC 9113 §6.10',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'CONTINUATION must follow HEADERS, PUSH_PROMISE or CONTINUATION that lacks END_HEADERS.',
  },
  'headers/block-too-large': {
    section: 'RFC 9113 §10.5.1',
    scope: 'connection',
    code: 'ENHANCE_YOUR_CALM',
    text: 'A header block must end within the octets and frames that the receiver is ready to hold.',
  },
  'headers/uppercase-name': {
    section: 'RFC 9113 §8.2.1',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'Field names must be lower case.',
  },
  'headers/bad-character': {
    section: 'RFC 9113 §8.2.1',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'Field names and values must not contain characters that HTTP forbids.',
  },
  'headers/connection-specific': {
    section: 'RFC 9113 §8.2.2',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'Fields that concern one HTTP/1 connection must not appear in HTTP/2.',
  },
  'headers/bad-te': {
    section: 'RFC 9113 §8.2.2',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: "The TE field must not contain anything but 'trailers'.",
  },
  'headers/bad-content-length': {
    section: 'RFC 9113 §8.1.1',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'Content-Length must be one decimal number, the same wherever it is repeated.',
  },
  'headers/pseudo-missing': {
    section: 'RFC 9113 §8.3',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'A request needs :method, :scheme and :path, a response :status, each with a usable value.',
  },
  'headers/pseudo-duplicate': {
    section: 'RFC 9113 §8.3',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'A pseudo-header field must not appear twice.',
  },
  'headers/pseudo-late': {
    section: 'RFC 9113 §8.3',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'Pseudo-header fields must stand before all other fields.',
  },
  'headers/pseudo-unknown': {
    section: 'RFC 9113 §8.3',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'Pseudo-header fields must be those that the specification defines for this kind of message.',
  },
  'headers/pseudo-in-trailers': {
    section: 'RFC 9113 §8.1',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'Trailers must not contain pseudo-header fields.',
  },
  'headers/trailers-not-last': {
    section: 'RFC 9113 §8.1',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'HEADERS after the request or the final response must carry END_STREAM: they are trailers.',
  },
  'headers/informational-ended': {
    section: 'RFC 9113 §8.1',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'An informational response (1xx) must not carry END_STREAM.',
  },
  'headers/data-first': {
    section: 'RFC 9113 §8.1',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'DATA must follow the header section of its message.',
  },
  'headers/content-length-mismatch': {
    section: 'RFC 9113 §8.1.1',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'Content-Length must equal the sum of the DATA payloads of its message.',
  },
  'stream/even-id-from-client': {
    section: 'RFC 9113 §5.1.1',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'Streams that a client opens must have odd identifiers.',
  },
  'stream/id-not-increasing': {
    section: 'RFC 9113 §5.1.1',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'A new stream must have a greater identifier than all streams that its side opened or reserved before.',
  },
  'stream/idle-frame': {
    section: 'RFC 9113 §5.1',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'On an idle stream only PRIORITY and the HEADERS with which a client opens it are legal.',
  },
  'stream/reserved-frame': {
    section: 'RFC 9113 §5.1',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'On a promised stream only HEADERS and RST_STREAM from the server, WINDOW_UPDATE and RST_STREAM from the client, and PRIORITY are legal.',
  },
  'stream/half-closed-frame': {
    section: 'RFC 9113 §5.1',
    scope: 'stream',
    code: 'STREAM_CLOSED',
    text: 'After its END_STREAM a side may send only WINDOW_UPDATE, PRIORITY and RST_STREAM on a stream that the other side has not ended.',
  },
  'stream/closed-frame': {
    section: 'RFC 9113 §5.1',
    scope: 'connection',
    code: 'STREAM_CLOSED',
    text: 'After END_STREAM of both sides, or its own RST_STREAM, a side must not send HEADERS or DATA on the stream.',
  },
  'stream/frame-after-reset': {
    section: 'RFC 9113 §5.1',
    scope: 'connection',
    code: 'STREAM_CLOSED',
    text: 'After it received RST_STREAM a side must send nothing but PRIORITY on the stream; frames that crossed the RST_STREAM are legal.',
  },
  'stream/over-limit': {
    section: 'RFC 9113 §5.1.2',
    scope: 'stream',
    code: 'REFUSED_STREAM',
    text: "A side must not have more streams open than the other side's SETTINGS_MAX_CONCURRENT_STREAMS allows.",
  },
  'push/from-client': {
    section: 'RFC 9113 §8.4',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'A client must not send PUSH_PROMISE.',
  },
  'push/disabled': {
    section: 'RFC 9113 §8.4',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'A server must not push once it has acknowledged SETTINGS_ENABLE_PUSH 0.',
  },
  'push/enabled-by-server': {
    section: 'RFC 9113 §6.5.2',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'A server must not set SETTINGS_ENABLE_PUSH to 1.',
  },
  'push/bad-stream': {
    section: 'RFC 9113 §6.6',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'PUSH_PROMISE must come on a stream of the client that the server has not ended.',
  },
  'push/bad-promised-stream': {
    section: 'RFC 9113 §6.6',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'A promised stream must be idle: an even identifier above all that the server used before.',
  },
  'goaway/last-stream-increased': {
    section: 'RFC 9113 §6.8',
    scope: 'connection',
    code: 'PROTOCOL_ERROR',
    text: 'A further GOAWAY must not name a higher last stream than the one before.',
  },
  'goaway/stream-opened-after': {
    section: 'RFC 9113 §6.8',
    scope: 'stream',
    code: 'REFUSED_STREAM',
    text: 'A side that received GOAWAY must not open further streams.',
  },
  'flood/resets': {
    section: 'RFC 9113 §10.5',
    scope: 'connection',
    code: 'ENHANCE_YOUR_CALM',
    text: 'Streams may be reset, or made to be reset by breaking rules, only as often as the receiver is ready to bear.',
  },
  'flood/overhead': {
    section: 'RFC 9113 §10.5',
    scope: 'connection',
    code: 'ENHANCE_YOUR_CALM',
    text: 'Frames that make work and carry nothing may come only as often as the receiver is ready to bear.',
  },
  'flood/unread': {
    section: 'RFC 9113 §10.5',
    scope: 'connection',
    code: 'ENHANCE_YOUR_CALM',
    text: 'A side that causes answers must read them: only so many octets of answers are kept for it.',
  },
  'hpack/invalid': {
    section: 'RFC 9113 §4.3',
    scope: 'connection',
    code: 'COMPRESSION_ERROR',
    text: 'A header block must be decodable.',
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof rules;

/** A peer broke a rule. A value, never an exception. */
export interface Violation {
  readonly rule: RuleId;
  /** Who broke it. */
  readonly by: Side;
  /** 0 when the rule concerns the connection. */
  readonly stream: number;
  /** What was seen, with its numbers, as one English sentence for evidence lines. */
  readonly detail: string;
}

/** What the violation ends: windows exist on streams and on stream 0, the connection, with the same rules (RFC 9113 §6.9). */
export function violationScope(violation: Violation): Rule['scope'] {
  return violation.stream === 0 ? 'connection' : rules[violation.rule].scope;
}

/**
 * The rule catalogue: each protocol rule once, with its section, the scope of the error that breaking it makes,
 * and the error code. Engine, observer, diagnosis and documentation refer to rules by id.
 */
import type { Side } from '#base';
import type { ErrorCodeName } from './frames/codes.ts';

export interface Rule {
  readonly section: string;
  /** What a receiver must end: the connection or the stream (RFC 9113 §5.4). */
  readonly scope: 'connection' | 'stream';
  readonly code: ErrorCodeName;
  /** The rule as one sentence, in the words of the specification where they decide. */
  readonly text: string;
}

export const rules = {
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
  'window/zero-increment': {
    section: 'RFC 9113 §6.9',
    scope: 'stream',
    code: 'PROTOCOL_ERROR',
    text: 'WINDOW_UPDATE must add at least 1; on stream 0 the error concerns the connection.',
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

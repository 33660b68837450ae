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

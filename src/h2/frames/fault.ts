/** What a peer did wrong, before anybody has said which peer: the wire half knows rules and streams, not roles. */
import type { RuleId } from '../rules.ts';

export interface Fault {
  readonly rule: RuleId;
  /** 0 when the fault concerns the connection, or when whoever found it cannot know the stream. */
  readonly stream: number;
  /** What was seen, with its numbers, as one English sentence. */
  readonly detail: string;
}

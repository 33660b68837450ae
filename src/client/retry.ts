/**
 * Whether a call whose stream ended badly is sent again. Here: transparent retries only, of calls that the server's
 * application never saw (gRFC A6, "Transparent Retries"). A retry policy of a service config has its place behind the same face.
 */
import { ErrorCode, type StreamEnding } from '#h2';
import { MAYBE_PROCESSED } from './failure-text.ts';

export interface RetryFacts {
  readonly ending: StreamEnding;
  /** Response headers reached the caller: what it saw cannot be taken back. */
  readonly responseBegan: boolean;
  /** Some messages are no longer kept, because the call sent more than its buffer holds. */
  readonly messagesDropped: boolean;
  /** Retries so far because of RST_STREAM(REFUSED_STREAM), and because of GOAWAY. */
  readonly refusals: number;
  readonly farewells: number;
}

export type RetryVerdict =
  | { readonly again: true; readonly because: 'never-left' | 'refused' | 'farewell' }
  /** `why` as one English sentence. */
  | { readonly again: false; readonly why: string };

export interface RetryPolicy {
  judge(facts: RetryFacts): RetryVerdict;
}

/** A6: a stream that the server's library refused "will be retried at most once": more would multiply an overload. */
const REFUSALS_MAX = 1;
/**
 * A GOAWAY says the same, but takes its connection with it: each further attempt waits for a new one, paced by the backoff,
 * so repeating multiplies nothing. Without a limit at all a server that says GOAWAY to everybody would hold calls for ever.
 */
const FAREWELLS_MAX = 10;

/** May the server's application have seen the call that ended so? */
export function processedBy(ending: StreamEnding): 'no' | 'maybe' {
  switch (ending.kind) {
    case 'unprocessed':
      return 'no';
    case 'reset':
      return ending.by === 'peer' && ending.errorCode === ErrorCode.REFUSED_STREAM ? 'no' : 'maybe';
    case 'connection':
      return ending.sent ? 'maybe' : 'no';
    case 'complete':
      return 'maybe';
  }
}

export const transparentRetries: RetryPolicy = {
  judge(facts: RetryFacts): RetryVerdict {
    const { ending } = facts;
    if (facts.responseBegan) return no('It was not retried because its response had begun.');
    if (processedBy(ending) === 'maybe') return no(MAYBE_PROCESSED);
    if (facts.messagesDropped) {
      return no('It was not retried because it had sent more than the retry buffer holds (retryBufferBytes).');
    }
    if (ending.kind === 'connection') return { again: true, because: 'never-left' };
    if (ending.kind === 'unprocessed') {
      if (facts.farewells < FAREWELLS_MAX) return { again: true, because: 'farewell' };
      return no(`It was not retried again because ${FAREWELLS_MAX} further connections ended the same way.`);
    }
    if (facts.refusals < REFUSALS_MAX) return { again: true, because: 'refused' };
    return no('It was not retried again because the server had refused it twice.');
  },
};

function no(why: string): RetryVerdict {
  return { again: false, why };
}

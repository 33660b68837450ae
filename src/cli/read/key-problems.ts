/** What the secrets of TLS connections were good for, where it was not what the user hoped. */
import type { KeyLog } from '#tls';
import type { TlsContent } from '#trace';
import type { Survey, Tally } from './survey.ts';

export type KeyProblem =
  /** There are secrets, and no TLS connection. */
  | { readonly layer: 'keys'; readonly kind: 'no-tls'; readonly sessions: number }
  /** Connections that stayed closed, by why. */
  | {
      readonly layer: 'keys';
      readonly kind: Exclude<TlsContent['outcome'], 'decrypted'>;
      readonly sessions: number;
      readonly tally: Tally;
    };

const OUTCOMES = [
  'no-keys',
  'missing-secret',
  'wrong-keys',
  'unsupported',
  'handshake-not-captured',
  'lost-place',
] as const;

/** Nothing where there are no secrets: then the report says that connections are encrypted, and how to get keys. */
export function keyProblems(survey: Survey, { sessions }: KeyLog): readonly KeyProblem[] {
  if (sessions === 0) return [];
  const closed = OUTCOMES.map((kind) => ({ kind, tally: survey.contentsOf(kind) })).filter(
    ({ tally }) => tally.connections > 0,
  );
  if (closed.length === 0 && survey.contentsOf('decrypted').connections === 0 && !survey.sawTls) {
    return [{ layer: 'keys', kind: 'no-tls', sessions }];
  }
  return closed.map(({ kind, tally }) => ({ layer: 'keys', kind, sessions, tally }));
}

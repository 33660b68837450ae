/** The two ends of a connection, named by their role in HTTP/2 (RFC 9113 §1). */
export type Side = 'client' | 'server';

/** The end opposite to `side`. */
export function otherSide(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

/** Names of message encodings as header fields list them (gRPC over HTTP/2, "Content-Coding"). */

/** Not compressed. */
export const IDENTITY = 'identity';

export const NO_ENCODINGS: readonly string[] = [];

/** Peers send one of a few lists, again and again: the lists of the implementations in use and some orders of their own. */
const REMEMBERED_MAX = 32;

/** More names in one list are ignored: five are registered, and each costs memory for as long as the list is remembered. */
const NAMES_MAX = 16;

const remembered = new Map<string, readonly string[]>();

/** The names in `grpc-accept-encoding`, `identity` left out: it is always allowed. */
export function encodingsOf(list: string): readonly string[] {
  const known = remembered.get(list);
  if (known !== undefined) return known;
  const names = list
    .split(',', NAMES_MAX)
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== IDENTITY);
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(list, names);
  return names;
}

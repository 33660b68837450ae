/** What can be wrong with an input before anybody has looked at its contents. A value: the reader goes on with what it has. */
export type InputFault =
  | { readonly kind: 'not-found' | 'no-permission' | 'is-directory' }
  /** Any other refusal of the operating system, in its own words. */
  | { readonly kind: 'unreadable'; readonly detail: string }
  /** The compressed file ends before its last block: what could be decompressed was delivered. */
  | { readonly kind: 'gzip-truncated' }
  /** The compressed octets are not gzip from here on; `detail` is zlib's sentence. */
  | { readonly kind: 'gzip-damaged'; readonly detail: string };

type PlainFault = 'not-found' | 'no-permission' | 'is-directory';

const faultByErrno: Readonly<Record<string, PlainFault>> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EACCES: 'no-permission',
  EPERM: 'no-permission',
  EISDIR: 'is-directory',
};

/** The fault behind an exception of `node:fs`. */
export function faultOf(error: unknown): InputFault {
  const kind = faultByErrno[errnoOf(error) ?? ''];
  return kind === undefined ? { kind: 'unreadable', detail: messageOf(error) } : { kind };
}

/** `ENOENT` and its like; undefined for errors that carry no code. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

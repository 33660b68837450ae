/** What stands in the way of reading .proto files and descriptor sets. */

export type ProtoProblem =
  | { readonly kind: 'not-found' | 'no-permission' | 'not-descriptors' | 'no-files'; readonly path: string }
  | { readonly kind: 'unreadable'; readonly path: string; readonly detail: string }
  | { readonly kind: 'too-large'; readonly path: string; readonly bytesMax: number }
  | { readonly kind: 'too-many'; readonly path: string; readonly filesMax: number }
  /** `line` undefined where the fault is in the whole: a name that is defined twice. */
  | { readonly kind: 'syntax'; readonly path: string; readonly line: number | undefined; readonly detail: string }
  /** Types are missing, and these files that may have them were not found. */
  | { readonly kind: 'import'; readonly path: string; readonly name: string; readonly types: readonly string[] };

/** A fault of the file system by its errno. */
export function fileProblem(path: string, error: unknown): ProtoProblem {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'not-found', path };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'no-permission', path };
  return { kind: 'unreadable', path, detail: error instanceof Error ? error.message : String(error) };
}

/** Finding and reading files: named ones, those below a directory, and those that others import. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileProblem, type ProtoProblem } from './problem.ts';

/** Descriptor sets of whole companies have some ten megabytes. */
const FILE_BYTES_MAX = 67_108_864;
/** All .proto files of Google's public interfaces are some 8,000. */
export const FILES_MAX = 20_000;
/** Folders that hold copies of others' files, or none. */
const PASSED_OVER: ReadonlySet<string> = new Set(['node_modules', '.git', '.hg', '.svn']);

export async function readBounded(path: string): Promise<Uint8Array | ProtoProblem> {
  try {
    if ((await stat(path)).size > FILE_BYTES_MAX) return { kind: 'too-large', path, bytesMax: FILE_BYTES_MAX };
    return await readFile(path);
  } catch (error) {
    return fileProblem(path, error);
  }
}

/** The .proto files below a directory, or the file itself. */
export async function listFiles(path: string): Promise<readonly string[] | ProtoProblem> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const found: string[] = [];
    await collect(path, found);
    if (found.length > FILES_MAX) return { kind: 'too-many', path, filesMax: FILES_MAX };
    return found.length === 0 ? { kind: 'no-files', path } : found.sort();
  } catch (error) {
    return fileProblem(path, error);
  }
}

async function collect(folder: string, found: string[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (found.length > FILES_MAX) return;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!PASSED_OVER.has(entry.name)) await collect(path, found);
    } else if (entry.name.endsWith('.proto')) {
      found.push(path);
    }
  }
}

/** Folders above a file in which its imports are looked for: deeper trees of packages do not occur. */
const ANCESTORS_MAX = 32;

/**
 * The file that `name` means in `importer`: below one of `roots`, else below the nearest folder above the importer that has
 * it, which is the import root in any usual tree.
 */
export async function findImport(
  name: string,
  importer: string,
  roots: readonly string[],
): Promise<string | undefined> {
  const folders = [...roots];
  for (let folder = dirname(importer); folders.length < roots.length + ANCESTORS_MAX; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === dirname(folder)) break;
  }
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      if ((await stat(path)).isFile()) return path;
    } catch {
      // It is not there: the next folder may have it.
    }
  }
  return undefined;
}

/** Files of the package, wherever the program stands in it: in src/, compiled in dist/cli, bundled in dist/bin. */
import { existsSync, readFileSync } from 'node:fs';

/** The text of a file; `path` begins at the package's folder. */
export function readPackageFile(path: string): string {
  let folder = new URL('.', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) {
    const above = new URL('..', folder);
    // At the root of the file system: what reads `path` from here says best what is missing.
    if (above.href === folder.href) break;
    folder = above;
  }
  return readFileSync(new URL(path, folder), 'utf8');
}

/** What a client printed, as a file that `calmwire explain` reads. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { work } from '../../lib/programs.mjs';

export function saved(name, text) {
  const file = join(work, 'run', name);
  writeFileSync(file, text);
  return file;
}

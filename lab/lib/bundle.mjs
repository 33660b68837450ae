/** Makes one JavaScript file of TypeScript sources, so that any Node runs them in as many processes as there are cores. */
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const root = new URL('../..', import.meta.url).pathname;

/** Bundles `entry` (a path in the repository) into lab/.work and returns where. */
export async function bundle(entry) {
  const file = join(root, 'lab/.work/bundles', `${entry.replaceAll('/', '-').replace(/\.ts$/, '')}.mjs`);
  const build = await rolldown({
    input: join(root, entry),
    platform: 'node',
    resolve: { conditionNames: ['calmwire-source', 'node', 'import', 'default'] },
    // The place of a source file, which tests find the fixtures by.
    transform: { define: { 'import.meta.url': JSON.stringify(`file://${join(root, entry)}`) } },
  });
  await build.write({ file, format: 'esm', codeSplitting: false });
  return file;
}

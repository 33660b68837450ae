/**
 * Code of a .proto file for our side, by protoc-gen-es, into lab/.work/gen: made anew at each start, within half a
 * second.
 */
import { join } from 'node:path';
import { lab, root, run, work } from './programs.mjs';

/** Generates from all .proto files of `folder` (below lab/) and returns the URL of the file made from `file`.proto. */
export async function generate(folder, file) {
  const out = join(work, 'gen', folder.replaceAll('/', '-'));
  const plugin = join(root, 'node_modules', '.bin', 'protoc-gen-es');
  const template = { version: 'v2', plugins: [{ local: plugin, out, opt: ['target=js', 'import_extension=js'] }] };
  const buf = join(root, 'node_modules', '.bin', 'buf');
  const made = await run([buf, 'generate', join(lab, folder), '--template', JSON.stringify(template)]);
  if (!made.ok) throw new Error(`buf generate: ${made.stderr}${made.stdout}`);
  return new URL(`file://${out}/${file}_pb.js`).href;
}

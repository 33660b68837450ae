/** The files in certificates/, wherever the compiled examples run. */
import { fileURLToPath } from 'node:url';

const root = new URL(import.meta.url.includes('/dist/') ? '../../../' : '../../', import.meta.url);

export function certificate(name: string): { readonly file: string } {
  return { file: fileURLToPath(new URL(`examples/rpc/certificates/${name}`, root)) };
}

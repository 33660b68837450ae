// `npm run example -- NAME [ARGUMENT...]` runs an example of this folder, which the build has compiled.
import { existsSync, readdirSync } from 'node:fs';

const parts = new Set(['shop', 'certificates']);
const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .filter((name) => !parts.has(name));

const name = process.argv[2];
if (!names.includes(name)) {
  console.error(`npm run example -- NAME, where NAME is one of: ${names.join(', ')}`);
  process.exit(2);
}
const compiled = new URL(`../../dist/.build/examples/${name}.js`, import.meta.url);
if (!existsSync(compiled)) {
  console.error('run `npm run build` first');
  process.exit(2);
}
process.argv.splice(1, 2, name);
await import(compiled);

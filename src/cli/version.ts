/** Which calmwire this is. */
import { readFileSync } from 'node:fs';

/** From package.json, which stands beside dist/ and src/ alike. */
export function packageVersion(): string {
  const content: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof content !== 'object' || content === null || !('version' in content)) return '0';
  return String(content.version);
}

/** Which calmwire this is. */
import { readPackageFile } from './package-file.ts';

export function packageVersion(): string {
  const content: unknown = JSON.parse(readPackageFile('package.json'));
  if (typeof content !== 'object' || content === null || !('version' in content)) return '0';
  return String(content.version);
}

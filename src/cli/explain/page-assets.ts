/** The script and the style of the HTML report, as `tools/build-report-page.mjs` made them. */
import { readFileSync } from 'node:fs';
import type { PageAssets } from '#diagnose';

/** From dist/report-page, which stands beside dist/cli and, seen from src/cli, in dist/ alike. */
export function pageAssets(): PageAssets {
  const content: unknown = JSON.parse(
    readFileSync(new URL('../../../dist/report-page/assets.json', import.meta.url), 'utf8'),
  );
  const read = (name: keyof PageAssets): string => {
    const value: unknown =
      typeof content === 'object' && content !== null
        ? Object.getOwnPropertyDescriptor(content, name)?.value
        : undefined;
    return typeof value === 'string' ? value : '';
  };
  return {
    script: read('script'),
    scriptHash: read('scriptHash'),
    style: read('style'),
    styleHash: read('styleHash'),
  };
}

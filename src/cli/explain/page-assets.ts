/** The script and the style of the HTML report, as `tools/build-report-page.mjs` made them. */
import type { PageAssets } from '#diagnose';
import { readPackageFile } from '../package-file.ts';

export function pageAssets(): PageAssets {
  const content: unknown = JSON.parse(readPackageFile('dist/report-page/assets.json'));
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

import { defineConfig } from 'vitest/config';

// `source` makes `#layer` imports resolve to src/, so the tests run on the sources without a build.
export default defineConfig({
  ssr: { resolve: { conditions: ['source'] } },
  resolve: { conditions: ['source'] },
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000 },
});

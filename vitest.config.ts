import { defineConfig } from 'vitest/config';

// `calmwire-source` makes `#layer` imports resolve to src/, so the tests run on the sources without a build.
export default defineConfig({
  ssr: { resolve: { conditions: ['calmwire-source'] } },
  resolve: { conditions: ['calmwire-source'] },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    globalSetup: ['test/global-setup.ts'],
    testTimeout: 60_000,
    maxWorkers: '100%',
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{broker,ingest,api,web,db,plume,simulators,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/faults/**', 'test/pages/**', 'test/site/**'],
    globalSetup: ['test/support/in-memory.ts', 'test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Files run one after another in the same process and share what they import: loading it anew for each took a third of the run.
    isolate: false,
  },
});

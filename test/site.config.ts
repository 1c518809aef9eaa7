import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests of the whole site: services as processes, terminals over the wire, days that are evaluated, on both engines. Minutes. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/site/**/*.test.ts'],
    globalSetup: ['test/support/in-memory.ts', 'test/support/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});

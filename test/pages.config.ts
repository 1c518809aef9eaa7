import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests that drive the console in a real browser: each starts a whole service, so they run one after another and beside no others. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/pages/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    fileParallelism: false,
    // Each step of a page has limits of its own (PATIENCE_MS); these end what hangs on a machine that is busy with much else.
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    expect: { poll: { timeout: 180_000, interval: 250 } },
  },
});

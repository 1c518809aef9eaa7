import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const PASSES = ['short', 'full'] as const;
type Pass = (typeof PASSES)[number];

const asked = process.env.PLUME_FAULTS ?? 'full';
const pass = PASSES.find((known): known is Pass => known === asked);
if (pass === undefined) throw new Error(`PLUME_FAULTS is '${asked}'; it may be ${PASSES.join(' or ')}`);

const MINUTE_MS = 60_000;

/**
 * Fault tests end servers and processes, so they run one after another and never beside other tests. `PLUME_FAULTS=short`
 * gives each a few rounds (minutes in all); `full`, the default, gives the rounds that the promises are measured by (an hour or more).
 * A test reads its rounds with `inject('faults')`.
 */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    provide: { faults: pass },
    fileParallelism: false,
    maxConcurrency: 1,
    testTimeout: pass === 'short' ? 5 * MINUTE_MS : 30 * MINUTE_MS,
    hookTimeout: 2 * MINUTE_MS,
    teardownTimeout: MINUTE_MS,
  },
});

declare module 'vitest' {
  interface ProvidedContext {
    /** How long the fault tests go on: `short` in each submission's check, `full` before a release. */
    faults: Pass;
  }
}

import type { Tunable } from '../catalogue/tunable.ts';
import { LIMIT_PARAMETERS } from './limit-parameters.ts';
import { TEST_PARAMETERS } from './signal-test-parameters.ts';

/** Numbers of stage 2: limits, persistence, preconditions, and the thresholds of every rule. */
export const VERDICT_PARAMETERS = { ...LIMIT_PARAMETERS, ...TEST_PARAMETERS } as const satisfies Readonly<
  Record<string, Tunable>
>;

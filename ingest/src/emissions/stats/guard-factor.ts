import { type Sourced, type ValuesOf, valuesOf } from '../sourced.ts';

/** Relative standard uncertainties of a window result (emissions §4, E20). */
export const UNCERTAINTY = {
  sensor: { value: 0.15, unit: '1', source: 'NOx sensors, OBM against PEMS (Zhang 2020), emissions §4', mark: 'eng' },
  air: { value: 0.05, unit: '1', source: 'exhaust flow, emissions §4', mark: 'eng' },
  torque: { value: 0.04, unit: '1', source: 'torque and reference torque, emissions §4', mark: 'eng' },
  fuel: { value: 0.05, unit: '1', source: 'fuel flow, emissions §4', mark: 'eng' },
} as const satisfies Readonly<Record<string, Sourced>>;

/** One-sided 95 % point of the normal distribution, as the method writes it. */
const ONE_SIDED_95 = 1.645;

/** Relative standard uncertainty: the root of the sum of squares (emissions §4, E20). */
export function combinedUncertainty(given: Partial<ValuesOf<typeof UNCERTAINTY>> = {}): number {
  return Math.sqrt(Object.values(valuesOf(UNCERTAINTY, given)).reduce((sum, part) => sum + part * part, 0));
}

/** Guard factor 1 + 1.645·u: a result is surely above a limit when it is above the limit times this (emissions §4, E20). */
export function guardFactor(given: Partial<ValuesOf<typeof UNCERTAINTY>> = {}): number {
  return 1 + ONE_SIDED_95 * combinedUncertainty(given);
}

import type { FactorPair } from '@plume/db';
import type { MeasureId } from './measures.ts';

/** Factors that are asked of single truck-days: for distributions and rankings. */
export const FACTOR_IDS = ['noxGPerKwh', 'noxGPerKgFuel', 'noxGPerKm', 'noxGPerHour', 'idleNoxGPerHour', 'noxKgPerDay'] as const;
export type FactorId = (typeof FACTOR_IDS)[number] & MeasureId;

/** The sums of a factor, and by what their quotient is multiplied to be in the measure's unit. */
export const FACTORS: Readonly<Record<FactorId, { readonly pair: FactorPair; readonly times: number }>> = {
  noxGPerKwh: { pair: 'work', times: 1 },
  noxGPerKgFuel: { pair: 'fuel', times: 1 },
  noxGPerKm: { pair: 'distance', times: 1 },
  noxGPerHour: { pair: 'time', times: 3600 },
  idleNoxGPerHour: { pair: 'idle', times: 3600 },
  noxKgPerDay: { pair: 'day', times: 0.001 },
};

/** Factors that trucks are ranked by: those with a base in every operating bin. */
export const RANKED_IDS = ['noxGPerKwh', 'noxGPerKgFuel', 'noxGPerKm'] as const satisfies readonly FactorId[];
export type RankedId = (typeof RANKED_IDS)[number];

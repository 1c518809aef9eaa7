import {
  type Derived,
  MOVES_VEHICLES,
  OPERATING_MODES,
  operatingModes,
  SUMS_LENGTH,
  sumsByBin,
  totalsFrom,
  validOf,
} from '@plume/ingest/emissions';
import type { ModeDay } from './day-summary.ts';

/** The vehicle whose road load and mass stand for every truck: modes of one fleet are compared with each other (emissions §7.1). */
export const MODES_OF = 'combinationMy2010' satisfies keyof typeof MOVES_VEHICLES;
const MODE_COUNT = Math.max(...OPERATING_MODES) + 1;

/**
 * Sums of a day by MOVES operating mode (by its number), from measured speed and its change, as `sumsByBin` gives them. Null when samples
 * are more than 1 s apart or no speed was sent: a mode needs the acceleration.
 */
export function modeSums(day: Derived): Float64Array | null {
  const { trace } = day;
  if (trace.columns.speedKmh === undefined || trace.periodS > 1) return null;
  const kmh = validOf(trace, 'speedKmh');
  return sumsByBin(day, operatingModes(trace.timeSec, kmh, MOVES_VEHICLES[MODES_OF]), MODE_COUNT);
}

/** Of the sums by mode seconds and NOx over the running seconds with a valid NOx mass; modes that did not occur are left out. */
export function modesDay(sums: Float64Array): ModeDay[] {
  return OPERATING_MODES.flatMap((mode) => {
    const { noxValidS, noxG } = totalsFrom(sums, mode * SUMS_LENGTH);
    return noxValidS > 0 ? [{ mode, seconds: noxValidS, noxG }] : [];
  });
}

import { type Derived, ENGINE, MOVES_VEHICLES, OPERATING_MODES, operatingModes, validAt } from '@plume/ingest/emissions';
import type { ModeDay } from './day-summary.ts';

/** The vehicle whose road load and mass stand for every truck: modes of one fleet are compared with each other (emissions §7.1). */
export const MODES_OF = 'combinationMy2010' satisfies keyof typeof MOVES_VEHICLES;

/**
 * Seconds and NOx by MOVES operating mode over the running seconds with a valid NOx mass, from measured speed and its change; modes that
 * did not occur are left out. Null when samples are more than 1 s apart or no speed was sent: a mode needs the acceleration.
 */
export function modesDay(day: Derived): ModeDay[] | null {
  const { trace, coverS, noxGs, noxValid } = day;
  const speed = trace.columns.speedKmh;
  if (speed === undefined || trace.periodS > 1) return null;
  const kmh = new Float64Array(trace.count);
  for (let i = 0; i < trace.count; i += 1) kmh[i] = validAt(speed, i);
  const modes = operatingModes(trace.timeSec, kmh, MOVES_VEHICLES[MODES_OF]);
  const seconds = new Float64Array(Math.max(...OPERATING_MODES) + 1);
  const grams = new Float64Array(seconds.length);
  for (let i = 0; i < trace.count; i += 1) {
    const mode = modes[i] as number;
    const nox = noxGs[i] as number;
    if (mode < 0 || noxValid[i] !== 1 || trace.engine[i] !== ENGINE.on || Number.isNaN(nox)) continue;
    const s = coverS[i] as number;
    seconds[mode] = (seconds[mode] as number) + s;
    grams[mode] = (grams[mode] as number) + nox * s;
  }
  return OPERATING_MODES.filter((mode) => (seconds[mode] as number) > 0).map((mode) => ({
    mode,
    seconds: seconds[mode] as number,
    noxG: grams[mode] as number,
  }));
}

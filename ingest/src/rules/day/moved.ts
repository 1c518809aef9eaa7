import { type JudgedTrace, validAt } from '@plume/ingest/emissions';
import type { TankNumbers } from './tank-limits.ts';

const M_PER_DEGREE = 111_195;

/** Whether a truck moved between two samples, by odometer, else by position; null: not known. */
export function movedBetween(trace: JudgedTrace, i: number, j: number, parameters: TankNumbers): boolean | null {
  const { odometerKm, lonDeg, latDeg } = trace.columns;
  const km = validAt(odometerKm, j) - validAt(odometerKm, i);
  if (!Number.isNaN(km)) return km >= parameters.movedKm;
  return movedOnMap(validAt(lonDeg, i), validAt(latDeg, i), validAt(lonDeg, j), validAt(latDeg, j), parameters.movedM);
}

/** Whether two positions lie further apart than that [m]; null when one is not known. */
export function movedOnMap(lonA: number, latA: number, lonB: number, latB: number, mostM: number): boolean | null {
  const north = (latB - latA) * M_PER_DEGREE;
  const east = (lonB - lonA) * M_PER_DEGREE * Math.cos((latA * Math.PI) / 180);
  const metres = Math.hypot(north, east);
  return Number.isNaN(metres) ? null : metres > mostM;
}

import type { DaySummary, TankEvent, TankMark } from '../day/day-summary.ts';
import { overnight, undoes } from '../day/overnight.ts';
import type { Case } from './case.ts';

/** The two tanks as they stand in a day's summary. */
export type Tank = 'fuelTank' | 'ureaTank';

/** What lies between the last mark of a day and the first of a later one. */
export interface Between {
  readonly event: TankEvent | null;
  /** Level used meanwhile [%] where no event explains it, with the fuel [L] and distance [km]; null: cannot be said. */
  readonly used: { readonly pct: number; readonly fuelL: number; readonly km: number } | null;
}

/** What became of a tank from the last mark of a day to the first of a later one; null: one of them is missing. */
export function between(on: Case, tank: Tank, day: DaySummary, next: DaySummary): Between | null {
  const [last, first] = [day[tank].last, next[tank].first];
  if (last === null || first === null) return null;
  const event = overnight(last, first, tank === 'fuelTank' ? 'fuel' : 'urea', next.facts, on.parameters.tanks);
  return { event, used: event === null ? usedBetween(last, first, on) : null };
}

/** The level used between two marks without an event: of a parked truck, or of one whose fuel counter and odometer tell. */
function usedBetween(before: TankMark, after: TankMark, on: Case): Between['used'] {
  if (before.odometerKm === null || after.odometerKm === null) return null;
  const km = after.odometerKm - before.odometerKm;
  const pct = before.levelPct - after.levelPct;
  if (km >= 0 && km < on.parameters.tanks.movedKm) return { pct, fuelL: 0, km };
  if (before.fuelTotalL === null || after.fuelTotalL === null) return null;
  const fuelL = after.fuelTotalL - before.fuelTotalL;
  return km >= 0 && fuelL >= 0 ? { pct, fuelL, km } : null;
}

/**
 * The changes of a tank that belong to the day of the case: those within it and that of the night before it, in order. Two that take each
 * other back, as a gauge does that reads something else while the engine is off, are none.
 */
export function changesOfDay(on: Case, tank: Tank): TankEvent[] {
  const { day } = on;
  if (day === null) return [];
  const before = on.days.findLast((each) => each.date < day.date && each[tank].last !== null);
  const night = before === undefined ? null : (between(on, tank, before, day)?.event ?? null);
  const earlier = before?.[tank].events.at(-1);
  const own = [...(night === null ? [] : [night]), ...[...day[tank].events].sort((a, b) => a.fromSec - b.fromSec)];
  const row = [...(earlier === undefined ? [] : [earlier]), ...own];
  const undone = new Set<TankEvent>();
  for (const [i, event] of row.entries()) {
    const next = row[i + 1];
    if (next === undefined || undone.has(event) || !undoes(event, next, on.parameters.tanks)) continue;
    undone.add(event);
    undone.add(next);
  }
  return own.filter((event) => !undone.has(event));
}

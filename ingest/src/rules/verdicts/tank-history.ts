import type { TankDay, TankEvent } from '../day/day-summary.ts';
import { overnight, undoes } from '../day/overnight.ts';
import type { Case } from './case.ts';

/** The two tanks as they stand in a day's summary. */
export type Tank = 'fuelTank' | 'ureaTank';

/** What lies between the last mark of a day and the first of the next that has one. */
export interface Between {
  readonly before: string;
  readonly after: string;
  readonly event: TankEvent | null;
  /** Level used meanwhile [%] where no event explains it, with the fuel [L] and distance [km]; null: cannot be said. */
  readonly used: { readonly pct: number; readonly fuelL: number; readonly km: number } | null;
}

/** Every night between two days of a case that both have a mark, ascending. */
export function nights(on: Case, tank: Tank): Between[] {
  const known = on.days.filter((day) => day[tank].first !== null && day[tank].last !== null);
  const found: Between[] = [];
  for (const [i, day] of known.entries()) {
    const next = known[i + 1];
    const [last, first] = [day[tank].last, next?.[tank].first ?? null];
    if (next === undefined || last === null || first === null) continue;
    const event = overnight(last, first, tank === 'fuelTank' ? 'fuel' : 'urea', next.facts, on.parameters.tanks);
    found.push({
      before: day.date,
      after: next.date,
      event,
      used: event === null ? usedBetween(day[tank], next[tank], on) : null,
    });
  }
  return found;
}

/** The level used between two marks without an event: of a parked truck, or of one whose fuel counter and odometer tell. */
function usedBetween(day: TankDay, next: TankDay, on: Case): Between['used'] {
  const [before, after] = [day.last, next.first];
  if (before === null || after === null || before.odometerKm === null || after.odometerKm === null) return null;
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
  const night = nights(on, tank).find((each) => each.after === day.date);
  const earlier = on.days.find((each) => each.date === night?.before)?.[tank].events.at(-1);
  const own = [...(night?.event ? [night.event] : []), ...[...day[tank].events].sort((a, b) => a.fromSec - b.fromSec)];
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

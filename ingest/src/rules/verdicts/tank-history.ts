import type { Parameters } from '../catalogue/parameters.ts';
import type { TruckFacts } from '../day/day-input.ts';
import type { DaySummary, TankEvent, TankMark } from '../day/day-summary.ts';
import { movedOnMap } from '../day/moved.ts';
import { overnight, undoes } from '../day/overnight.ts';

/** The two tanks as they stand in a day's summary. */
export type Tank = 'fuelTank' | 'ureaTank';

/** What is looked at of a day. */
export type TankOfDay = Pick<DaySummary, 'date' | 'facts' | Tank>;

/** A day with those before it, ascending, as far as tanks are concerned; a case of a rule is one. */
export interface TankCase {
  readonly parameters: Pick<Parameters, 'tanks'>;
  readonly day: TankOfDay | null;
  readonly days: readonly TankOfDay[];
  readonly facts: TruckFacts;
}

/** What lies between the last mark of a day and the first of a later one. */
export interface Between {
  readonly event: TankEvent | null;
  /** Level used meanwhile [%] where no event explains it, with the fuel [L] and distance [km]; null: cannot be said. */
  readonly used: { readonly pct: number; readonly fuelL: number; readonly km: number } | null;
}

/** What became of a tank from the last mark of a day to the first of a later one; null: one of them is missing. */
export function between(on: TankCase, tank: Tank, day: TankOfDay, next: TankOfDay): Between | null {
  const [last, first] = [day[tank].last, next[tank].first];
  if (last === null || first === null) return null;
  const sizes = {
    fuelTankL: next.facts.fuelTankL ?? on.facts.fuelTankL,
    ureaTankL: next.facts.ureaTankL ?? on.facts.ureaTankL,
  };
  const event = overnight(last, first, tank === 'fuelTank' ? 'fuel' : 'urea', sizes, on.parameters.tanks);
  return { event, used: event === null ? usedBetween(last, first, on) : null };
}

/** The level used between two marks without an event: of a parked truck, or of one whose fuel counter and odometer tell. */
function usedBetween(before: TankMark, after: TankMark, on: TankCase): Between['used'] {
  if (before.odometerKm === null || after.odometerKm === null) return null;
  const km = after.odometerKm - before.odometerKm;
  const pct = before.levelPct - after.levelPct;
  if (km >= 0 && km < on.parameters.tanks.movedKm) return { pct, fuelL: 0, km };
  if (before.fuelTotalL === null || after.fuelTotalL === null) return null;
  const fuelL = after.fuelTotalL - before.fuelTotalL;
  return km >= 0 && fuelL >= 0 ? { pct, fuelL, km } : null;
}

/**
 * The changes of a tank that belong to the day of the case: that of the night before it, and those within it, in order. A night's change
 * that takes back the last one of the evening at the same place, or is taken back there in the morning, is a gauge that reads something
 * else while the engine is off: neither counts.
 */
export function changesOfDay(on: TankCase, tank: Tank): TankEvent[] {
  const { day } = on;
  if (day === null) return [];
  const own = [...day[tank].events].sort((a, b) => a.fromSec - b.fromSec);
  const before = on.days.findLast((each) => each.date < day.date && each[tank].last !== null);
  const night = before === undefined ? null : (between(on, tank, before, day)?.event ?? null);
  if (night === null) return own;
  const evening = before?.[tank].events.at(-1);
  if (evening !== undefined && takesBack(evening, night, evening, before?.[tank].last ?? null, on)) return own;
  const [morning, ...rest] = own;
  return morning !== undefined && takesBack(night, morning, morning, day[tank].first, on) ? rest : [night, ...own];
}

/** Whether the second of two changes takes back the first, the one within a day having been where that day's mark is. */
function takesBack(first: TankEvent, second: TankEvent, within: TankEvent, mark: TankMark | null, on: TankCase): boolean {
  const { tanks } = on.parameters;
  return mark !== null && undoes(first, second, tanks) && !moved(within, mark, tanks.movedM);
}

function moved(event: TankEvent, mark: TankMark, mostM: number): boolean {
  const or = (value: number | null): number => value ?? Number.NaN;
  return movedOnMap(or(event.lonDeg), or(event.latDeg), or(mark.lonDeg), or(mark.latDeg), mostM) === true;
}

/** The changes of a tank over consecutive days of a truck, each as the rules see it, in order: days ascending. */
export function tankChanges(days: readonly TankOfDay[], tank: Tank, parameters: Pick<Parameters, 'tanks'>): TankEvent[] {
  return days.flatMap((day, i) => changesOfDay({ parameters, day, days: days.slice(0, i + 1), facts: day.facts }, tank));
}

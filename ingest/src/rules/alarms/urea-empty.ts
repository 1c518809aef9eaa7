import { type Derived, ENGINE, JUDGED, median, validAt } from '@plume/ingest/emissions';
import type { Parameters } from '../catalogue/parameters.ts';
import type { TruckFacts } from '../day/day-input.ts';
import type { Sight } from './alarm.ts';

/** Longest time [s] without a reading inside the five minutes. */
const LONGEST_STEP_S = 65;

/**
 * An empty urea tank: every reading of the last 5 minutes of a running engine at or below 3 %. Over when the median of the last minute is
 * above 8 %, engine on or off. Readings of a solution that may be frozen do not count: the tank's temperature tells, else the air's.
 */
export function seeUrea({ trace }: Derived, i: number, facts: TruckFacts, { alarms, tanks }: Parameters): Sight {
  const column = trace.columns.ureaLevelPct;
  if (column === undefined || facts.hasScr === false) return { sees: 'over' };
  const { ureaTankTempC, ambientTempC } = trace.columns;
  const atSec = trace.timeSec[i] as number;
  const last: number[] = [];
  let empty = trace.engine[i] === ENGINE.on;
  let before = atSec;
  let levelPct = Number.NaN;
  for (let k = i; k >= 0 && (trace.timeSec[k] as number) >= atSec - alarms.ureaEmptyS; k -= 1) {
    const sec = trace.timeSec[k] as number;
    if (trace.engine[k] !== ENGINE.on) empty = false;
    const tank = validAt(ureaTankTempC, k);
    const cold = Number.isNaN(tank) ? validAt(ambientTempC, k) : tank;
    if (column.codes[k] !== JUDGED.valid || cold < tanks.freezeC) continue;
    const level = column.values[k] as number;
    if (Number.isNaN(levelPct)) levelPct = level;
    if (sec >= atSec - alarms.ureaEndS) last.push(level);
    if (level > alarms.ureaEmptyPct || before - sec > LONGEST_STEP_S) empty = false;
    before = sec;
  }
  if (last.length > 0 && median(last) > alarms.ureaEndPct) return { sees: 'over' };
  const whole = atSec - before >= alarms.ureaEmptyS - Math.max(1, trace.periodS);
  if (!empty || !whole) return { sees: 'nothing' };
  return { sees: 'holds', sinceSec: before, figures: { levelPct } };
}

import { reasonOf } from '../catalogue/reasons.ts';
import type { TankDay, TankEvent } from '../day/day-summary.ts';
import type { Level, Outcome, RuleId } from '../finding.ts';
import type { Case } from './case.ts';
import { clear, found, notEvaluated, type Said } from './outcomes.ts';
import { changesOfDay, type Tank } from './tank-history.ts';

/** R-FUEL-REFILL: fuel was filled in. A fact of the day (emissions §5.5). */
export function judgeFuelRefill(on: Case): Outcome {
  return judgeEvents('R-FUEL-REFILL', 'event', on, 'fuelTank', ['refill']);
}

/** R-FUEL-THEFT: fuel left the tank of a standing truck, or faster than the engine burnt it; slowly, it may be a leak (emissions §5.5). [eng] */
export function judgeFuelTheft(on: Case): Outcome {
  return judgeEvents('R-FUEL-THEFT', 'attention', on, 'fuelTank', ['theft', 'drain']);
}

/** R-UREA-REFILL: urea was filled in. A fact of the day (emissions §5.5). */
export function judgeUreaRefill(on: Case): Outcome {
  return judgeEvents('R-UREA-REFILL', 'event', on, 'ureaTank', ['refill']);
}

/** R-UREA-DRAIN: urea left the tank otherwise than through the engine (emissions §5.5). [eng] */
export function judgeUreaDrain(on: Case): Outcome {
  return judgeEvents('R-UREA-DRAIN', 'attention', on, 'ureaTank', ['drain', 'theft']);
}

function judgeEvents(rule: RuleId, level: Level, on: Case, tank: Tank, kinds: readonly TankEvent['kind'][]): Outcome {
  const { day } = on;
  const why = noTank(on, tank);
  if (day === null || why !== null) return notEvaluated(rule, why ?? 'noData');
  const events = changesOfDay(on, tank).filter((event) => kinds.includes(event.kind));
  if (events.length === 0) return clear(rule, { events: 0 });
  const litres = events.every((event) => event.litres !== null)
    ? events.reduce((sum, { litres: each }) => sum + (each ?? 0), 0)
    : null;
  const largest = events.reduce((most, event) => (change(event) > change(most) ? event : most));
  const figures: Said = {
    events: events.length,
    litres,
    beforePct: largest.beforePct,
    afterPct: largest.afterPct,
    eventKind: largest.kind,
    standing: largest.standing ? 'yes' : 'no',
    lonDeg: largest.lonDeg,
    latDeg: largest.latDeg,
  };
  return found(rule, level, figures, {
    days: [day.date],
    stretches: events.map(({ fromSec, toSec }) => ({ fromSec, toSec })),
    caveats: litres === null ? ['tankSizeUnknown'] : [],
  });
}

function change(event: TankEvent): number {
  return Math.abs(event.afterPct - event.beforePct);
}

function noTank({ day, facts }: Case, tank: Tank): ReturnType<typeof reasonOf> | null {
  if (day === null) return 'noData';
  if (tank === 'ureaTank' && facts.hasScr === false) return 'noScr';
  const said: TankDay = day[tank];
  return said.reason === null || said.events.length > 0 ? null : reasonOf(said.reason);
}

/** R-UREA-LOW: little urea left at the end of the day; an empty tank of a truck that drove is a fault. [eng] */
export function judgeUreaLow(on: Case): Outcome {
  const { day, p } = on;
  const why = noTank(on, 'ureaTank');
  if (day === null || why !== null) return notEvaluated('R-UREA-LOW', why ?? 'noData');
  const { last, distanceKm } = day.ureaTank;
  if (last === null) return notEvaluated('R-UREA-LOW', 'noReadings');
  const figures: Said = { levelPct: last.levelPct, lowPct: p.ureaLowPct, distanceKm };
  if (!(last.levelPct <= p.ureaLowPct)) return clear('R-UREA-LOW', figures);
  const empty = last.levelPct <= p.ureaEmptyPct;
  return found('R-UREA-LOW', empty ? 'fault' : 'attention', figures, { days: [day.date] });
}

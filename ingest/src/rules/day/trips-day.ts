import {
  type Derived,
  ENGINE,
  GAP_LIMIT_S,
  type JudgedTrace,
  type Stretch,
  summarise,
  type TruckWindows,
  totalsOf,
  tripsOf,
  tripWindow,
} from '@plume/ingest/emissions';
import type { TripDay } from './day-summary.ts';

/** The day's trips, and the rest of one that began the day before. */
export interface TripsDay {
  readonly trips: readonly TripDay[];
  readonly rest: TripDay | null;
}

/**
 * Trips of a day. They are looked for with the lead-in, so that a trip over midnight is known as such: its part in the lead-in is the
 * day before's, and what follows is the rest.
 * @param all the judged trace with its lead-in  @param day the day's samples by themselves
 */
export function tripsDay(all: JudgedTrace, range: Stretch, day: Derived, windows: TruckWindows, toSec: number): TripsDay {
  const trips: TripDay[] = [];
  let rest: TripDay | null = null;
  for (const { from, to } of tripsOf(all)) {
    if (to <= range.from) continue;
    let first = Math.max(from, range.from);
    while (all.engine[first] !== ENGINE.on) first += 1;
    const trip = tripDay(day, windows, { from: first - range.from, to: to - range.from }, toSec);
    if (from < range.from) rest = trip;
    else trips.push(trip);
  }
  return { trips, rest };
}

function tripDay(day: Derived, windows: TruckWindows, stretch: Stretch, toSec: number): TripDay {
  const { timeSec } = day.trace;
  const kind = day.workClass === null ? 'fuel' : 'work';
  const found = tripWindow(windows, kind, stretch);
  const last = timeSec[stretch.to - 1] as number;
  return {
    fromSec: timeSec[stretch.from] as number,
    toSec: last,
    open: toSec - last <= GAP_LIMIT_S,
    totals: totalsOf(day, stretch.from, stretch.to),
    valid: found.validCount,
    validShare: found.validShare,
    void: found.void,
    p90: summarise(found)?.p90 ?? null,
    kind,
  };
}

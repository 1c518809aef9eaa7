import { ENGINE, type JudgedTrace, validOf } from '@plume/ingest/emissions';
import type { PlaceDay } from './day-summary.ts';

/** Where the truck was on a day. A position of exactly 0°, 0° is none: receivers without a fix send it. */
export function placeDay(day: JudgedTrace, coverS: Float64Array, movingKmh: number): PlaceDay {
  const { count, engine } = day;
  const lonDeg = validOf(day, 'lonDeg');
  const latDeg = validOf(day, 'latDeg');
  const speedKmh = validOf(day, 'speedKmh');
  let running = 0;
  let placed = 0;
  let west = Number.POSITIVE_INFINITY;
  let south = Number.POSITIVE_INFINITY;
  let east = Number.NEGATIVE_INFINITY;
  let north = Number.NEGATIVE_INFINITY;
  let lostS = 0;
  let lostFrom = -1;
  let longestS = 0;
  let longestFrom = -1;
  let longestTo = -1;
  for (let i = 0; i < count; i += 1) {
    const lon = lonDeg[i] as number;
    const lat = latDeg[i] as number;
    const on = engine[i] === ENGINE.on;
    if (on) running += 1;
    if (!Number.isNaN(lon + lat) && !(lon === 0 && lat === 0)) {
      if (on) placed += 1;
      if (lon < west) west = lon;
      if (lon > east) east = lon;
      if (lat < south) south = lat;
      if (lat > north) north = lat;
      lostS = 0;
      lostFrom = -1;
      continue;
    }
    if (!on || !((speedKmh[i] as number) >= movingKmh)) continue;
    if (lostFrom < 0) lostFrom = i;
    lostS += coverS[i] as number;
    if (lostS <= longestS) continue;
    longestS = lostS;
    longestFrom = lostFrom;
    longestTo = i;
  }
  return {
    positionShare: running === 0 ? null : placed / running,
    longestLostS: longestS,
    lostFromSec: longestFrom < 0 ? null : (day.timeSec[longestFrom] as number),
    lostToSec: longestFrom < 0 ? null : (day.timeSec[longestTo] as number),
    box: west > east ? null : { west, south, east, north },
  };
}

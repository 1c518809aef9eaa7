import { type PlainRow, type PlainTruck, type Point, plainPoints, stepOf } from './plain-day.ts';
import { type PlainSecond, plainSeconds } from './plain-sums.ts';

/**
 * What the statistics say of a fleet, a second time: from the stored rows of each truck-day by the text of the definitions, every sum added
 * up anew. It shares no code with the service and imports nothing of it.
 */

/** A truck as it is registered today. */
export interface FleetTruck {
  readonly id: number;
  readonly district: string | null;
  readonly enterprise: string | null;
  readonly stage: string | null;
  readonly model: string | null;
  readonly use: string | null;
  readonly ratedKw: number;
}

/** A truck-day in service, or with data. */
export interface FleetDay {
  readonly truck: FleetTruck;
  readonly day: string;
  readonly samples: number;
  readonly seconds: readonly FleetSecond[];
  /** Samples of the running engine that came, that were due, and that came with a valid downstream NOx. */
  readonly received: number;
  readonly due: number;
  readonly valid: number | null;
  /** What the gaps are filled with [g], and how many seconds that are; null: nothing could be. */
  readonly filledG: number | null;
  /** What the rules said of the limit. */
  readonly judged: boolean;
  readonly over: boolean;
  readonly judgedDay: boolean;
  readonly overDay: boolean;
}

/** What the rules said of a day. */
export type SaidOfLimit = Pick<FleetDay, 'judged' | 'over' | 'judgedDay' | 'overDay'>;

export interface FleetSecond extends PlainSecond {
  readonly truck: FleetTruck;
  readonly mode: number | null;
}

/** Rows of a day from 15 min before it on, with the delays of the two sensors behind the engine [s]. */
export interface DayRows {
  readonly rows: readonly PlainRow[];
  readonly fromSec: number;
  readonly lagDownS: number;
  readonly lagUpS: number;
}

/** A truck-day from its rows; what the rules said is given. */
export function fleetDay(
  truck: FleetTruck,
  facts: PlainTruck,
  day: string,
  { rows, fromSec, lagDownS, lagUpS }: DayRows,
  said: SaidOfLimit,
): FleetDay {
  const today = rows.filter(({ time }) => time >= fromSec);
  const step = stepOf(today);
  const points = plainPoints(rows, facts, lagDownS, fromSec);
  const modes = step <= 1 ? modesOf(points) : points.map(() => null);
  const seconds = plainSeconds(truck.id, points, truck.ratedKw).map((second, i) => ({
    ...second,
    truck,
    mode: modes[i] ?? null,
  }));
  const { received, due, silentS } = deliveryOf(points, step);
  // Readings count where they were taken, not where they belong in time.
  const unshifted = plainPoints(rows, facts, 0, fromSec);
  const sends = today.some(({ noxPpm }) => noxPpm !== null);
  // The sensor before the catalyst, as if it were the one behind it; the exhaust at it is that of the inlet.
  const before = rows.map((row) => ({ ...row, noxPpm: row.noxUpPpm ?? null, scrOutC: row.scrInC ?? row.scrOutC }));
  const engineOut = plainPoints(before, facts, lagUpS, fromSec);
  return {
    truck,
    day,
    samples: today.length,
    seconds,
    received,
    due,
    valid: today.length === 0 ? null : sends ? unshifted.filter(({ on, fit }) => on && fit).length : 0,
    filledG: fillOf(points, engineOut, silentS),
    ...said,
  };
}

/** A day in service of which nothing came. */
export function silentDay(truck: FleetTruck, day: string, said: SaidOfLimit): FleetDay {
  return { truck, day, samples: 0, seconds: [], received: 0, due: 0, valid: null, filledG: null, ...said };
}

/** §7.5: received and due; a gap counts in full when the engine ran on both sides and the odometer moved by 0.1 km. */
function deliveryOf(points: readonly Point[], step: number): { received: number; due: number; silentS: number } {
  let [received, ranS, silentS] = [0, 0, 0];
  points.forEach((point, i) => {
    if (!point.on) return;
    received += 1;
    const next = points[i + 1];
    const apart = next === undefined ? step : next.time - point.time;
    const gap = apart > Math.min(3 * step, 90);
    const moved = (next?.row.odometerKm ?? Number.NaN) - (point.row.odometerKm ?? Number.NaN);
    const counts = gap && next?.on === true && moved >= 0.1 - 1e-9;
    ranS += gap && !counts ? step : apart;
    // The sample before it is held into the gap: only the rest of it is silence.
    if (counts) silentS += apart - point.seconds;
  });
  return { received, due: ranS / step, silentS };
}

const classOf = (inletC: number | null): string => {
  if (inletC === null) return 'unknown';
  if (inletC < 100) return 'cold';
  if (inletC < 200) return 'warm';
  return `hot ${Math.min(11, Math.floor((inletC - 200) / 25))}`;
};

/**
 * §2.8 by fuel: missing seconds at the g/kg of the same temperature of that day (of 60 s at least); below 100 °C else 0.95 of what the engine
 * puts out; else of all hot seconds, else of the day (of 600 s at least); silences at the mean rate of the day.
 */
function fillOf(points: readonly Point[], engineOut: readonly Point[], silentS: number): number | null {
  const on = points.filter((point) => point.on);
  const isValid = (point: Point): boolean => point.fit && point.gramsPerS !== null;
  const kg = (point: Point): number => ((point.fuelKgh ?? 0) * point.seconds) / 3600;
  const based = on.filter((point) => isValid(point) && point.fuelKgh !== null);
  const missing = on.filter((point) => !isValid(point));
  const factorOf = (some: readonly Point[]): number | null => {
    const fuel = some.reduce((sum, point) => sum + kg(point), 0);
    return fuel > 0 ? some.reduce((sum, point) => sum + (point.gramsPerS ?? 0) * point.seconds, 0) / fuel : null;
  };
  const secondsOf = (some: readonly Point[]): number => some.reduce((sum, point) => sum + point.seconds, 0);
  const upstream = engineOut.filter((point) => point.on && point.fit && point.gramsPerS !== null && point.fuelKgh !== null);
  const enough = secondsOf(based) >= 600;
  const factorFor = (name: string): number | null => {
    const own = based.filter(({ row }) => classOf(row.scrInC) === name);
    const factor = secondsOf(own) >= 60 ? factorOf(own) : null;
    if (factor !== null) return factor;
    const out = factorOf(upstream);
    if (name === 'cold' && out !== null) return 0.95 * out;
    if (!enough) return null;
    const hot = name.startsWith('hot') ? factorOf(based.filter(({ row }) => classOf(row.scrInC).startsWith('hot'))) : null;
    return hot ?? factorOf(based);
  };
  let [grams, filledS, unfilledS] = [0, 0, 0];
  for (const point of missing) {
    const factor = point.fuelKgh === null ? null : factorFor(classOf(point.row.scrInC));
    if (factor === null) unfilledS += point.seconds;
    else {
      grams += factor * kg(point);
      filledS += point.seconds;
    }
  }
  if (silentS > 0 && enough) {
    grams += (silentS * based.reduce((sum, point) => sum + (point.gramsPerS ?? 0) * point.seconds, 0)) / secondsOf(based);
    filledS += silentS;
  } else unfilledS += silentS;
  return filledS > 0 || unfilledS === 0 ? grams : null;
}

/** §7.1: braking, idle, then the table; combination trucks of model year 2010, f = 10; acceleration since the second before, none after a gap. */
function modesOf(points: readonly Point[]): (number | null)[] {
  const MPH = 0.44704;
  const speed = (i: number): number => (points[i]?.row.speedKmh ?? Number.NaN) / 3.6;
  const follows = (i: number): boolean => i > 0 && (points[i]?.time ?? 0) - (points[i - 1]?.time ?? 0) === 1;
  const acceleration = (i: number): number => (follows(i) ? speed(i) - speed(i - 1) : 0);
  return points.map((_, i) => {
    const [v, a] = [speed(i), acceleration(i)];
    if (Number.isNaN(v) || Number.isNaN(a)) return null;
    const soft = (j: number): boolean => acceleration(j) / MPH < -1;
    const thrice = follows(i) && follows(i - 1) && soft(i) && soft(i - 1) && soft(i - 2);
    if (a / MPH <= -2 || thrice) return 0;
    const mph = v / MPH;
    if (mph < 1) return 1;
    const stp = (v * (1.73882 + v * v * 0.00427845) + 24.8298 * v * a) / 10;
    const row = (bounds: readonly number[], modes: readonly number[]): number =>
      modes[bounds.filter((bound) => stp >= bound).length] as number;
    if (mph < 25) return row([0, 3, 6, 9, 12], [11, 12, 13, 14, 15, 16]);
    if (mph < 50) return row([0, 3, 6, 9, 12, 18, 24, 30], [21, 22, 23, 24, 25, 27, 28, 29, 30]);
    return row([6, 12, 18, 24, 30], [33, 35, 37, 38, 39, 40]);
  });
}

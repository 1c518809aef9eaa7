import {
  addSums,
  type Channel,
  type Derived,
  KNOWN_KEYS,
  type MethodClass,
  SUMS_LENGTH,
  TOTALS_KEYS,
  type Totals,
  validOf,
} from '@plume/ingest/emissions';
import { MINUTE_COLUMNS, MINUTE_STATISTICS, type MinuteColumn, type MinuteSignal } from './minute-columns.ts';

const MINUTE_S = 60;
const HOUR_S = 3600;
const ML_PER_L = 1000;

/** The minutes of a truck's day that have samples, ascending. */
export interface MinuteTable {
  readonly count: number;
  /** Beginning of each minute [epoch s]. */
  readonly timeSec: Float64Array;
  /** Figures of each minute; NaN where there is none. */
  readonly columns: Readonly<Record<MinuteColumn, Float64Array>>;
  /** Class of the day's figures: of those by work, where there is no power of those by fuel; null without a NOx mass. */
  readonly methodClass: MethodClass | null;
}

/** The minutes of a day, and their sums as `addSums` gives them: those of the day. */
export interface DayMinutes {
  readonly minutes: MinuteTable;
  readonly sums: Float64Array;
}

/** Which channel a signal of a minute is; power and PM are computed. */
const CHANNEL_OF: Readonly<Partial<Record<MinuteSignal, Channel>>> = {
  speed: 'speedKmh',
  rpm: 'engineRpm',
  noxUp: 'noxUpPpm',
  noxDown: 'noxDownPpm',
  scrInTemp: 'scrInTempC',
  scrOutTemp: 'scrOutTempC',
  coolantTemp: 'coolantTempC',
  ureaLevel: 'ureaLevelPct',
  fuelLevel: 'fuelLevelPct',
};

/** For each sum that may be unknown, the seconds (place among `KNOWN_KEYS`) in which it was known; NOx alone goes by its own seconds. */
const KNOWN_BY: Readonly<Partial<Record<keyof Totals, (typeof KNOWN_KEYS)[number]>>> = {
  co2G: 'fuel',
  fuelKg: 'fuel',
  workKwh: 'work',
  distanceKm: 'distance',
  noxOfWorkG: 'noxOfWork',
  workOfNoxKwh: 'noxOfWork',
  noxOfFuelG: 'noxOfFuel',
  fuelOfNoxKg: 'noxOfFuel',
  noxOfDistanceG: 'noxOfDistance',
  distanceOfNoxKm: 'noxOfDistance',
};

/**
 * Minutes of a day's samples. A sample belongs wholly to the minute of its time, so that the sums of minutes are those of the day. Signals
 * are valid values only, NOx as put back in time; means are weighted by the time a sample stands for.
 * @param pmMgM3 PM indicator per sample, null without one
 */
export function minuteTable(day: Derived, pmMgM3: Float64Array | null): DayMinutes {
  const { trace, coverS } = day;
  const starts = minuteStarts(trace.timeSec, trace.count);
  const count = starts.length - 1;
  // One block of memory for all: a small one for each of them takes longer than what is put into it.
  const figures = new Float64Array(MINUTE_COLUMNS.length * count).fill(Number.NaN);
  const columns = Object.fromEntries(
    MINUTE_COLUMNS.map(({ id }, k) => [id, figures.subarray(k * count, (k + 1) * count)]),
  ) as Record<MinuteColumn, Float64Array>;
  for (let m = 0; m < count; m += 1) columns.samples[m] = (starts[m + 1] as number) - (starts[m] as number);
  const sums = fillSums(day, starts, columns);
  for (const [signal, channel] of Object.entries(CHANNEL_OF) as [MinuteSignal, Channel][]) {
    const column = trace.columns[channel];
    if (column !== undefined) fillSignal(columns, signal, column.valid, coverS, starts);
  }
  fillSignal(columns, 'power', day.powerKw, coverS, starts);
  if (pmMgM3 !== null) fillSignal(columns, 'pm', pmMgM3, coverS, starts);
  fillUrea(day, starts, columns.ureaL);
  fillPlace(day, starts, columns);
  const timeSec = new Float64Array(count);
  for (let m = 0; m < count; m += 1) timeSec[m] = minuteOf(trace.timeSec[starts[m] as number] as number) * MINUTE_S;
  return { minutes: { count, timeSec, columns, methodClass: day.workClass ?? day.fuelClass }, sums };
}

function minuteOf(timeSec: number): number {
  return Math.floor(timeSec / MINUTE_S);
}

/** The first sample of each minute, and the number of samples as the last. */
function minuteStarts(timeSec: Float64Array, count: number): Int32Array {
  const starts: number[] = [];
  let until = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i += 1) {
    const time = timeSec[i] as number;
    if (time < until) continue;
    starts.push(i);
    until = (minuteOf(time) + 1) * MINUTE_S;
  }
  starts.push(count);
  return Int32Array.from(starts);
}

function fillSums(day: Derived, starts: Int32Array, columns: Record<MinuteColumn, Float64Array>): Float64Array {
  const whole = new Float64Array(SUMS_LENGTH);
  const sums = new Float64Array(SUMS_LENGTH);
  const plan = TOTALS_KEYS.map((key) => ({ values: columns[key], known: knownAt(key) }));
  for (let m = 0; m + 1 < starts.length; m += 1) {
    sums.fill(0);
    addSums(day, starts[m] as number, starts[m + 1] as number, sums);
    for (let k = 0; k < SUMS_LENGTH; k += 1) whole[k] = (whole[k] as number) + (sums[k] as number);
    for (let k = 0; k < plan.length; k += 1) {
      const { values, known } = plan[k] as (typeof plan)[number];
      values[m] = known < 0 || (sums[known] as number) > 0 ? (sums[k] as number) : Number.NaN;
    }
  }
  return whole;
}

/** Place, in what `addSums` fills, of the seconds in which a sum was known; −1 for those that always are. */
export function knownAt(key: keyof Totals): number {
  if (key === 'noxG') return TOTALS_KEYS.indexOf('noxValidS');
  const known = KNOWN_BY[key];
  return known === undefined ? -1 : TOTALS_KEYS.length + KNOWN_KEYS.indexOf(known);
}

function fillSignal(
  columns: Record<MinuteColumn, Float64Array>,
  signal: MinuteSignal,
  values: Float64Array,
  coverS: Float64Array,
  starts: Int32Array,
): void {
  const [least, mean, most] = MINUTE_STATISTICS.map(({ id }) => columns[`${signal}${id}`]);
  if (least === undefined || mean === undefined || most === undefined) return;
  for (let m = 0; m + 1 < starts.length; m += 1)
    fillMinute(values, coverS, starts[m] as number, starts[m + 1] as number, least, mean, most, m);
}

/** Least, mean and greatest of the values from … to (exclusive), as the figures of a minute; without a value they are left as they are. */
function fillMinute(
  values: Float64Array,
  coverS: Float64Array,
  from: number,
  to: number,
  least: Float64Array,
  mean: Float64Array,
  most: Float64Array,
  minute: number,
): void {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let weighted = 0;
  let seconds = 0;
  for (let i = from; i < to; i += 1) {
    const value = values[i] as number;
    // One comparison more keeps what is no number out of all four.
    if (value <= max) {
      if (value < min) min = value;
    } else if (value > max) {
      max = value;
      if (value < min) min = value;
    } else continue;
    const s = coverS[i] as number;
    weighted += value * s;
    seconds += s;
  }
  if (!(seconds > 0)) return;
  least[minute] = min;
  mean[minute] = weighted / seconds;
  most[minute] = max;
}

/** Solution injected as the dosing says [L]. */
function fillUrea({ trace, coverS }: Derived, starts: Int32Array, out: Float64Array): void {
  if (trace.columns.ureaInjectionMlh === undefined) return;
  const dosing = validOf(trace, 'ureaInjectionMlh');
  for (let m = 0; m + 1 < starts.length; m += 1) {
    let litres = 0;
    let known = false;
    for (let i = starts[m] as number; i < (starts[m + 1] as number); i += 1) {
      const mlh = dosing[i] as number;
      if (Number.isNaN(mlh)) continue;
      known = true;
      litres += (mlh * (coverS[i] as number)) / HOUR_S / ML_PER_L;
    }
    if (known) out[m] = litres;
  }
}

/** The first valid position of each minute. */
function fillPlace({ trace }: Derived, starts: Int32Array, columns: Record<MinuteColumn, Float64Array>): void {
  const lonDeg = validOf(trace, 'lonDeg');
  const latDeg = validOf(trace, 'latDeg');
  for (let m = 0; m + 1 < starts.length; m += 1) {
    for (let i = starts[m] as number; i < (starts[m + 1] as number); i += 1) {
      const lon = lonDeg[i] as number;
      const lat = latDeg[i] as number;
      if (Number.isNaN(lon + lat) || (lon === 0 && lat === 0)) continue;
      columns.lonDeg[m] = lon;
      columns.latDeg[m] = lat;
      break;
    }
  }
}

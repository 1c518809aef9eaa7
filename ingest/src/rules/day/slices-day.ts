import {
  addSums,
  type Derived,
  ENGINE,
  HOUR_S,
  holdLimitS,
  MOVES_VEHICLES,
  operatingModes,
  operationBin,
  SUMS_LENGTH,
  TOTALS_KEYS,
  type Totals,
  validAt,
} from '@plume/ingest/emissions';
import { BEIJING_OFFSET_S } from '@plume/ingest/protocol';
import { canonical } from './canonical.ts';
import { type GapFill, gapFill } from './gap-fill.ts';
import { knownAt } from './minute-table.ts';
import { MODES_OF } from './modes-day.ts';
import {
  AMBIENT_BIN_C,
  LAST_POWER_BIN,
  LAST_SPEED_BIN,
  type SliceColumn,
  type SliceKind,
  SPEED_BIN_KMH,
  STANDSTILL_KMH,
} from './slice-columns.ts';

/** A part of a truck's day: its sums, null where not known. */
export interface DaySlice {
  readonly kind: SliceKind;
  readonly bin: number;
  readonly sums: Readonly<Record<SliceColumn, number | null>>;
}

/** No bin: the value that decides is not known. */
const NONE = -32_768;
const HOURS = 24;
const ENGINE_ON = TOTALS_KEYS.indexOf('engineOnS');

type Bins = (i: number) => number;

/**
 * Sums of a day by hour of day (Beijing), speed, power, operating bin and mode, and ambient temperature, second by second; and of the whole
 * day, with what its gaps were filled with. The rows of each kind add up to those of the day, less the seconds whose bin is
 * not known. Bins in which the engine never ran are left out.
 * @param silences over which the engine ran and the truck moved: how many, and how long in all [s]
 */
export function slicesDay(day: Derived, totals: Totals, silences: { readonly gaps: number; readonly gapS: number }): DaySlice[] {
  // The sample before each is held into it for as long as a sample is held: that much is measured.
  const fill = gapFill(day, Math.max(0, silences.gapS - silences.gaps * holdLimitS(day.trace.periodS)));
  const idle = idleByHour(day);
  const idleDay = idle.reduce((sum, [g, s]) => [sum[0] + g, sum[1] + s] as const, [0, 0] as const);
  const whole = sumsOf(day, () => 0).get(0);
  const slices: DaySlice[] = [
    { kind: 'day', bin: 0, sums: rowOf(whole ?? new Float64Array(SUMS_LENGTH), idleDay, fill, totals) },
  ];
  for (const [kind, binOf] of kindsOf(day)) {
    const found = sumsOf(day, binOf);
    for (const bin of [...found.keys()].sort((a, b) => a - b)) {
      const sums = found.get(bin) as Float64Array;
      if (!((sums[ENGINE_ON] as number) > 0)) continue;
      slices.push({ kind, bin, sums: rowOf(sums, kind === 'hour' ? (idle[bin] ?? null) : null, null, null) });
    }
  }
  return canonical(slices, 'slices');
}

function kindsOf(day: Derived): [SliceKind, Bins][] {
  const { trace, powerKw, vehicle } = day;
  const { speedKmh, ambientTempC } = trace.columns;
  const rated = vehicle.ratedPowerKw ?? Number.NaN;
  const kinds: [SliceKind, Bins][] = [
    ['hour', (i) => hourOf(trace.timeSec[i] as number)],
    ['speed', (i) => speedBin(validAt(speedKmh, i))],
    ['power', (i) => powerBin((powerKw[i] as number) / rated)],
    ['operation', (i) => known(operationBin(validAt(speedKmh, i), (powerKw[i] as number) / rated))],
  ];
  if (speedKmh !== undefined && trace.periodS <= 1) {
    const kmh = new Float64Array(trace.count);
    for (let i = 0; i < trace.count; i += 1) kmh[i] = validAt(speedKmh, i);
    const modes = operatingModes(trace.timeSec, kmh, MOVES_VEHICLES[MODES_OF]);
    kinds.push(['mode', (i) => known(modes[i] as number)]);
  }
  if (ambientTempC !== undefined) kinds.push(['ambient', (i) => ambientBin(validAt(ambientTempC, i))]);
  return kinds;
}

function known(bin: number): number {
  return bin < 0 ? NONE : bin;
}

/** Hour of the Beijing day, 0 … 23. */
export function hourOf(timeSec: number): number {
  return Math.floor((timeSec + BEIJING_OFFSET_S) / HOUR_S) % HOURS;
}

/** 0 standstill; 1 below 10 km/h, 2 below 20 km/h, …; 12 from 110 km/h on. */
export function speedBin(kmh: number): number {
  if (Number.isNaN(kmh)) return NONE;
  return kmh < STANDSTILL_KMH ? 0 : Math.min(LAST_SPEED_BIN, 1 + Math.floor(kmh / SPEED_BIN_KMH));
}

/** 0 overrun (below zero); 1 up to below 10 % of rated power, …; 10 from 90 % on. */
export function powerBin(share: number): number {
  if (Number.isNaN(share)) return NONE;
  return share < 0 ? 0 : Math.min(LAST_POWER_BIN, 1 + Math.floor(share * 10));
}

/** Lower bound ÷ 5 °C. */
export function ambientBin(degrees: number): number {
  return Number.isNaN(degrees) ? NONE : Math.floor(degrees / AMBIENT_BIN_C);
}

/** What `addSums` gives of the samples of each bin, added up run by run. */
function sumsOf(day: Derived, binOf: Bins): Map<number, Float64Array> {
  const { count } = day.trace;
  const found = new Map<number, Float64Array>();
  for (let from = 0; from < count; ) {
    const bin = binOf(from);
    let to = from + 1;
    while (to < count && binOf(to) === bin) to += 1;
    if (bin !== NONE) {
      const sums = found.get(bin) ?? new Float64Array(SUMS_LENGTH);
      addSums(day, from, to, sums);
      found.set(bin, sums);
    }
    from = to;
  }
  return found;
}

/** NOx [g] and seconds with a valid NOx mass of the standing truck with the engine running, by hour of day. */
function idleByHour({ trace, coverS, noxGs, noxValid }: Derived): (readonly [number, number])[] {
  const sums = new Float64Array(HOURS * 2);
  const speed = trace.columns.speedKmh;
  for (let i = 0; i < trace.count; i += 1) {
    const nox = noxGs[i] as number;
    if (trace.engine[i] !== ENGINE.on || noxValid[i] !== 1 || Number.isNaN(nox)) continue;
    if (!(validAt(speed, i) < STANDSTILL_KMH)) continue;
    const at = hourOf(trace.timeSec[i] as number) * 2;
    const s = coverS[i] as number;
    sums[at] = (sums[at] as number) + nox * s;
    sums[at + 1] = (sums[at + 1] as number) + s;
  }
  return Array.from({ length: HOURS }, (_, hour) => [sums[hour * 2] as number, sums[hour * 2 + 1] as number] as const);
}

function rowOf(
  sums: Float64Array,
  idle: readonly [number, number] | null,
  fill: GapFill | null,
  totals: Totals | null,
): Record<SliceColumn, number | null> {
  const entries = TOTALS_KEYS.map((key, k) => {
    const at = knownAt(key);
    return [key, at < 0 || (sums[at] as number) > 0 ? (totals?.[key] ?? (sums[k] as number)) : null] as const;
  });
  return {
    ...(Object.fromEntries(entries) as Record<keyof Totals, number | null>),
    idleNoxG: idle !== null && idle[1] > 0 ? idle[0] : null,
    idleNoxS: idle === null ? null : idle[1],
    filledNoxG: fill?.filledG ?? null,
    filledS: fill?.filledS ?? null,
    unfilledS: fill?.unfilledS ?? null,
  };
}

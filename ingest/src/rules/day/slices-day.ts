import {
  type Derived,
  holdLimitS,
  KNOWN,
  SUMS_LENGTH,
  shortColumn,
  sumsByBin,
  TOTALS_KEYS,
  validOf,
} from '@plume/ingest/emissions';
import { canonical } from './canonical.ts';
import { type GapFill, gapFill } from './gap-fill.ts';
import { HOURS, hoursOf } from './hours-of.ts';
import { knownAt } from './minute-table.ts';
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
const ENGINE_ON = TOTALS_KEYS.indexOf('engineOnS');

/** Sums of a day that its summary rests on too, as `sumsByBin` gives them. */
export interface SharedSums {
  /** Of the whole day. */
  readonly day: Float64Array;
  readonly operation: Float64Array;
  /** Null: samples lie too far apart for modes. */
  readonly modes: Float64Array | null;
}

/**
 * Sums of a day by hour of day (Beijing), speed, power, operating bin and mode, and ambient temperature, second by second; and of the whole
 * day, with what its gaps were filled with. The rows of each kind add up to those of the day, less the seconds whose bin is
 * not known. Bins in which the engine never ran are left out.
 * @param silences over which the engine ran and the truck moved: how many, and how long in all [s]
 */
export function slicesDay(
  day: Derived,
  shared: SharedSums,
  silences: { readonly gaps: number; readonly gapS: number },
): DaySlice[] {
  // The sample before each is held into it for as long as a sample is held: that much is measured.
  const fill = gapFill(day, Math.max(0, silences.gapS - silences.gaps * holdLimitS(day.trace.periodS)));
  const idle = idleByHour(day);
  const idleDay = idle.reduce((sum, [g, s]) => [sum[0] + g, sum[1] + s] as const, [0, 0] as const);
  const slices: DaySlice[] = [{ kind: 'day', bin: 0, sums: rowOf(shared.day, 0, idleDay, fill) }];
  for (const { kind, first, sums } of divisionsOf(day, shared)) {
    for (let at = 0; at < sums.length; at += SUMS_LENGTH) {
      if (!((sums[at + ENGINE_ON] as number) > 0)) continue;
      const bin = first + at / SUMS_LENGTH;
      slices.push({ kind, bin, sums: rowOf(sums, at, kind === 'hour' ? (idle[bin] ?? null) : null, null) });
    }
  }
  return canonical(slices, 'slices');
}

/** A day divided: the number of its first bin, and the sums of this and the next ones. */
interface Division {
  readonly kind: SliceKind;
  readonly first: number;
  readonly sums: Float64Array;
}

function divisionsOf(day: Derived, { operation, modes }: SharedSums): Division[] {
  const { trace, powerKw, vehicle } = day;
  const hours = hoursOf(trace.timeSec);
  const speeds = speedBins(validOf(trace, 'speedKmh'));
  const powers = powerBins(powerKw, vehicle.ratedPowerKw ?? Number.NaN);
  const divisions: Division[] = [
    { kind: 'hour', first: 0, sums: sumsByBin(day, hours, HOURS) },
    { kind: 'speed', first: 0, sums: sumsByBin(day, speeds, LAST_SPEED_BIN + 1) },
    { kind: 'power', first: 0, sums: sumsByBin(day, powers, LAST_POWER_BIN + 1) },
    { kind: 'operation', first: 0, sums: operation },
  ];
  if (modes !== null) divisions.push({ kind: 'mode', first: 0, sums: modes });
  if (trace.columns.ambientTempC !== undefined) divisions.push(byAmbient(day));
  return divisions;
}

function speedBins(kmh: Float64Array): Int16Array {
  const bins = shortColumn(kmh.length);
  for (let i = 0; i < bins.length; i += 1) bins[i] = speedBin(kmh[i] as number);
  return bins;
}

function powerBins(kw: Float64Array, ratedKw: number): Int16Array {
  const bins = shortColumn(kw.length);
  for (let i = 0; i < bins.length; i += 1) bins[i] = powerBin((kw[i] as number) / ratedKw);
  return bins;
}

function byAmbient(day: Derived): Division {
  const { count } = day.trace;
  const ambientTempC = validOf(day.trace, 'ambientTempC');
  const bins = shortColumn(count);
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i += 1) {
    const bin = ambientBin(ambientTempC[i] as number);
    bins[i] = bin;
    if (bin === NONE) continue;
    first = Math.min(first, bin);
    last = Math.max(last, bin);
  }
  if (first > last) return { kind: 'ambient', first: 0, sums: new Float64Array(0) };
  for (let i = 0; i < count; i += 1) bins[i] = bins[i] === NONE ? NONE : (bins[i] as number) - first;
  return { kind: 'ambient', first, sums: sumsByBin(day, bins, last - first + 1) };
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

/** NOx [g] and seconds with a valid NOx mass of the standing truck with the engine running, by hour of day. */
function idleByHour({ trace, coverS, amounts }: Derived): (readonly [number, number])[] {
  const sums = new Float64Array(HOURS * 2);
  const { count } = trace;
  const hours = hoursOf(trace.timeSec);
  const { known, noxG } = amounts;
  const { nox } = KNOWN;
  const speed = validOf(trace, 'speedKmh');
  for (let i = 0; i < count; i += 1) {
    if (((known[i] as number) & nox) === 0 || !((speed[i] as number) < STANDSTILL_KMH)) continue;
    const at = (hours[i] as number) * 2;
    sums[at] = (sums[at] as number) + (noxG[i] as number);
    sums[at + 1] = (sums[at + 1] as number) + (coverS[i] as number);
  }
  return Array.from({ length: HOURS }, (_, hour) => [sums[hour * 2] as number, sums[hour * 2 + 1] as number] as const);
}

function rowOf(
  sums: Float64Array,
  at: number,
  idle: readonly [number, number] | null,
  fill: GapFill | null,
): Record<SliceColumn, number | null> {
  const row = {} as Record<SliceColumn, number | null>;
  for (const [k, key] of TOTALS_KEYS.entries()) {
    const known = knownAt(key);
    row[key] = known < 0 || (sums[at + known] as number) > 0 ? (sums[at + k] as number) : null;
  }
  row.idleNoxG = idle !== null && idle[1] > 0 ? idle[0] : null;
  row.idleNoxS = idle === null ? null : idle[1];
  row.filledNoxG = fill?.filledG ?? null;
  row.filledS = fill?.filledS ?? null;
  row.unfilledS = fill?.unfilledS ?? null;
  return row;
}

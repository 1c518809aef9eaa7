import {
  byteColumn,
  ENGINE,
  floatColumn,
  GAP_LIMIT_S,
  HOLD_LIMIT_S,
  indexColumn,
  type JudgedTrace,
  type Stretch,
  validAt,
  validOf,
} from '@plume/ingest/emissions';
import { Drive } from './drive.ts';
import { movedOnMap } from './moved.ts';
import type { TankKind, TankNumbers } from './tank-limits.ts';

/** Whether the truck moved during a row. */
export const MOTION = { standing: 0, moving: 1, unknown: 2 } as const;

/** Level readings of a tank as one row a minute, with what was used of it meanwhile. Only minutes with a usable reading have a row. */
export interface LevelRows {
  readonly count: number;
  /** First and last reading of each row [epoch s], and the sample of the last. */
  readonly fromSec: Float64Array;
  readonly toSec: Float64Array;
  readonly sample: Int32Array;
  /** Median of the readings [%]. */
  readonly levelPct: Float64Array;
  /** Content used since the first sample, at most [L], at the last reading; where it is not sent, what a truck may use. */
  readonly usedL: Float64Array;
  /** Seconds up to then in which not even that can be said. */
  readonly blindS: Float64Array;
  /** Fuel measured up to then [L], the way over which [km], and the way over which it was not. */
  readonly fuelL: Float64Array;
  readonly fuelKm: Float64Array;
  readonly otherKm: Float64Array;
  readonly motion: Uint8Array;
  /** State of the engine at the last reading, see `ENGINE`. */
  readonly engine: Uint8Array;
  /** Seconds in motion up to then. */
  readonly movedS: Float64Array;
  /** Seconds whose readings were left out because the solution may have been frozen. */
  readonly frozenS: number;
  /** Step of the gauge [%]: least distance of different readings; null with less than two of them, or none up to 6 %. */
  readonly stepPct: number | null;
}

/** Levels are counted in tenths of a per cent. */
const TENTHS = 1000;
const SLOT_S = 60;

/**
 * Reduces the samples of a stretch to rows of a minute (or `slotS`). Readings outside 0 … 100 %, or near 0 with the engine off (a gauge
 * without supply), are left out, and of urea those at which the solution may have been frozen (emissions §5.5). Linear in the samples.
 */
export function levelRows(
  trace: JudgedTrace,
  range: Stretch,
  coverS: Float64Array,
  kind: TankKind,
  parameters: TankNumbers,
  slotS: number = SLOT_S,
): LevelRows {
  const { on } = ENGINE;
  const { timeSec, engine } = trace;
  const levelPct = validOf(trace, kind === 'fuel' ? 'fuelLevelPct' : 'ureaLevelPct');
  const rows = emptyRows(rowsAtMost(timeSec, range, slotS));
  const tally = new Uint16Array(TENTHS + 1);
  const seen = byteColumn(TENTHS + 1);
  const frozen = kind === 'urea' ? frozenSamples(trace, range, coverS, parameters) : null;
  const drive = new Drive(trace, range, coverS, kind, parameters);
  const supplyTenths = parameters.supplyFaultPct * 10;
  let count = 0;
  let frozenS = 0;
  for (let i = range.from; i < range.to; ) {
    const first = i;
    const until = (Math.floor((timeSec[i] as number) / slotS) + 1) * slotS;
    let inSlot = 0;
    let last = first;
    let least = TENTHS;
    let greatest = 0;
    for (; i < range.to && (timeSec[i] as number) < until; i += 1) {
      const tenths = Math.round((levelPct[i] as number) * 10);
      if (!(tenths >= 0 && tenths <= TENTHS)) continue;
      if (frozen !== null && frozen[i - range.from] === 1) {
        const time = timeSec[i] as number;
        frozenS += Math.min(HOLD_LIMIT_S, Math.max(coverS[i] as number, (timeSec[i + 1] ?? time) - time));
      } else if (engine[i] === on || tenths > supplyTenths) {
        if (inSlot === 0) rows.fromSec[count] = timeSec[i] as number;
        inSlot += 1;
        last = i;
        tally[tenths] = (tally[tenths] as number) + 1;
        if (tenths < least) least = tenths;
        if (tenths > greatest) greatest = tenths;
      }
    }
    if (inSlot === 0) continue;
    drive.goTo(last);
    rows.toSec[count] = timeSec[last] as number;
    rows.sample[count] = last;
    rows.usedL[count] = drive.usedL;
    rows.blindS[count] = drive.blindS;
    rows.fuelL[count] = drive.fuelL;
    rows.fuelKm[count] = drive.fuelKm;
    rows.otherKm[count] = drive.otherKm;
    rows.movedS[count] = drive.movedS;
    rows.engine[count] = engine[last] as number;
    rows.levelPct[count] = medianOf(tally, least, greatest, inSlot);
    rows.motion[count] = motionOf(trace, first, i, parameters.standingKmh);
    for (let tenths = least; tenths <= greatest; tenths += 1) {
      if (tally[tenths] !== 0) seen[tenths] = 1;
      tally[tenths] = 0;
    }
    count += 1;
  }
  settleMotion(trace, rows.motion, rows.sample, count, parameters);
  return { ...rows, count, frozenS, stepPct: stepOf(seen, parameters.mostGaugeStepPct) };
}

/** Whether the truck moved during some samples; standing is known of a stopped engine too. */
function motionOf(trace: JudgedTrace, from: number, to: number, standingKmh: number): number {
  const { off } = ENGINE;
  const { engine } = trace;
  const speedKmh = validOf(trace, 'speedKmh');
  let known = true;
  for (let i = from; i < to; i += 1) {
    const speed = speedKmh[i] as number;
    if (speed > standingKmh) return MOTION.moving;
    if (Number.isNaN(speed) && engine[i] !== off) known = false;
  }
  return known ? MOTION.standing : MOTION.unknown;
}

function rowsAtMost(timeSec: Float64Array, { from, to }: Stretch, slotS: number): number {
  if (to <= from) return 0;
  return Math.min(to - from, Math.floor((timeSec[to - 1] as number) / slotS) - Math.floor((timeSec[from] as number) / slotS) + 1);
}

function emptyRows(most: number) {
  const fresh = (): Float64Array => floatColumn(most);
  return {
    fromSec: fresh(),
    toSec: fresh(),
    sample: indexColumn(most),
    levelPct: fresh(),
    usedL: fresh(),
    blindS: fresh(),
    fuelL: fresh(),
    fuelKm: fresh(),
    otherKm: fresh(),
    movedS: fresh(),
    motion: byteColumn(most),
    engine: byteColumn(most),
  };
}

/** Median of tallied tenths [%]. */
function medianOf(tally: Uint16Array, least: number, greatest: number, n: number): number {
  let below = 0;
  let lower = -1;
  for (let tenths = least; tenths <= greatest; tenths += 1) {
    below += tally[tenths] as number;
    if (lower < 0 && 2 * below >= n) lower = tenths;
    if (2 * below > n) return (lower + tenths) / 20;
  }
  return greatest / 10;
}

/** Least distance of readings that occurred [%]; null when there are less than two, or none within the widest step of a gauge. */
function stepOf(seen: Uint8Array, mostPct: number): number | null {
  let before = Number.NaN;
  let least = Number.POSITIVE_INFINITY;
  for (let tenths = 0; tenths < seen.length; tenths += 1) {
    if (seen[tenths] !== 1) continue;
    if (tenths - before < least) least = tenths - before;
    before = tenths;
  }
  return least <= mostPct * 10 ? least / 10 : null;
}

/** 1 for samples of a range at which urea may have been frozen: by the tank's temperature, else by the air's until the engine has run 70 min. Null: at none. */
function frozenSamples(
  trace: JudgedTrace,
  { from, to }: Stretch,
  coverS: Float64Array,
  parameters: TankNumbers,
): Uint8Array | null {
  const { off } = ENGINE;
  const { ureaTankTempC, ambientTempC } = trace.columns;
  if (ureaTankTempC === undefined && ambientTempC === undefined) return null;
  const { timeSec, engine } = trace;
  const tankC = validOf(trace, 'ureaTankTempC');
  const airC = validOf(trace, 'ambientTempC');
  const frozen = byteColumn(to - from);
  let any = false;
  let runS = 0;
  for (let i = from; i < to; i += 1) {
    const gap = i > 0 && (timeSec[i] as number) - (timeSec[i - 1] as number) > GAP_LIMIT_S;
    runS = engine[i] === off || gap ? 0 : runS + (coverS[i] as number);
    const tank = tankC[i] as number;
    const cold = Number.isNaN(tank)
      ? (airC[i] as number) < parameters.freezeC && runS < parameters.thawS
      : tank < parameters.freezeC;
    if (!cold) continue;
    frozen[i - from] = 1;
    any = true;
  }
  return any ? frozen : null;
}

/** Motion of rows without a speed: by the odometer's next step, else by the position. */
function settleMotion(trace: JudgedTrace, motion: Uint8Array, sample: Int32Array, count: number, parameters: TankNumbers): void {
  const { odometerKm, lonDeg, latDeg } = trace.columns;
  const moved = (a: number, b: number): boolean | null => {
    if (a < 0 || b >= count) return null;
    const [i, j] = [sample[a] as number, sample[b] as number];
    const km = validAt(odometerKm, j) - validAt(odometerKm, i);
    if (!Number.isNaN(km)) return km > 0;
    return movedOnMap(validAt(lonDeg, i), validAt(latDeg, i), validAt(lonDeg, j), validAt(latDeg, j), parameters.movedM / 6);
  };
  const found = byteColumn(count);
  for (let row = 0; row < count; row += 1) {
    const before = moved(row - 1, row);
    const after = moved(row, row + 1);
    found[row] =
      before === true || after === true ? MOTION.moving : before === null && after === null ? MOTION.unknown : MOTION.standing;
  }
  for (let row = 0; row < count; row += 1) if (motion[row] === MOTION.unknown) motion[row] = found[row] as number;
}

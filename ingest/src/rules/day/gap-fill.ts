import { type Derived, ENGINE, HOUR_S, validOf } from '@plume/ingest/emissions';

/** What the missing NOx of a day is put at. Never used in a judgement. */
export interface GapFill {
  /** NOx as NO2 [g] for the seconds that could be filled; null: nothing could, though there was something to fill. */
  readonly filledG: number | null;
  readonly filledS: number;
  /** Seconds with the engine on, and of counted silences, for which there is no basis. */
  readonly unfilledS: number;
}

/** SCR inlet temperature [°C] in classes: below 100, below 200, then steps of 25; the last but one has no end, the last: not known. */
const COLD_C = 100;
const HOT_C = 200;
const STEP_C = 25;
const CLASSES = 15;
const UNKNOWN = CLASSES - 1;
const FIRST_HOT = 2;
/** A cold catalyst lets this share of the engine's NOx through (Cao 2025; emissions §2.8). [C] */
export const COLD_PASS_SHARE = 0.95;
/** Valid seconds that a class, and that a whole day, must have to stand for missing ones. [eng] */
export const LEAST_CLASS_S = 60;
export const LEAST_DAY_S = 600;

/**
 * Fills the seconds of the running engine without a valid NOx mass, for inventories only (emissions §2.8), by fuel burnt times a factor
 * [g/kg fuel] of the same truck and day: that of the same class of SCR inlet temperature; below 100 °C, where the sensor is mostly off, 0.95 × the
 * engine-out factor of the upstream sensor; else the factor of all hot seconds, else of the whole day. Silences over which the engine ran are
 * filled with the day's mean rate. Without a basis nothing is filled, and the seconds are counted.
 * @param gapS seconds of silences over which the engine ran and the truck moved, less those for which the sample before stands
 */
export function gapFill(day: Derived, gapS: number): GapFill {
  const sums = collect(day);
  const factors = factorsOf(sums);
  let filledG = 0;
  let filledS = 0;
  let unfilledS = sums.noFuelS;
  for (let c = 0; c < CLASSES; c += 1) {
    const missingS = sums.missingS[c] as number;
    const factor = factors[c] ?? null;
    if (factor === null) unfilledS += missingS;
    else {
      filledG += (sums.missingKg[c] as number) * factor;
      filledS += missingS;
    }
  }
  const validS = total(sums.validS);
  if (gapS > 0 && validS >= LEAST_DAY_S) {
    filledG += (gapS * total(sums.validG)) / validS;
    filledS += gapS;
  } else unfilledS += gapS;
  return { filledG: filledS > 0 || unfilledS === 0 ? filledG : null, filledS, unfilledS };
}

interface ClassSums {
  readonly validS: Float64Array;
  readonly validG: Float64Array;
  readonly validKg: Float64Array;
  readonly missingS: Float64Array;
  readonly missingKg: Float64Array;
  /** Seconds without NOx whose fuel is not known either. */
  noFuelS: number;
  /** Engine-out NOx and its fuel. */
  upG: number;
  upKg: number;
}

function collect({ trace, coverS, noxGs, noxValid, noxUpGs, fuelKgh }: Derived): ClassSums {
  const hour = HOUR_S;
  const { on } = ENGINE;
  const zeros = (): Float64Array => new Float64Array(CLASSES);
  const sums: ClassSums = {
    validS: zeros(),
    validG: zeros(),
    validKg: zeros(),
    missingS: zeros(),
    missingKg: zeros(),
    noFuelS: 0,
    upG: 0,
    upKg: 0,
  };
  const { count, engine } = trace;
  const inlet = validOf(trace, 'scrInTempC');
  const add = (to: Float64Array, c: number, value: number): void => {
    to[c] = (to[c] as number) + value;
  };
  for (let i = 0; i < count; i += 1) {
    if (engine[i] !== on) continue;
    const s = coverS[i] as number;
    const kg = ((fuelKgh[i] as number) * s) / hour;
    const c = classOf(inlet[i] as number);
    const up = noxUpGs[i] as number;
    if (!Number.isNaN(up + kg)) {
      sums.upG += up * s;
      sums.upKg += kg;
    }
    const nox = noxGs[i] as number;
    if (noxValid[i] === 1 && !Number.isNaN(nox)) {
      if (Number.isNaN(kg)) continue;
      add(sums.validS, c, s);
      add(sums.validG, c, nox * s);
      add(sums.validKg, c, kg);
    } else if (Number.isNaN(kg)) sums.noFuelS += s;
    else {
      add(sums.missingS, c, s);
      add(sums.missingKg, c, kg);
    }
  }
  return sums;
}

function classOf(inletC: number): number {
  if (Number.isNaN(inletC)) return UNKNOWN;
  if (inletC < COLD_C) return 0;
  if (inletC < HOT_C) return 1;
  return Math.min(UNKNOWN - 1, FIRST_HOT + Math.floor((inletC - HOT_C) / STEP_C));
}

/** Factor [g/kg fuel] for the missing seconds of each class; null: no basis. */
function factorsOf(sums: ClassSums): (number | null)[] {
  const hot = ratio(total(sums.validG, FIRST_HOT, UNKNOWN), total(sums.validKg, FIRST_HOT, UNKNOWN));
  const enough = total(sums.validS) >= LEAST_DAY_S;
  const day = enough ? ratio(total(sums.validG), total(sums.validKg)) : null;
  const engineOut = ratio(sums.upG, sums.upKg);
  return Array.from({ length: CLASSES }, (_, c) => {
    const own = (sums.validS[c] as number) >= LEAST_CLASS_S ? ratio(sums.validG[c] as number, sums.validKg[c] as number) : null;
    if (own !== null) return own;
    if (c === 0 && engineOut !== null) return COLD_PASS_SHARE * engineOut;
    return (c >= FIRST_HOT && c < UNKNOWN && enough ? hot : null) ?? day;
  });
}

function ratio(emission: number, base: number): number | null {
  return base > 0 ? emission / base : null;
}

function total(values: Float64Array, from = 0, to: number = values.length): number {
  let sum = 0;
  for (let k = from; k < to; k += 1) sum += values[k] as number;
  return sum;
}

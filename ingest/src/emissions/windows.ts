import { HOUR_S } from './constants.ts';
import { unfilledColumn } from './lent-columns.ts';
import type { Assumed } from './vehicle.ts';
import { type Spans, slide, type WindowSeries } from './window-series.ts';
import { lowerThreshold, THRESHOLD_20_15, type ThresholdRule } from './window-validity.ts';

/** Quantity a window is as long as. */
export type WindowKind = 'work' | 'co2' | 'fuel';

/** Why a window method says nothing. */
export type VoidReason = 'noSeries' | 'noReference' | 'noRatedPower' | 'noWindows' | 'tooFewValid';

/** All windows of a stretch by one method, and which of them count. */
export interface WindowResult {
  readonly kind: WindowKind;
  readonly spans: Spans;
  /** NOx of each window [g/kWh]. */
  readonly gPerKwh: Float64Array;
  /** Retained time of each window [s]. */
  readonly durationS: Float64Array;
  /** Threshold each window just reaches, as a share of rated power. */
  readonly levels: Float64Array;
  /** 1 for windows that count. */
  readonly valid: Uint8Array;
  readonly validCount: number;
  readonly validShare: number;
  readonly thresholdPct: number;
  /** Null when the result stands, else why it is void. */
  readonly void: VoidReason | null;
  /** Reference quantity: kWh, g CO2 or kg fuel. */
  readonly reference: Assumed | null;
  /** Whole of that quantity over the retained samples, and how often the reference goes into it. */
  readonly total: number;
  readonly references: number | null;
}

/** What a window method needs of the truck. */
export interface WindowFacts {
  readonly ratedPowerKw: number | null;
  readonly workRef: Assumed | null;
  /** CO2 over the reference cycle [g], and CO2 for work [g/kWh]. */
  readonly co2Ref?: Assumed | null;
  readonly co2GPerKwh?: number;
  /** Fuel over the reference cycle [kg], and fuel for work [kg/kWh]. */
  readonly fuelRef?: Assumed | null;
  readonly bsfcKgPerKwh?: number;
  readonly threshold?: ThresholdRule;
}

/** Work-based windows: valid when their mean power reaches the threshold of rated power (emissions §3.1, E8). [M+] */
export function workWindows(series: WindowSeries, facts: WindowFacts): WindowResult {
  return evaluate('work', series, facts.workRef, 1, facts);
}

/** CO2-based windows: valid by duration, NOx per CO2 times the reference CO2 for work (emissions §3.2, E8). [M+] */
export function co2Windows(series: WindowSeries, facts: WindowFacts): WindowResult {
  return evaluate('co2', series, facts.co2Ref ?? null, facts.co2GPerKwh ?? Number.NaN, facts);
}

/**
 * CO2 windows where all CO2 is reckoned from fuel by one factor [g/kg]: the fuel windows under another name, since window, value and
 * validity change only in the unit of the reference (emissions §2.6, §3.2).
 */
export function co2OfFuelWindows(fuel: WindowResult, facts: WindowFacts, gPerKgFuel: number): WindowResult {
  return { ...fuel, kind: 'co2', reference: facts.co2Ref ?? null, total: fuel.total * gPerKgFuel };
}

/** Fuel windows: valid by duration, NOx per fuel times the reference consumption; class B at best (emissions §3.4, E21). [C] abstract, [M] defaults */
export function fuelWindows(series: WindowSeries, facts: WindowFacts): WindowResult {
  return evaluate('fuel', series, facts.fuelRef ?? null, facts.bsfcKgPerKwh ?? Number.NaN, facts);
}

/** Longest valid window [s] at a threshold: 3600·W_ref/(threshold·P_max) (emissions §3.2). [M+] */
export function longestWindowS(workRefKwh: number, ratedPowerKw: number, threshold: number): number {
  return (HOUR_S * workRefKwh) / (threshold * ratedPowerKw);
}

const NO_SPANS: Spans = { count: 0, start: new Int32Array(0), end: new Int32Array(0) };

function evaluate(
  kind: WindowKind,
  series: WindowSeries,
  reference: Assumed | null,
  perWork: number,
  facts: WindowFacts,
): WindowResult {
  const sums = sumsOf(series, kind);
  const total = sums?.[sums.length - 1] ?? 0;
  const usable = sums !== null && reference !== null && reference.value > 0;
  const spans = usable ? slide(sums, series.retained.parts, reference.value) : NO_SPANS;
  const { count } = spans;
  const ratedKw = facts.ratedPowerKw ?? Number.NaN;
  const fixedWork = kind === 'work' ? null : (facts.workRef?.value ?? Number.NaN);
  const figures = figuresOf(series, sums ?? series.timeS, spans, perWork, fixedWork, ratedKw);
  const { enough, ...validity } = lowerThreshold(figures.levels, facts.threshold ?? THRESHOLD_20_15);
  return {
    kind,
    spans,
    ...figures,
    ...validity,
    void: whyVoid(sums, reference, facts.ratedPowerKw, count, enough),
    reference,
    total,
    references: usable ? total / reference.value : null,
  };
}

/**
 * Figures of each window. Its level is the threshold it just reaches: mean power over rated power, or W_ref·3600/(D·P_max), which is D ≤ D_max turned
 * round.
 * @param fixedWork work that stands for every window [kWh]; null: each has its own
 */
function figuresOf(
  { noxG, timeS }: WindowSeries,
  sums: Float64Array,
  { start, end, count }: Spans,
  perWork: number,
  fixedWork: number | null,
  ratedKw: number,
): Pick<WindowResult, 'gPerKwh' | 'durationS' | 'levels'> {
  const hour = HOUR_S;
  const gPerKwh = unfilledColumn(count);
  const durationS = unfilledColumn(count);
  const levels = unfilledColumn(count);
  for (let k = 0; k < count; k += 1) {
    const i = start[k] as number;
    const j = end[k] as number;
    const quantity = (sums[j] as number) - (sums[i] as number);
    const seconds = (timeS[j] as number) - (timeS[i] as number);
    gPerKwh[k] = (((noxG[j] as number) - (noxG[i] as number)) / quantity) * perWork;
    durationS[k] = seconds;
    levels[k] = ((fixedWork ?? quantity) * hour) / (seconds * ratedKw);
  }
  return { gPerKwh, durationS, levels };
}

/** The running sum a kind of window is as long as. */
function sumsOf(series: WindowSeries, kind: WindowKind): Float64Array | null {
  return kind === 'work' ? series.workKwh : kind === 'co2' ? series.co2G : series.fuelKg;
}

/**
 * The windows of a result that lie wholly within the samples from … to (exclusive): those of a trip, from those of its day, with a
 * threshold of their own. Nothing is summed again: both ends of windows only move on, so they are neighbours in the list.
 */
export function windowsWithin(
  result: WindowResult,
  series: WindowSeries,
  facts: WindowFacts,
  from: number,
  to: number,
): WindowResult {
  const { index, count } = series.retained;
  const first = lowerBound(count, (k) => (index[k] as number) >= from);
  const last = lowerBound(count, (k) => (index[k] as number) >= to);
  const { spans } = result;
  const a = lowerBound(spans.count, (k) => (spans.start[k] as number) >= first);
  const b = Math.max(
    a,
    lowerBound(spans.count, (k) => (spans.end[k] as number) > last),
  );
  const levels = result.levels.subarray(a, b);
  const { enough, ...validity } = lowerThreshold(levels, facts.threshold ?? THRESHOLD_20_15);
  const sums = sumsOf(series, result.kind);
  const total = sums === null ? 0 : (sums[last] as number) - (sums[first] as number);
  const { reference } = result;
  return {
    kind: result.kind,
    spans: { count: b - a, start: spans.start.subarray(a, b), end: spans.end.subarray(a, b) },
    gPerKwh: result.gPerKwh.subarray(a, b),
    durationS: result.durationS.subarray(a, b),
    levels,
    ...validity,
    void: whyVoid(sums, reference, facts.ratedPowerKw, b - a, enough),
    reference,
    total,
    references: reference !== null && reference.value > 0 ? total / reference.value : null,
  };
}

/** The first place below n from which a condition holds; n when it never does. */
function lowerBound(n: number, holds: (k: number) => boolean): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function whyVoid(
  sums: Float64Array | null,
  reference: Assumed | null,
  rated: number | null,
  count: number,
  enough: boolean,
): VoidReason | null {
  if (sums === null) return 'noSeries';
  if (reference === null || !(reference.value > 0)) return 'noReference';
  if (rated === null) return 'noRatedPower';
  if (count === 0) return 'noWindows';
  return enough ? null : 'tooFewValid';
}

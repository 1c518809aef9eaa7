import { HOUR_S } from './constants.ts';
import { percentileInPlace } from './stats/percentile.ts';
import type { Assumed, MethodClass } from './vehicle.ts';
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

/**
 * Work-based windows: valid when their mean power reaches the threshold of rated power (emissions §3.1, E8). [M+] A window that lies on
 * the threshold counts, as in E8 and as the duration form of the rule has it (D ≤ D_max).
 */
export function workWindows(series: WindowSeries, facts: WindowFacts): WindowResult {
  const work = series.workKwh;
  return evaluate('work', series, work, facts.workRef, facts, {
    gPerKwh: (k, spans) => sumOf(series.noxG, k, spans) / sumOf(work, k, spans),
    passes: (k, spans, seconds, ratedKw, threshold) =>
      (sumOf(work, k, spans) * HOUR_S) / seconds >= threshold * ratedKw * (1 - EDGE_TOLERANCE),
  });
}

/** CO2-based windows: valid by duration, NOx per CO2 times the reference CO2 for work (emissions §3.2, E8). [M+] */
export function co2Windows(series: WindowSeries, facts: WindowFacts): WindowResult {
  const perWork = facts.co2GPerKwh ?? Number.NaN;
  return evaluate('co2', series, series.co2G, facts.co2Ref ?? null, facts, {
    gPerKwh: (k, spans) => (sumOf(series.noxG, k, spans) / sumOf(series.co2G, k, spans)) * perWork,
    passes: byDuration(facts),
  });
}

/** Fuel windows: valid by duration, NOx per fuel times the reference consumption; class B at best (emissions §3.4, E21). [C] abstract, [M] defaults */
export function fuelWindows(series: WindowSeries, facts: WindowFacts): WindowResult {
  const perWork = facts.bsfcKgPerKwh ?? Number.NaN;
  return evaluate('fuel', series, series.fuelKg, facts.fuelRef ?? null, facts, {
    gPerKwh: (k, spans) => (sumOf(series.noxG, k, spans) / sumOf(series.fuelKg, k, spans)) * perWork,
    passes: byDuration(facts),
  });
}

/** Longest valid window [s] at a threshold: 3600·W_ref/(threshold·P_max) (emissions §3.2). [M+] */
export function longestWindowS(workRefKwh: number, ratedPowerKw: number, threshold: number): number {
  return (HOUR_S * workRefKwh) / (threshold * ratedPowerKw);
}

/** Relative slack for a window that lies on its limit, so that no rounding step decides. */
const EDGE_TOLERANCE = 1e-9;

interface Method {
  readonly gPerKwh: (k: number, spans: Spans) => number;
  readonly passes: (k: number, spans: Spans, seconds: number, ratedKw: number, threshold: number) => boolean;
}

function byDuration(facts: WindowFacts): Method['passes'] {
  const work = facts.workRef?.value ?? Number.NaN;
  return (_k, _spans, seconds, ratedKw, threshold) => seconds <= longestWindowS(work, ratedKw, threshold) * (1 + EDGE_TOLERANCE);
}

function sumOf(sums: Float64Array | null, k: number, spans: Spans): number {
  return sums === null ? Number.NaN : (sums[spans.end[k] as number] as number) - (sums[spans.start[k] as number] as number);
}

const NO_SPANS: Spans = { count: 0, start: new Int32Array(0), end: new Int32Array(0) };

function evaluate(
  kind: WindowKind,
  series: WindowSeries,
  sums: Float64Array | null,
  reference: Assumed | null,
  facts: WindowFacts,
  method: Method,
): WindowResult {
  const total = sums?.[sums.length - 1] ?? 0;
  const usable = sums !== null && reference !== null && reference.value > 0;
  const spans = usable ? slide(sums, series.retained.parts, reference.value) : NO_SPANS;
  const gPerKwh = new Float64Array(spans.count);
  const durationS = new Float64Array(spans.count);
  for (let k = 0; k < spans.count; k += 1) {
    gPerKwh[k] = method.gPerKwh(k, spans);
    durationS[k] = sumOf(series.timeS, k, spans);
  }
  const rated = facts.ratedPowerKw;
  const validity = lowerThreshold(
    spans.count,
    facts.threshold ?? THRESHOLD_20_15,
    (k, threshold) => rated !== null && method.passes(k, spans, durationS[k] as number, rated, threshold),
  );
  return {
    kind,
    spans,
    gPerKwh,
    durationS,
    valid: validity.valid,
    validCount: validity.validCount,
    validShare: validity.validShare,
    thresholdPct: validity.thresholdPct,
    void: whyVoid(sums, reference, rated, spans.count, validity.enough),
    reference,
    total,
    references: usable ? total / reference.value : null,
  };
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

/** Figures over the valid windows [g/kWh]; null when there are none. */
export interface WindowSummary {
  readonly p90: number;
  readonly mean: number;
  readonly max: number;
}

/** 90th percentile (linear interpolation, for display), mean and maximum of the valid windows; null without any. */
export function summarise(result: WindowResult): WindowSummary | null {
  if (result.validCount === 0) return null;
  const values = result.gPerKwh.filter((_, k) => result.valid[k] === 1);
  let sum = 0;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    sum += value;
    if (value > max) max = value;
  }
  return { p90: percentileInPlace(values, 0.9), mean: sum / values.length, max };
}

/** How many valid windows keep a limit. */
export interface WithinLimit {
  readonly within: number;
  readonly valid: number;
  readonly share: number | null;
  /** At least 90 % of the valid windows keep it, by count (emissions §3.1 rule 5); null when the result is void. */
  readonly passes: boolean | null;
}

/** Counts valid windows with e/divisor ≤ limit [g/kWh]; the divisor is the guard factor where one is to be used. */
export function withinLimit(result: WindowResult, limitGPerKwh: number, divisor = 1): WithinLimit {
  let within = 0;
  for (let k = 0; k < result.spans.count; k += 1)
    if (result.valid[k] === 1 && (result.gPerKwh[k] as number) / divisor <= limitGPerKwh) within += 1;
  const valid = result.validCount;
  return {
    within,
    valid,
    share: valid === 0 ? null : within / valid,
    passes: result.void === null ? within * 10 >= valid * 9 : null,
  };
}

/** Class of a window result (emissions §4): the mass's own, B when the reference is assumed, B for fuel and CO2 windows. */
export function windowClass(result: WindowResult, massClass: MethodClass | null): MethodClass | null {
  if (massClass === null) return null;
  if (massClass === 'C') return 'C';
  return result.kind !== 'work' || result.reference?.assumed !== false ? 'B' : massClass;
}

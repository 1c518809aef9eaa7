import { HOUR_S, METHOD_DEFAULTS } from './constants.ts';
import type { Derived } from './derive.ts';
import { ENGINE, validOf } from './engine-state.ts';
import { type Figure, figure, noFigure, quotient } from './figure.ts';
import type { JudgedTrace } from './judge.ts';
import { floatColumn } from './lent-columns.ts';
import { absorptionOf, OPAQUE_PCT, pmGh, pmIndicatorMgM3 } from './particulate.ts';
import { percentileInPlace } from './stats/percentile.ts';

/** Where the PM indicator of a truck comes from. */
export type SmokeSource = 'pmMgM3' | 'lightAbsorptionPerM' | 'opacityPct';

/** Above this light absorption [1/m] for longer than this [s] smoke is visible; a reading of this many times the truck's own median is high (emissions §6), unless it is below a fifth of visible smoke: the median of a clean truck is 0, and any step of the gauge lies above that. [eng] */
export const VISIBLE_SMOKE = { perM: 1.2, seconds: 5, timesMedian: 5, leastHighShare: 0.2 } as const;

/** PM of a truck as an indicator to ±50 %, for ranking within a model, never against a limit (emissions §6). */
export interface SmokeSummary {
  readonly source: SmokeSource | null;
  readonly seconds: number;
  /** Concentration over the running seconds [mg/m³]. */
  readonly meanMgM3: Figure;
  readonly medianMgM3: Figure;
  /** Share of the time above 5 times the own median, and above a fifth of visible smoke. */
  readonly highShare: Figure;
  /** Stretches with more than 1.2 1/m, or what stands for it, for more than 5 s. */
  readonly visibleEvents: number;
  /** Mass [g], over the seconds with an exhaust flow. */
  readonly massG: number;
}

/** PM indicator of each sample. */
export interface SmokeReadings {
  readonly source: SmokeSource | null;
  /** [mg/m³]; NaN where nothing valid was read. Null without a source. */
  readonly mgM3: Float64Array | null;
}

/** PM indicator by the best smoke channel a truck sends: PM sensor, light absorption, opacity (emissions §6). */
export function smokeReadings(trace: Pick<JudgedTrace, 'count' | 'columns'>): SmokeReadings {
  const { pmMgM3, lightAbsorptionPerM, opacityPct } = trace.columns;
  const source = pmMgM3 ? 'pmMgM3' : lightAbsorptionPerM ? 'lightAbsorptionPerM' : opacityPct ? 'opacityPct' : null;
  if (source === null) return { source, mgM3: null };
  const perSmoke = METHOD_DEFAULTS.sootPerSmoke.value;
  const { count } = trace;
  const mgM3 = floatColumn(count);
  mgM3.set(validOf(trace, source));
  if (source === 'opacityPct')
    for (let i = 0; i < count; i += 1) {
      const read = mgM3[i] as number;
      mgM3[i] = read < OPAQUE_PCT ? absorptionOf(read) : Number.NaN;
    }
  if (source !== 'pmMgM3') for (let i = 0; i < count; i += 1) mgM3[i] = pmIndicatorMgM3(mgM3[i] as number, perSmoke);
  return { source, mgM3 };
}

/** Summary of the PM indicator of a truck over its running seconds. */
export function smokeOf(derived: Derived, { source, mgM3 }: SmokeReadings = smokeReadings(derived.trace)): SmokeSummary {
  const { on } = ENGINE;
  const { trace, coverS, flow } = derived;
  const density = METHOD_DEFAULTS.exhaustDensityKgM3.value;
  const visible = pmIndicatorMgM3(VISIBLE_SMOKE.perM, METHOD_DEFAULTS.sootPerSmoke.value);
  const length = mgM3 === null ? 0 : trace.count;
  const readings = floatColumn(length);
  let n = 0;
  let seconds = 0;
  let weighted = 0;
  let massG = 0;
  let smoking = 0;
  let visibleEvents = 0;
  for (let i = 0; mgM3 !== null && i < length; i += 1) {
    const mg = mgM3[i] as number;
    const s = coverS[i] as number;
    if (trace.engine[i] !== on || Number.isNaN(mg)) {
      smoking = 0;
      continue;
    }
    const before = smoking;
    smoking = mg > visible ? smoking + s : 0;
    if (before <= VISIBLE_SMOKE.seconds && smoking > VISIBLE_SMOKE.seconds) visibleEvents += 1;
    readings[n] = mg;
    n += 1;
    seconds += s;
    weighted += mg * s;
    const exhaust = flow.exhaustKgh[i] as number;
    if (!Number.isNaN(exhaust)) massG += (pmGh(mg, exhaust, density) * s) / HOUR_S;
  }
  const median = n === 0 ? Number.NaN : percentileInPlace(readings.subarray(0, n), 0.5);
  const highMgM3 = Math.max(VISIBLE_SMOKE.timesMedian * median, VISIBLE_SMOKE.leastHighShare * visible);
  let high = 0;
  for (let i = 0; mgM3 !== null && i < length; i += 1)
    if (trace.engine[i] === on && (mgM3[i] as number) > highMgM3) high += coverS[i] as number;
  return {
    source,
    seconds,
    meanMgM3: quotient(weighted, seconds, 'noSamples'),
    medianMgM3: n === 0 ? noFigure('noSamples') : figure(median),
    highShare: quotient(high, seconds, 'noSamples'),
    visibleEvents,
    massG,
  };
}

import {
  type Derived,
  JUDGED,
  JUDGED_NAMES,
  type JudgedName,
  OUTSIDE_NAMES,
  outside,
  uNox,
  type WindowKind,
} from '@plume/ingest/emissions';
import type { Parameters } from '../catalogue/parameters.ts';
import type { DayInput } from './day-input.ts';
import { FORMULA_VERSION } from './formula-version.ts';
import { boundaryOf, prepareDay } from './prepare-day.ts';

/**
 * What became of a sample: `judged` ones are in the windows; the others are dropped before, for the first reason that applies. Names of
 * judgements (`notReady`, `stuck`, …) are those of the downstream NOx reading.
 */
export const SAMPLE_STATES = [
  'judged',
  ...OUTSIDE_NAMES.filter((name) => name !== 'no'),
  ...JUDGED_NAMES.filter((name) => name !== 'valid' && name !== 'excluded'),
  'noFlow',
  'noPower',
] as const;
const HOUR_S = 3600;

/** A name of what became of a sample. */
export type SampleState =
  | 'judged'
  | Exclude<(typeof OUTSIDE_NAMES)[number], 'no'>
  | Exclude<JudgedName, 'valid' | 'excluded'>
  | 'noFlow'
  | 'noPower';

/** The windows of one kind of a day, one by one. */
export interface TracedWindows {
  readonly kind: Exclude<WindowKind, 'co2'>;
  readonly count: number;
  /** First and last second of each. */
  readonly fromSec: Float64Array;
  readonly toSec: Float64Array;
  /** NOx of each [g/kWh]. */
  readonly gPerKwh: Float64Array;
  /** 1 for windows that count. */
  readonly valid: Uint8Array;
  readonly thresholdPct: number;
  /** Reference quantity [kWh or kg]; null: there is none, and no window. */
  readonly reference: { readonly value: number; readonly assumed: boolean } | null;
}

/**
 * What one g/kWh is as a concentration over the judged seconds of a day: c = e ÷ (u × G ÷ P) with exhaust G and work P as sums over them
 * (emissions §2.4, E7). To read a limit on a chart of ppm with, and never judged by: single seconds have another G ÷ P.
 */
export interface PpmConversion {
  /** u of the stage [g/(kg ppm)]. */
  readonly u: number;
  /** Exhaust over work of the judged seconds [kg/kWh]. */
  readonly exhaustKgPerKwh: number;
  /** ppm of one g/kWh. */
  readonly ppmPerGPerKwh: number;
}

/** A day sample by sample: what an officer is shown of how a verdict came about. */
export interface DayTrace {
  readonly formula: string;
  readonly timeSec: Float64Array;
  /** Places in `SAMPLE_STATES`. */
  readonly state: Uint8Array;
  readonly windows: TracedWindows;
  /** Null without work or exhaust over judged seconds. */
  readonly ppm: PpmConversion | null;
}

const STATE_OF = new Map<string, number>(SAMPLE_STATES.map((name, code) => [name, code]));

function codeOf(name: SampleState): number {
  return STATE_OF.get(name) ?? 0;
}

/**
 * The samples of a day with what became of each, and every window of a kind: by the same steps as the day's summary, whose counts they
 * give. `fuel` windows drop samples without fuel where `work` ones drop those without power.
 */
export function traceDay(input: DayInput, parameters: Parameters, kind: TracedWindows['kind']): DayTrace {
  const { day, windows } = prepareDay(input, parameters);
  const { trace, noxGs, noxValid, powerKw, fuelKgh } = day;
  const reasons = outside(trace, boundaryOf(parameters));
  const nox = trace.columns.noxDownPpm;
  const needed = kind === 'work' ? powerKw : fuelKgh;
  const state = new Uint8Array(trace.count);
  const outsideCodes = OUTSIDE_NAMES.map((name) => (name === 'no' ? 0 : codeOf(name)));
  const judgedCodes = JUDGED_NAMES.map((name) => (name === 'valid' || name === 'excluded' ? 0 : codeOf(name)));
  for (let i = 0; i < trace.count; i += 1) {
    const reason = reasons[i] as number;
    if (reason !== 0) state[i] = outsideCodes[reason] as number;
    else if (noxValid[i] !== 1) state[i] = judgedCodes[nox?.codes[i] ?? JUDGED.missing] || codeOf('noFlow');
    else if (Number.isNaN(noxGs[i])) state[i] = codeOf('noFlow');
    else if (Number.isNaN(needed[i])) state[i] = codeOf('noPower');
  }
  const ppm = conversionOf(day, state);
  const result = windows[kind];
  const { retained } = kind === 'work' ? windows.workSeries : windows.fuelSeries;
  const { count, start, end } = result.spans;
  const fromSec = new Float64Array(count);
  const toSec = new Float64Array(count);
  for (let k = 0; k < count; k += 1) {
    fromSec[k] = trace.timeSec[retained.index[start[k] as number] as number] as number;
    toSec[k] = trace.timeSec[retained.index[(end[k] as number) - 1] as number] as number;
  }
  return {
    formula: FORMULA_VERSION,
    timeSec: trace.timeSec,
    state,
    ppm,
    windows: {
      kind,
      count,
      fromSec,
      toSec,
      gPerKwh: result.gPerKwh,
      valid: result.valid,
      thresholdPct: result.thresholdPct,
      reference: result.reference === null ? null : { value: result.reference.value, assumed: result.reference.assumed },
    },
  };
}

/** Sums of exhaust and work over the judged samples that tell both. */
function conversionOf(day: Derived, state: Uint8Array): PpmConversion | null {
  const { coverS, powerKw, flow, vehicle } = day;
  let exhaustKg = 0;
  let workKwh = 0;
  for (let i = 0; i < state.length; i += 1) {
    const exhaust = flow.exhaustKgh[i] as number;
    const power = powerKw[i] as number;
    if (state[i] !== 0 || Number.isNaN(exhaust) || Number.isNaN(power)) continue;
    const hours = (coverS[i] as number) / HOUR_S;
    exhaustKg += exhaust * hours;
    workKwh += Math.max(0, power) * hours;
  }
  if (exhaustKg <= 0 || workKwh <= 0) return null;
  const u = uNox(vehicle.stage);
  const exhaustKgPerKwh = exhaustKg / workKwh;
  return { u, exhaustKgPerKwh, ppmPerGPerKwh: 1 / (u * exhaustKgPerKwh) };
}

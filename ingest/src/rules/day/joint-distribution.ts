import { ENGINE, type JudgedTrace, type Stretch, validOf } from '@plume/ingest/emissions';

/** Fuel flow [L/h] at which the engine's states part: overrun, idle, and four loads of a heavy engine. Absolute, as trucks of one engine model are compared. [eng] */
export const JOINT_FUEL_LPH: readonly number[] = [0.1, 5, 15, 30, 50];
/** Inlet temperature of the catalyst [°C] at which the states part: no activity, light-off, plateau (emissions §5.2). A fourth class has none. [eng] */
export const JOINT_TEMP_C: readonly number[] = [200, 280];
/** Downstream NOx [ppm] at which the classes part. [eng] */
export const JOINT_NOX_PPM: readonly number[] = [10, 25, 50, 100, 200, 400, 800];

const FUEL_EDGES = Float64Array.from(JOINT_FUEL_LPH);
const TEMP_EDGES = Float64Array.from(JOINT_TEMP_C);
const NOX_EDGES = Float64Array.from(JOINT_NOX_PPM);
const TEMPS = JOINT_TEMP_C.length + 2;
const STATES = (JOINT_FUEL_LPH.length + 1) * TEMPS;
const CLASSES = JOINT_NOX_PPM.length + 1;
/** Cells of a joint distribution. */
export const JOINT_CELLS: number = STATES * CLASSES;
/** Least time [s] of a distribution that says something, in all and in one state of the reference. [eng] */
const LEAST_S = 600;
/** Seconds put into each class of a state beforehand (Laplace), so that nothing unseen is impossible. */
const PRIOR_S = 1;

/**
 * T8 (emissions §5.4): seconds by engine state (fuel flow × temperature of the catalyst) and class of downstream NOx, rounded to whole
 * ones, row-major: state = fuel class × 4 + temperature class, cell = state × 8 + NOx class. Over running seconds with valid NOx and fuel;
 * null with less than 10 minutes of them.
 */
export function jointDistribution(trace: JudgedTrace, range: Stretch, coverS: Float64Array): number[] | null {
  const { on } = ENGINE;
  const { engine, columns } = trace;
  if (columns.noxDownPpm === undefined || columns.fuelRateLph === undefined) return null;
  const noxDownPpm = validOf(trace, 'noxDownPpm');
  const fuelRateLph = validOf(trace, 'fuelRateLph');
  const scrInTempC = validOf(trace, 'scrInTempC');
  const cells = new Float64Array(JOINT_CELLS);
  let seconds = 0;
  for (let i = range.from; i < range.to; i += 1) {
    if (engine[i] !== on) continue;
    const ppm = noxDownPpm[i] as number;
    const fuel = fuelRateLph[i] as number;
    if (Number.isNaN(ppm + fuel)) continue;
    const inlet = scrInTempC[i] as number;
    const temp = Number.isNaN(inlet) ? TEMPS - 1 : place(TEMP_EDGES, inlet);
    const cell = (place(FUEL_EDGES, fuel) * TEMPS + temp) * CLASSES + place(NOX_EDGES, ppm);
    const s = coverS[i] as number;
    cells[cell] = (cells[cell] as number) + s;
    seconds += s;
  }
  return seconds < LEAST_S ? null : Array.from(cells, Math.round);
}

/** How many edges lie at or below a value. */
function place(edges: Float64Array, value: number): number {
  let at = 0;
  while (at < edges.length && value >= (edges[at] as number)) at += 1;
  return at;
}

/** How likely a day's readings are among the reference trucks. */
export interface JointLikelihood {
  /** Mean over the day's seconds of the probability that reference trucks in the same engine state read NOx of the same class. */
  readonly probability: number;
  /** What that mean would be for a reference truck driven like this one. */
  readonly expected: number;
  /** probability ÷ expected: about 1 for genuine readings, near 0 for readings that reference trucks hardly ever give. */
  readonly ratio: number;
  /** Share of the day's seconds whose engine state the reference knows (10 minutes or more); only they count. */
  readonly knownShare: number;
}

/**
 * The "average distribution probability" of US 11,561,212 (abstract; its formula is not public there) of a day against reference trucks of
 * the same engine model and stage. The probability of a NOx class is conditional on the engine state, so that an uncommon duty is not
 * taken for a falsified reading. Null: distributions of another form, or no state in common.
 */
export function jointLikelihood(day: readonly number[], reference: readonly number[]): JointLikelihood | null {
  if (day.length !== JOINT_CELLS || reference.length !== JOINT_CELLS) return null;
  let all = 0;
  let known = 0;
  let found = 0;
  let expected = 0;
  for (let state = 0; state < STATES; state += 1) {
    let dayS = 0;
    let referenceS = 0;
    for (let cell = state * CLASSES; cell < (state + 1) * CLASSES; cell += 1) {
      dayS += day[cell] as number;
      referenceS += reference[cell] as number;
    }
    all += dayS;
    if (referenceS < LEAST_S) continue;
    known += dayS;
    for (let cell = state * CLASSES; cell < (state + 1) * CLASSES; cell += 1) {
      const probability = ((reference[cell] as number) + PRIOR_S) / (referenceS + CLASSES * PRIOR_S);
      found += (day[cell] as number) * probability;
      expected += dayS * probability * probability;
    }
  }
  if (!(known > 0)) return null;
  return { probability: found / known, expected: expected / known, ratio: found / expected, knownShare: known / all };
}

import { ENGINE, floatColumn, type JudgedTrace, type Stretch, type ValuesOf, validOf } from '@plume/ingest/emissions';
import type { PLAUSIBILITY_PARAMETERS } from './plausibility-parameters.ts';

type Numbers = ValuesOf<typeof PLAUSIBILITY_PARAMETERS>;

/** The flattest half hour of a sensor whose engine varied. */
export interface FlatStretch {
  /** Standard deviation of the 20 s means [ppm]. */
  readonly sdPpm: number;
  readonly fromSec: number;
}

/** Means of NOx and fuel over the 20 s blocks of a stretch; NaN where less than half a block was heard. */
interface BlockMeans {
  readonly firstPlace: number;
  readonly nox: Float64Array;
  readonly fuel: Float64Array;
}

/**
 * T2 (emissions §5.4): the least standard deviation of 20 s means of the downstream sensor over any 30 minutes in which the fuel flow
 * (as 20 s means too, so on the same time scale) varies by more than 30 %. Blocks lie at multiples of 20 s of epoch time; a stretch
 * needs three quarters of its blocks. Looked at are valid readings: what repeats without a change is T1's. Null: no such stretch.
 */
export function flatStretch(trace: JudgedTrace, range: Stretch, coverS: Float64Array, parameters: Numbers): FlatStretch | null {
  const means = blockMeans(trace, range, coverS, parameters.meanS);
  if (means === null) return null;
  const { nox, fuel } = means;
  const length = Math.round(parameters.windowS / parameters.meanS);
  const least = Math.max(2, parameters.windowFill * length);
  // About the mean of all, so that the squares do not drown what they differ by.
  const noxMean = meanOf(nox);
  const fuelMean = meanOf(fuel);
  let n = 0;
  let x = 0;
  let xx = 0;
  let y = 0;
  let yy = 0;
  let best: FlatStretch | null = null;
  for (let b = 0; b < nox.length; b += 1) {
    for (const [at, sign] of [
      [b, 1],
      [b - length, -1],
    ] as const) {
      if (at < 0 || Number.isNaN(nox[at] as number)) continue;
      const dx = (nox[at] as number) - noxMean;
      const dy = (fuel[at] as number) - fuelMean;
      n += sign;
      x += sign * dx;
      xx += sign * dx * dx;
      y += sign * dy;
      yy += sign * dy * dy;
    }
    if (b < length - 1 || n < least) continue;
    const fuelSd = Math.sqrt(Math.max(0, yy / n - (y / n) ** 2));
    if (!(fuelSd > parameters.flatFuelCv * (fuelMean + y / n))) continue;
    const sdPpm = Math.sqrt(Math.max(0, xx / n - (x / n) ** 2));
    if (best === null || sdPpm < best.sdPpm) best = { sdPpm, fromSec: (means.firstPlace + b - length + 1) * parameters.meanS };
  }
  return best;
}

function blockMeans(trace: JudgedTrace, range: Stretch, coverS: Float64Array, blockS: number): BlockMeans | null {
  const { on } = ENGINE;
  const { timeSec, engine, columns } = trace;
  if (columns.noxDownPpm === undefined || columns.fuelRateLph === undefined || range.to <= range.from) return null;
  const noxDownPpm = validOf(trace, 'noxDownPpm');
  const fuelRateLph = validOf(trace, 'fuelRateLph');
  const firstPlace = Math.floor((timeSec[range.from] as number) / blockS);
  const places = Math.floor((timeSec[range.to - 1] as number) / blockS) - firstPlace + 1;
  const nox = floatColumn(places);
  const fuel = floatColumn(places);
  const seconds = floatColumn(places);
  for (let i = range.from; i < range.to; i += 1) {
    if (engine[i] !== on) continue;
    const ppm = noxDownPpm[i] as number;
    const lph = fuelRateLph[i] as number;
    if (Number.isNaN(ppm + lph)) continue;
    const place = Math.floor((timeSec[i] as number) / blockS) - firstPlace;
    const s = coverS[i] as number;
    seconds[place] = (seconds[place] as number) + s;
    nox[place] = (nox[place] as number) + s * ppm;
    fuel[place] = (fuel[place] as number) + s * lph;
  }
  for (let b = 0; b < places; b += 1) {
    const s = seconds[b] as number;
    const heard = s >= blockS / 2;
    nox[b] = heard ? (nox[b] as number) / s : Number.NaN;
    fuel[b] = heard ? (fuel[b] as number) / s : Number.NaN;
  }
  return { firstPlace, nox, fuel };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  let n = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    n += 1;
  }
  return n === 0 ? 0 : sum / n;
}

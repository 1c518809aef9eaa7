import {
  ENGINE,
  GAP_LIMIT_S,
  indexColumn,
  type JudgedTrace,
  type Stretch,
  type ValuesOf,
  validOf,
} from '@plume/ingest/emissions';
import type { PLAUSIBILITY_PARAMETERS } from './plausibility-parameters.ts';

type Numbers = ValuesOf<typeof PLAUSIBILITY_PARAMETERS>;

/** How nearly the downstream sensor was the upstream one times a factor. */
export interface CopyFinding {
  /** Half hours of hot seconds with both sensors that were tested, end to end. */
  readonly tested: number;
  /** The half hour with the steadiest ratio among those whose r² is above 0.995; null when none is. */
  readonly best: { readonly cv: number; readonly r2: number; readonly fromSec: number } | null;
}

/** Running sums of a window about fixed centres. */
interface Sums {
  seconds: number;
  n: number;
  x: number;
  y: number;
  xx: number;
  yy: number;
  xy: number;
  ratios: number;
  r: number;
  rr: number;
}

/** What the sums are taken about, so that the squares do not drown what they differ by. */
interface Centres {
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

/**
 * T3 (emissions §5.4, E28): r² of the two sensors and the coefficient of variation of down ÷ up over every 30 minutes of running seconds
 * with both valid and the catalyst's inlet at 250 °C or more, joined over gaps up to 600 s. The ratio is of seconds with at least 50 ppm
 * upstream; upstream must vary by 10 %, else nothing is transient. By the second and not by means: noise of two real sensors
 * differs, also behind a dead catalyst, while a copy has none of its own. Without an inlet temperature nothing is hot.
 */
export function scaledCopy(trace: JudgedTrace, range: Stretch, coverS: Float64Array, parameters: Numbers): CopyFinding {
  const up = trace.columns.noxUpPpm;
  const down = trace.columns.noxDownPpm;
  const nothing = { tested: 0, best: null };
  if (up === undefined || down === undefined) return nothing;
  const kept = keptSamples(trace, range, parameters);
  if (kept.length === 0) return nothing;
  const centres = centresOf(kept, up.values, down.values, parameters.copyLeastPpm);
  const sums = noSums();
  let tested = 0;
  let partS = 0;
  let best: CopyFinding['best'] = null;
  let first = 0;
  for (let k = 0; k < kept.length; k += 1) {
    const i = kept[k] as number;
    if (k > 0 && (trace.timeSec[i] as number) - (trace.timeSec[kept[k - 1] as number] as number) > GAP_LIMIT_S) {
      Object.assign(sums, noSums());
      first = k;
      partS = 0;
    }
    const s = coverS[i] as number;
    take(sums, 1, s, up.values[i] as number, down.values[i] as number, centres, parameters.copyLeastPpm);
    if (Math.floor((partS + s) / parameters.windowS) > Math.floor(partS / parameters.windowS)) tested += 1;
    partS += s;
    for (;;) {
      const oldest = kept[first] as number;
      const oldS = coverS[oldest] as number;
      if (sums.seconds - oldS < parameters.windowS) break;
      take(sums, -1, oldS, up.values[oldest] as number, down.values[oldest] as number, centres, parameters.copyLeastPpm);
      first += 1;
    }
    if (sums.seconds < parameters.windowS || sums.ratios < sums.n / 2) continue;
    const cv = ratioCv(sums, centres);
    if (best !== null && cv >= best.cv) continue;
    const r2 = rSquared(sums, centres, parameters);
    if (r2 > parameters.copyR2) best = { cv, r2, fromSec: trace.timeSec[kept[first] as number] as number };
  }
  return { tested, best };
}

/** Indices of the samples that count. */
function keptSamples(trace: JudgedTrace, range: Stretch, parameters: Numbers): Int32Array {
  const { on } = ENGINE;
  const { engine } = trace;
  const noxUpPpm = validOf(trace, 'noxUpPpm');
  const noxDownPpm = validOf(trace, 'noxDownPpm');
  const scrInTempC = validOf(trace, 'scrInTempC');
  const kept = indexColumn(Math.max(0, range.to - range.from));
  let n = 0;
  for (let i = range.from; i < range.to; i += 1) {
    if (engine[i] !== on || !((scrInTempC[i] as number) >= parameters.scrHotC)) continue;
    if (Number.isNaN((noxUpPpm[i] as number) + (noxDownPpm[i] as number))) continue;
    kept[n] = i;
    n += 1;
  }
  return kept.subarray(0, n);
}

function centresOf(kept: Int32Array, up: Float64Array, down: Float64Array, leastPpm: number): Centres {
  let x = 0;
  let y = 0;
  let r = 0;
  let ratios = 0;
  for (let k = 0; k < kept.length; k += 1) {
    const i = kept[k] as number;
    const before = up[i] as number;
    const after = down[i] as number;
    x += before;
    y += after;
    if (before < leastPpm) continue;
    r += after / before;
    ratios += 1;
  }
  return { x: x / kept.length, y: y / kept.length, r: ratios === 0 ? 0 : r / ratios };
}

function noSums(): Sums {
  return { seconds: 0, n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0, ratios: 0, r: 0, rr: 0 };
}

/** Puts a pair in (1) or takes it out (−1). */
function take(sums: Sums, sign: 1 | -1, s: number, up: number, down: number, centres: Centres, leastPpm: number): void {
  const x = up - centres.x;
  const y = down - centres.y;
  sums.seconds += sign * s;
  sums.n += sign;
  sums.x += sign * x;
  sums.y += sign * y;
  sums.xx += sign * x * x;
  sums.yy += sign * y * y;
  sums.xy += sign * x * y;
  if (up < leastPpm) return;
  const r = down / up - centres.r;
  sums.ratios += sign;
  sums.r += sign * r;
  sums.rr += sign * r * r;
}

/** Coefficient of variation of the ratio; infinite when its mean is not above zero. */
function ratioCv(sums: Sums, centres: Centres): number {
  const offset = sums.r / sums.ratios;
  const mean = centres.r + offset;
  return mean > 0 ? Math.sqrt(Math.max(0, sums.rr / sums.ratios - offset * offset)) / mean : Number.POSITIVE_INFINITY;
}

/** Squared correlation; 0 when upstream hardly varies. */
function rSquared(sums: Sums, centres: Centres, parameters: Numbers): number {
  const { n, x, y } = sums;
  const xx = sums.xx / n - (x / n) ** 2;
  const yy = sums.yy / n - (y / n) ** 2;
  const xy = sums.xy / n - (x / n) * (y / n);
  if (!(Math.sqrt(Math.max(0, xx)) >= parameters.copyLeastCv * (centres.x + x / n)) || !(yy > 0)) return 0;
  return Math.min(1, (xy * xy) / (xx * yy));
}

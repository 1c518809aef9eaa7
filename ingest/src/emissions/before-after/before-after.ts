import { median, percentile } from '../stats/percentile.ts';
import { type Random, seededRandom } from '../stats/random.ts';
import type { BinSums } from '../stats/standardise.ts';
import { type ShiftInterval, type SignedRank, shiftInterval, wilcoxonSignedRank } from '../stats/wilcoxon.ts';
import { type Match, type MatchSettings, matchBins, ownFactor, sumBins, weightedFactor } from './match.ts';

/** Another truck over the same days: its sums by bin of both periods. */
export interface Control {
  readonly before: readonly BinSums[];
  readonly after: readonly BinSums[];
}

/** Settings of a comparison. */
export interface BeforeAfterSettings extends MatchSettings {
  readonly seed: number;
  readonly draws: number;
  /** Two-sided confidence of every interval. */
  readonly confidence: number;
  /** With fewer controls than this nothing is taken off. */
  readonly leastControls: number;
  /** Least overlap of the mixes of a control. */
  readonly leastControlOverlap: number;
}

/** A figure with its interval. */
export interface Ranged {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Before and after on comparable operation. Factors in the unit of emission ÷ base (g/kWh). */
export interface BeforeAfter {
  readonly match: Match;
  /** Factors over all operation of each period, each in its own mix. */
  readonly ownBefore: number | null;
  readonly ownAfter: number | null;
  /** Factors in the common mix; null: no bin is matched. */
  readonly before: Ranged | null;
  readonly after: Ranged | null;
  /** ln(after ÷ before) less that of the controls; null: no bin is matched. */
  readonly logRatio: Ranged | null;
  /** ln(after ÷ before) of the truck alone. */
  readonly ownLogRatio: number | null;
  /** Controls that could be compared, and the median of their ln(after ÷ before); null: fewer than are needed, nothing was taken off. */
  readonly controls: number;
  readonly controlLogRatio: number | null;
  /** Variance over the draws of ln before, of ln after, and of the controls' median: what more days can narrow and what they cannot. */
  readonly variances: { readonly before: number; readonly after: number; readonly controls: number };
  /** Matched bins as pairs, before − after; null: none differs. */
  readonly test: SignedRank | null;
  readonly shift: ShiftInterval | null;
}

/** Factors are compared as logarithms from this on [g/kWh]: a sensor's zero is no reduction without end. */
export const LEAST_FACTOR = 0.01;

const ln = (factor: number): number => Math.log(Math.max(factor, LEAST_FACTOR));

/** ln(after ÷ before) of a control over its own matched operation; null when its mixes have too little in common. */
export function controlLogRatio(control: Control, leastOverlap: number): number | null {
  const match = matchBins([control.before], [control.after], { leastDays: 1, leastBase: 0 });
  if (match.bins.length === 0 || match.overlap < leastOverlap) return null;
  return ln(weightedFactor(control.after, match.weights)) - ln(weightedFactor(control.before, match.weights));
}

/**
 * Compares days before and after a repair (emissions §7.4): matched on operating bins and directly standardised with the pooled mix (E30);
 * Wilcoxon signed-rank over the matched bins with the Hodges-Lehmann shift (E18); intervals by drawing whole days with replacement, each
 * period by itself, weights kept; ln ratio less the median of the controls', who are drawn as well. Deterministic: the same days, settings and
 * seed give the same figures. Order of the draws: for each, the days before, the days after, then the controls.
 */
export function beforeAfter(
  before: readonly (readonly BinSums[])[],
  after: readonly (readonly BinSums[])[],
  controls: readonly Control[],
  settings: BeforeAfterSettings,
): BeforeAfter {
  const match = matchBins(before, after, settings);
  const [sumBefore, sumAfter] = [sumBins(before), sumBins(after)];
  const ratios = controls
    .map((control) => controlLogRatio(control, settings.leastControlOverlap))
    .filter((ratio) => ratio !== null);
  const used = ratios.length >= settings.leastControls && ratios.length > 0 ? ratios : [];
  const found = {
    match,
    ownBefore: ownFactor(sumBefore),
    ownAfter: ownFactor(sumAfter),
    controls: ratios.length,
    controlLogRatio: used.length > 0 ? median(used) : null,
  };
  if (match.bins.length === 0) {
    const nothing = { before: null, after: null, logRatio: null, ownLogRatio: null, test: null, shift: null };
    return { ...found, ...nothing, variances: { before: 0, after: 0, controls: 0 } };
  }
  const factor = (bins: readonly BinSums[], b: number): number => (bins[b]?.emission ?? 0) / (bins[b]?.base ?? 0);
  const pairs = match.bins.map((b) => [factor(sumBefore, b), factor(sumAfter, b)] as const);
  const levelBefore = weightedFactor(sumBefore, match.weights);
  const levelAfter = weightedFactor(sumAfter, match.weights);
  const drawn = draw(before, after, used, match, settings);
  const tail = (1 - settings.confidence) / 2;
  const ranged = (value: number, values: readonly number[]): Ranged => ({
    value,
    low: percentile(values, tail),
    high: percentile(values, 1 - tail),
  });
  const ownLogRatio = ln(levelAfter) - ln(levelBefore);
  return {
    ...found,
    before: ranged(levelBefore, drawn.before),
    after: ranged(levelAfter, drawn.after),
    logRatio: ranged(ownLogRatio - (found.controlLogRatio ?? 0), drawn.logRatio),
    ownLogRatio,
    variances: {
      before: variance(drawn.before.map(ln)),
      after: variance(drawn.after.map(ln)),
      controls: variance(drawn.controls),
    },
    test: wilcoxonSignedRank(
      pairs.map(([b]) => b),
      pairs.map(([, a]) => a),
    ),
    shift: shiftInterval(
      pairs.map(([b, a]) => b - a),
      settings.confidence,
    ),
  };
}

interface Drawn {
  readonly before: number[];
  readonly after: number[];
  readonly controls: number[];
  readonly logRatio: number[];
}

function draw(
  before: readonly (readonly BinSums[])[],
  after: readonly (readonly BinSums[])[],
  controls: readonly number[],
  match: Match,
  settings: BeforeAfterSettings,
): Drawn {
  const random = seededRandom(settings.seed);
  const drawn: Drawn = { before: [], after: [], controls: [], logRatio: [] };
  const periods = [flat(before, match), flat(after, match)] as const;
  for (let d = 0; d < settings.draws; d += 1) {
    const b = drawnFactor(periods[0], match, random);
    const a = drawnFactor(periods[1], match, random);
    const c = controls.length === 0 ? 0 : median(controls.map(() => controls[Math.floor(random() * controls.length)] as number));
    // A draw of days that have none of the matched bins tells nothing.
    if (Number.isNaN(b) || Number.isNaN(a)) continue;
    drawn.before.push(b);
    drawn.after.push(a);
    drawn.controls.push(c);
    drawn.logRatio.push(ln(a) - ln(b) - c);
  }
  return drawn;
}

/** Days of a period in rows of (emission, base) of each matched bin. */
interface Flat {
  readonly days: number;
  readonly rows: Float64Array;
}

function flat(days: readonly (readonly BinSums[])[], { bins }: Match): Flat {
  const rows = new Float64Array(days.length * bins.length * 2);
  for (const [d, day] of days.entries())
    for (const [k, b] of bins.entries()) {
      rows[(d * bins.length + k) * 2] = day[b]?.emission ?? 0;
      rows[(d * bins.length + k) * 2 + 1] = day[b]?.base ?? 0;
    }
  return { days: days.length, rows };
}

/** The standardised factor of as many days as there are, drawn with replacement. */
function drawnFactor({ days, rows }: Flat, { bins, weights }: Match, random: Random): number {
  const sums = new Float64Array(bins.length * 2);
  for (let d = 0; d < days; d += 1) {
    const from = Math.floor(random() * days) * sums.length;
    for (let k = 0; k < sums.length; k += 1) sums[k] = (sums[k] as number) + (rows[from + k] as number);
  }
  let sum = 0;
  let weight = 0;
  for (const [k, b] of bins.entries()) {
    const base = sums[2 * k + 1] as number;
    if (!(base > 0)) continue;
    const w = weights[b] as number;
    sum += w * ((sums[2 * k] as number) / base);
    weight += w;
  }
  return weight > 0 ? sum / weight : Number.NaN;
}

/** Variance of draws about their mean, divided by their number; 0 for fewer than two. */
function variance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  return values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length;
}

import { percentile } from './percentile.ts';
import { seededRandom } from './random.ts';

/** Settings of a bootstrap. */
export interface BootstrapSettings {
  readonly seed: number;
  readonly draws?: number;
  /** Two-sided confidence of the interval. */
  readonly confidence?: number;
}

/** A two-sided interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Draws that gave a finite statistic, of those made. */
  readonly finite: number;
  readonly draws: number;
}

const DRAWS = 2000;
const CONFIDENCE = 0.9;

/**
 * Percentile interval of a statistic by drawing whole clusters (days) with replacement, so that seconds of one day stay together
 * (emissions §7.4). Each group (before, after) is drawn by itself. The same seed gives the same interval. Null when a group is empty
 * or no draw gave a finite statistic.
 */
export function clusterBootstrap<T>(
  groups: readonly (readonly T[])[],
  statistic: (drawn: readonly (readonly T[])[]) => number,
  settings: BootstrapSettings,
): Interval | null {
  if (groups.length === 0 || groups.some((group) => group.length === 0)) return null;
  const draws = settings.draws ?? DRAWS;
  const tail = (1 - (settings.confidence ?? CONFIDENCE)) / 2;
  const random = seededRandom(settings.seed);
  const found: number[] = [];
  for (let d = 0; d < draws; d += 1) {
    const value = statistic(groups.map((group) => group.map(() => group[Math.floor(random() * group.length)] as T)));
    if (Number.isFinite(value)) found.push(value);
  }
  if (found.length === 0) return null;
  return { low: percentile(found, tail), high: percentile(found, 1 - tail), finite: found.length, draws };
}

/** A day as the numerator and denominator of its factor (g and kWh, say). */
export interface DaySums {
  readonly emission: number;
  readonly base: number;
}

/** ln(factor after / factor before) with its interval by days (emissions §7.4); null when either factor cannot be computed. */
export function logRatioInterval(
  before: readonly DaySums[],
  after: readonly DaySums[],
  settings: BootstrapSettings,
): { readonly logRatio: number; readonly interval: Interval } | null {
  const ratio = (groups: readonly (readonly DaySums[])[]): number => Math.log(factor(groups[1] ?? []) / factor(groups[0] ?? []));
  const logRatio = ratio([before, after]);
  const interval = Number.isFinite(logRatio) ? clusterBootstrap([before, after], ratio, settings) : null;
  return interval === null ? null : { logRatio, interval };
}

function factor(days: readonly DaySums[]): number {
  let emission = 0;
  let base = 0;
  for (const day of days) {
    emission += day.emission;
    base += day.base;
  }
  return base > 0 ? emission / base : Number.NaN;
}

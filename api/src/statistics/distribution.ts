import { type Db, queryFactorDays } from '@plume/db';
import { percentile } from '@plume/ingest/emissions';
import { beijingDate } from '../beijing-day.ts';
import { FACTORS, type FactorId } from './factors.ts';
import { type Measure, measure } from './measures.ts';
import { type Period, requirePeriod } from './period.ts';
import type { StatisticsContext, StatisticsFilter } from './table.ts';

/** Bars of a histogram at most. */
const MOST_BARS = 40;
/** Shares below which the given percentiles lie. */
const SHARES = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95] as const;

/** How a factor of truck-days is spread. */
export interface Distribution {
  readonly period: Period;
  readonly measure: Measure;
  readonly truckDays: number;
  readonly trucks: number;
  readonly mean: number | null;
  readonly least: number | null;
  readonly greatest: number | null;
  readonly percentiles: readonly { readonly share: number; readonly value: number }[];
  /** Bars of one width from `from` on; the last holds all that is greater. */
  readonly bars: { readonly from: number; readonly width: number; readonly counts: readonly number[] };
}

/** The factor of each truck-day with a valid one, as percentiles and a histogram. Each truck-day counts once, however far it was driven. */
export async function distributionOf(
  db: Db,
  query: { readonly measure: FactorId; readonly filter: StatisticsFilter; readonly period: Period },
  context: StatisticsContext,
): Promise<Distribution> {
  const period = requirePeriod(query.period, beijingDate(context.nowMs));
  const { pair, times } = FACTORS[query.measure];
  const { emissions, bases, trucks } = await queryFactorDays(db, {
    ...period,
    filter: { ...query.filter, districts: context.districts },
    atMs: context.nowMs,
    pair,
  });
  const values = emissions.map((emission, i) => (emission / (bases[i] as number)) * times);
  const any = values.length > 0;
  return {
    period,
    measure: measure(query.measure),
    truckDays: values.length,
    trucks,
    mean: any ? values.reduce((sum, each) => sum + each, 0) / values.length : null,
    least: any ? percentile(values, 0) : null,
    greatest: any ? percentile(values, 1) : null,
    percentiles: any ? SHARES.map((share) => ({ share, value: percentile(values, share) })) : [],
    bars: barsOf(values),
  };
}

/** Bars up to the 99th percentile in a round width. */
function barsOf(values: readonly number[]): Distribution['bars'] {
  if (values.length === 0) return { from: 0, width: 1, counts: [] };
  const least = Math.min(0, percentile(values, 0.01));
  const most = percentile(values, 0.99);
  const width = roundWidth((most - least) / MOST_BARS);
  const from = Math.floor(least / width) * width;
  const bars = Math.min(MOST_BARS + 2, Math.max(1, Math.ceil((most - from) / width)));
  const counts = new Array<number>(bars).fill(0);
  for (const value of values) {
    const at = Math.max(0, Math.min(bars - 1, Math.floor((value - from) / width)));
    counts[at] = (counts[at] as number) + 1;
  }
  return { from, width, counts };
}

/** The next width of 1, 2 or 5 times a power of ten. */
export function roundWidth(width: number): number {
  if (!(width > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(width));
  const step = [1, 2, 5, 10].find((each) => each * power >= width * (1 - 1e-9)) ?? 10;
  return step * power;
}

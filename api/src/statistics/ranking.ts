import { setImmediate as turn } from 'node:timers/promises';
import { type ClusterRow, type Db, queryClusters, querySums, type StatTruck, type SumsRow, statTrucks } from '@plume/db';
import {
  type BinSums,
  gini,
  MODIFIED_Z_LIMIT,
  modifiedZ,
  OPERATION_BIN_COUNT,
  percentile,
  pooledWeights,
  seededRandom,
  standardise,
  topShare,
} from '@plume/ingest/emissions';
import { beijingDate, daysBetween } from '../beijing-day.ts';
import { FACTORS, type RankedId } from './factors.ts';
import { type Measure, measure } from './measures.ts';
import { type Period, requirePeriod, spansOf } from './period.ts';
import type { StatisticsContext, StatisticsFilter } from './table.ts';

/** Longest period whose clusters are days; beyond they are weeks. */
const DAYS_AS_CLUSTERS = 92;
/** Clusters that a truck must have to be ranked. [eng] */
export const LEAST_CLUSTERS = 3;
/** A bin with less than this share of a truck's own base says nothing of it. [eng] */
const LEAST_BIN_SHARE = 0.005;
/** Trucks of one model and stage from which one can be told to be out of line. [eng] */
const LEAST_PEERS = 5;
export const DRAWS = 400;
const SEED = 20_230_518;
export const CONFIDENCE = 0.9;

/** A truck in the ranking. */
export interface RankedTruck {
  readonly vehicle: {
    readonly id: number;
    readonly plate: string;
    readonly vin: string;
    readonly district: string | null;
    readonly enterprise: string | null;
  };
  readonly stage: string | null;
  readonly model: string | null;
  /** 1 is the highest, equals share theirs; the interval is that of the rank over the draws. */
  readonly rank: number;
  readonly rankLow: number;
  readonly rankHigh: number;
  /** Factor as if all trucks had been driven alike, with its interval; the share of the pooled operation that the truck covers. */
  readonly standardised: number;
  readonly low: number;
  readonly high: number;
  readonly coverage: number;
  /** Factor as driven. */
  readonly factor: number;
  readonly noxKg: number;
  readonly validShare: number | null;
  readonly days: number;
  readonly clusters: number;
  /** Modified z of ln(factor) among trucks of the same model and stage; null with too few of them. */
  readonly z: number | null;
  readonly outlier: boolean;
}

/** The fleet by factor in comparable operation. */
export interface Ranking {
  readonly period: Period;
  readonly measure: Measure;
  readonly clusters: 'days' | 'weeks';
  readonly confidence: number;
  readonly trucks: readonly RankedTruck[];
  /** Trucks of the filter without enough valid data, with the days that they have. */
  readonly notEvaluated: readonly {
    readonly id: number;
    readonly plate: string;
    readonly days: number;
    readonly clusters: number;
  }[];
  /** Share of the top tenth of trucks, and Gini, by factor and by kg; null without trucks. */
  readonly concentration: Readonly<Record<'factor' | 'kg', { readonly topShare: number | null; readonly gini: number | null }>>;
}

/** Sums of a truck by cluster and operating bin. */
export interface TruckClusters {
  readonly truck: StatTruck;
  readonly clusters: readonly BinSums[][];
}

/** A fleet drawn: each truck's standardised factor with draws of it, and its sums. */
export interface DrawnFleet {
  readonly period: Period;
  readonly weeks: boolean;
  readonly trucks: readonly (TruckClusters & { readonly drawn: Drawn; readonly sums: SumsRow | null })[];
  /** Trucks with too few clusters to be drawn. */
  readonly few: readonly (TruckClusters & { readonly sums: SumsRow | null })[];
}

/** Draws the trucks of a filter: factors standardised over operating bins, clusters of whole days (weeks of a long period). */
export async function drawFleet(
  db: Db,
  query: { readonly measure: RankedId; readonly filter: StatisticsFilter; readonly period: Period },
  context: StatisticsContext,
): Promise<DrawnFleet> {
  const today = beijingDate(context.nowMs);
  const period = requirePeriod(query.period, today);
  const weeks = daysBetween(period.from, period.to) > DAYS_AS_CLUSTERS;
  const filter = { ...query.filter, districts: context.districts };
  const at = { filter, atMs: context.nowMs };
  const trucks = await statTrucks(db, filter, context.nowMs);
  const rows = await queryClusters(db, { ...period, ...at, pair: FACTORS[query.measure].pair, kind: 'operation', weeks });
  const sums = await querySums(db, { ...at, spans: spansOf(period, today), by: ['vehicle'], kind: 'day' });
  const of = new Map(sums.map((row) => [Number(row.keys[0]), row]));
  const all = clustersOf(trucks, rows).map((each) => ({ ...each, sums: of.get(each.truck.id) ?? null }));
  const known = all.filter(({ clusters }) => clusters.length >= LEAST_CLUSTERS);
  const drawn = await drawAll(known, poolOf(known));
  return {
    period,
    weeks,
    trucks: known.map((each, i) => ({ ...each, drawn: drawn[i] as Drawn })),
    few: all.filter(({ clusters }) => clusters.length < LEAST_CLUSTERS),
  };
}

/** Ranks trucks by a factor standardised over operating bins, with intervals by drawing whole days (weeks of a long period). */
export async function rankingOf(
  db: Db,
  query: { readonly measure: RankedId; readonly filter: StatisticsFilter; readonly period: Period },
  context: StatisticsContext,
): Promise<Ranking> {
  const fleet = await drawFleet(db, query, context);
  const ranked = rankAll(fleet.trucks);
  return {
    period: fleet.period,
    measure: measure(query.measure),
    clusters: fleet.weeks ? 'weeks' : 'days',
    confidence: CONFIDENCE,
    trucks: ranked,
    notEvaluated: fleet.few.map(({ truck, clusters, sums }) => ({
      id: truck.id,
      plate: truck.plate,
      days: sums?.nox_days ?? 0,
      clusters: clusters.length,
    })),
    concentration: {
      factor: concentration(ranked.map(({ standardised }) => standardised)),
      kg: concentration(ranked.map(({ noxKg }) => noxKg)),
    },
  };
}

function concentration(values: readonly number[]): { topShare: number | null; gini: number | null } {
  return { topShare: topShare(values), gini: gini(values) };
}

function noBins(): { emission: number; base: number }[] {
  return Array.from({ length: OPERATION_BIN_COUNT }, () => ({ emission: 0, base: 0 }));
}

function clustersOf(trucks: readonly StatTruck[], rows: readonly ClusterRow[]): TruckClusters[] {
  const found = new Map<number, Map<string, { emission: number; base: number }[]>>();
  for (const { vehicle_id, cluster, bin, emission, base } of rows) {
    const own = found.get(vehicle_id) ?? new Map<string, { emission: number; base: number }[]>();
    found.set(vehicle_id, own);
    const bins = own.get(cluster) ?? noBins();
    own.set(cluster, bins);
    bins[bin] = { emission, base };
  }
  return trucks.map((truck) => ({ truck, clusters: [...(found.get(truck.id)?.values() ?? [])] }));
}

/** A cluster as emission and base of each bin in turn: what is drawn over and over. */
function flat(cluster: readonly BinSums[]): Float64Array {
  return Float64Array.from(cluster.flatMap(({ emission, base }) => [emission, base]));
}

/** Sums of clusters by bin, put into `sums`; bins that say too little are emptied. */
function addUp(clusters: readonly Float64Array[], sums: { emission: number; base: number }[]): readonly BinSums[] {
  let whole = 0;
  for (let b = 0; b < sums.length; b += 1) {
    let emission = 0;
    let base = 0;
    for (let c = 0; c < clusters.length; c += 1) {
      const cluster = clusters[c] as Float64Array;
      emission += cluster[2 * b] as number;
      base += cluster[2 * b + 1] as number;
    }
    whole += base;
    const sum = sums[b] as { emission: number; base: number };
    sum.emission = emission;
    sum.base = base;
  }
  for (const sum of sums) if (sum.base < whole * LEAST_BIN_SHARE) sum.base = 0;
  return sums;
}

function together(clusters: readonly (readonly BinSums[])[]): readonly BinSums[] {
  return addUp(clusters.map(flat), noBins());
}

function poolOf(trucks: readonly TruckClusters[]): number[] {
  return pooledWeights(trucks.map(({ clusters }) => together(clusters)));
}

/** A truck's standardised factor, and that of every draw. */
export interface Drawn {
  readonly value: number;
  readonly coverage: number;
  readonly factor: number;
  readonly draws: Float64Array;
}

async function drawAll(trucks: readonly TruckClusters[], weights: readonly number[]): Promise<Drawn[]> {
  const found: Drawn[] = [];
  for (const { truck, clusters } of trucks) {
    const own = together(clusters);
    const { figure, coverage } = standardise(own, weights);
    const random = seededRandom(SEED + truck.id);
    const draws = new Float64Array(DRAWS);
    const days = clusters.map(flat);
    const drawn = days.slice();
    const sums = noBins();
    for (let d = 0; d < DRAWS; d += 1) {
      for (let c = 0; c < days.length; c += 1) drawn[c] = days[Math.floor(random() * days.length)] as Float64Array;
      draws[d] = standardise(addUp(drawn, sums), weights).figure.value ?? Number.NaN;
    }
    const emission = clusters.flat().reduce((sum, bin) => sum + bin.emission, 0);
    const base = clusters.flat().reduce((sum, bin) => sum + bin.base, 0);
    found.push({ value: figure.value ?? Number.NaN, coverage, factor: emission / base, draws });
    // Whoever waits gets a turn between two trucks.
    await turn();
  }
  return found;
}

function rankAll(fleet: DrawnFleet['trucks']): RankedTruck[] {
  const drawn = fleet.map((each) => each.drawn);
  const ranks = ranksOf(drawn);
  const z = zOf(fleet, drawn);
  return fleet
    .map(({ truck, clusters, sums }, i): RankedTruck => {
      const { value, coverage, factor, draws } = drawn[i] as Drawn;
      const own = ranks[i] as { rank: number; low: number; high: number };
      const { id, plate, vin, district, enterprise, stage, model } = truck;
      return {
        vehicle: { id, plate, vin, district, enterprise },
        stage,
        model,
        rank: own.rank,
        rankLow: own.low,
        rankHigh: own.high,
        standardised: value,
        ...intervalOf(draws),
        coverage,
        factor,
        noxKg: (sums?.nox_g ?? 0) / 1000,
        validShare: validShareOf(sums),
        days: sums?.nox_days ?? 0,
        clusters: clusters.length,
        z: z[i] ?? null,
        outlier: (z[i] ?? 0) > MODIFIED_Z_LIMIT,
      };
    })
    .sort((a, b) => a.rank - b.rank);
}

/** The interval of some draws at the confidence of all of them. */
export function intervalOf(draws: ArrayLike<number>): { readonly low: number; readonly high: number } {
  const tail = (1 - CONFIDENCE) / 2;
  return { low: percentile(draws, tail), high: percentile(draws, 1 - tail) };
}

/** Seconds with a valid NOx mass ÷ engine-on seconds of some sums; null: not known. */
export function validShareOf(sums: SumsRow | null): number | null {
  const { nox_valid_s: valid = null, engine_on_s: on = null } = sums ?? {};
  return valid === null || on === null || !(on > 0) ? null : valid / on;
}

/** Rank of each truck, and the interval of its rank over the draws. */
function ranksOf(drawn: readonly Drawn[]): { rank: number; low: number; high: number }[] {
  const order = (values: readonly number[]): number[] => {
    const places = values.map((_, i) => i).sort((a, b) => (values[b] as number) - (values[a] as number));
    const ranks = new Array<number>(values.length);
    for (const [place, i] of places.entries()) {
      const above = places[place - 1];
      ranks[i] = above !== undefined && values[above] === values[i] ? (ranks[above] as number) : place + 1;
    }
    return ranks;
  };
  const own = order(drawn.map(({ value }) => value));
  const all = Array.from({ length: DRAWS }, (_, d) => order(drawn.map(({ draws }) => draws[d] as number)));
  const tail = (1 - CONFIDENCE) / 2;
  return own.map((rank, i) => {
    const ranks = all.map((each) => each[i] as number);
    return { rank, low: Math.floor(percentile(ranks, tail)), high: Math.ceil(percentile(ranks, 1 - tail)) };
  });
}

function zOf(trucks: readonly TruckClusters[], drawn: readonly Drawn[]): (number | null)[] {
  const z = new Array<number | null>(trucks.length).fill(null);
  const peers = new Map<string, number[]>();
  for (const [i, { truck }] of trucks.entries()) {
    const key = JSON.stringify([truck.model, truck.stage]);
    peers.set(key, [...(peers.get(key) ?? []), i]);
  }
  for (const members of peers.values()) {
    if (members.length < LEAST_PEERS) continue;
    const found = modifiedZ(members.map((i) => Math.log(drawn[i]?.value ?? Number.NaN)));
    for (const [place, i] of members.entries()) z[i] = found[place] ?? null;
  }
  return z;
}

import { type CellSums, type Db, queryCells } from '@plume/db';
import { falseDiscovery, getisOrd, normalUpperTail } from '@plume/ingest/emissions';
import { CELL_DEG } from '@plume/ingest/rules';
import { beijingDate } from '../beijing-day.ts';
import { type Period, requirePeriod, spansOf } from './period.ts';
import type { StatisticsContext, StatisticsFilter } from './table.ts';

/** Passes that a cell must have for its factor and its place among hot spots (emissions §7.3). */
export const LEAST_PASSES = 30;
/** Cells of an answer at most: those with the most NOx; more are cut, and counted. */
export const MOST_MAP_CELLS = 12_000;
/** Cells from which Gi* says anything. [eng] */
const LEAST_CELLS = 10;
/** Score above which a cell may be hot (emissions §7.3); false discovery is kept to 5 %. */
const HOT_SCORE = 1.96;

/** What cells are coloured and compared by: NOx in all, or by distance. */
export const MAP_MEASURES = ['noxG', 'noxGPerKm'] as const;
export type MapMeasure = (typeof MAP_MEASURES)[number];

/** Cells of the map as columns of one length. */
export interface EmissionMap {
  readonly period: Period;
  readonly measure: MapMeasure;
  readonly hours: readonly number[] | null;
  readonly cellDeg: number;
  readonly leastPasses: number;
  /** South-west corner ÷ cellDeg. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly noxG: readonly number[];
  readonly km: readonly number[];
  readonly passes: readonly number[];
  /** Valid seconds ÷ engine-on seconds; null without any. */
  readonly validShare: readonly (number | null)[];
  /** Gi*; null: too few passes, or not to be told. */
  readonly z: readonly (number | null)[];
  /** Places of the cells that are hot spots: Gi* above 1.96, false discovery at most 5 %. */
  readonly hot: readonly number[];
  /** Cells found in all, and of these with enough passes. */
  readonly cells: number;
  readonly compared: number;
}

/** Emission by cell of the map, with hot spots by Getis-Ord Gi* over queen neighbours, each cell its own neighbour (emissions §7.3). */
export async function emissionMap(
  db: Db,
  query: {
    readonly measure: MapMeasure;
    readonly hours: readonly number[] | null;
    readonly filter: StatisticsFilter;
    readonly period: Period;
  },
  context: StatisticsContext,
): Promise<EmissionMap> {
  const today = beijingDate(context.nowMs);
  const period = requirePeriod(query.period, today);
  const filter = { ...query.filter, districts: context.districts };
  const found = await queryCells(db, { spans: spansOf(period, today), filter, atMs: context.nowMs, hours: query.hours });
  const kept = found.sort((a, b) => b.nox_g - a.nox_g || a.x - b.x || a.y - b.y).slice(0, MOST_MAP_CELLS);
  const { z, hot } = hotSpots(kept, query.measure);
  return {
    period,
    measure: query.measure,
    hours: query.hours,
    cellDeg: CELL_DEG,
    leastPasses: LEAST_PASSES,
    x: kept.map(({ x }) => x),
    y: kept.map(({ y }) => y),
    noxG: kept.map(({ nox_g }) => round(nox_g)),
    km: kept.map(({ km }) => round(km)),
    passes: kept.map(({ passes }) => passes),
    validShare: kept.map(({ valid_s, seconds }) => (seconds > 0 ? round(valid_s / seconds) : null)),
    z: z.map((score) => (score === null ? null : round(score))),
    hot,
    cells: found.length,
    compared: kept.filter(isCompared).length,
  };
}

/** Four significant digits: what a map can show. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}

function isCompared({ passes, km }: CellSums): boolean {
  return passes >= LEAST_PASSES && km > 0;
}

/** Gi* of the cells with enough passes among each other, and the places of those that stand out. */
export function hotSpots(cells: readonly CellSums[], by: MapMeasure): { readonly z: (number | null)[]; readonly hot: number[] } {
  const z = new Array<number | null>(cells.length).fill(null);
  const among = cells.flatMap((cell, i) => (isCompared(cell) ? [i] : []));
  if (among.length < LEAST_CELLS) return { z, hot: [] };
  const at = new Map(among.map((i, place) => [`${cells[i]?.x} ${cells[i]?.y}`, place]));
  const values = among.map((i) => {
    const { nox_g, km } = cells[i] as CellSums;
    return by === 'noxG' ? nox_g : nox_g / km;
  });
  const neighbours = among.map((i) => neighboursOf(cells[i] as CellSums, at));
  const scores = getisOrd(values, neighbours);
  const p = scores.map((score) => (Number.isFinite(score) ? normalUpperTail(score) : 1));
  const stands = falseDiscovery(p);
  const hot: number[] = [];
  for (const [place, i] of among.entries()) {
    const score = scores[place] as number;
    if (!Number.isFinite(score)) continue;
    z[i] = score;
    if (score > HOT_SCORE && stands[place]) hot.push(i);
  }
  return { z, hot };
}

function neighboursOf({ x, y }: CellSums, at: ReadonlyMap<string, number>): number[] {
  const found: number[] = [];
  for (let dx = -1; dx <= 1; dx += 1)
    for (let dy = -1; dy <= 1; dy += 1) {
      const place = dx === 0 && dy === 0 ? undefined : at.get(`${x + dx} ${y + dy}`);
      if (place !== undefined) found.push(place);
    }
  return found;
}

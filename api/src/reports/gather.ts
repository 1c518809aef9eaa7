import {
  type CaseWorkRow,
  caseWork,
  type Db,
  listRuleSettings,
  type NoxLevels,
  type NoxMinutesRow,
  noxMinutes,
  type QualityRow,
  queryQuality,
  type ReportKey,
  type StatKey,
} from '@plume/db';
import { parametersWith } from '@plume/ingest/rules';
import { contractOf } from '../statistics/contract.ts';
import { runStatistics } from '../statistics/engine.ts';
import type { GroupingId } from '../statistics/groupings.ts';
import type { MeasureId } from '../statistics/measures.ts';
import { addMonths, comparedPeriod, monthEnd, type Period } from '../statistics/period.ts';
import { filterOf } from './basis.ts';
import { isGone, type Kept } from './kept.ts';

/** What is asked for a report: trucks, a period, and the moment whose facts of trucks are in force. */
export interface Ask {
  readonly db: Db;
  readonly key: ReportKey;
  readonly nowMs: number;
  readonly levels: NoxLevels;
  readonly kept: Kept;
}

/** Counts of a period that are compared with those of others. */
export interface PeriodCounts {
  readonly quality: QualityRow | null;
  readonly nox: NoxMinutesRow | null;
  readonly cases: CaseWorkRow | null;
  readonly contract: Awaited<ReturnType<typeof contractOf>>;
  /** Whether retention dropped truck-days, or minutes, of the period. */
  readonly gone: { readonly days: boolean; readonly minutes: boolean };
}

/** Measures over the period of a report. */
export function askMeasures(
  { db, key, nowMs }: Ask,
  by: readonly GroupingId[],
  measures: readonly MeasureId[],
  compare: 'none' | 'previous' | 'year' = 'none',
) {
  const filter = { district: key.district ?? undefined, enterprise: key.enterprise ?? undefined };
  return runStatistics(db, { measures, by, filter, period: { from: key.from, to: key.to }, compare }, { districts: null, nowMs });
}

/** Quality and limits over a period by a fact of trucks or a step of time. */
export function askQuality({ db, key, nowMs }: Ask, by: readonly StatKey[], { from, to }: Period): Promise<QualityRow[]> {
  return queryQuality(db, { spans: [{ span: 'day', from, to }], by, filter: filterOf(key), atMs: nowMs });
}

/** NOx concentrations of each truck, read a month at a time. */
export async function askNox({ db, key, nowMs, levels }: Ask, { from, to }: Period): Promise<Map<number, NoxMinutesRow>> {
  const found = new Map<number, NoxMinutesRow>();
  for (let first = from; first <= to; first = `${addMonths(first, 1).slice(0, 7)}-01`) {
    const last = monthEnd(first) < to ? monthEnd(first) : to;
    const rows = await noxMinutes(db, { filter: filterOf(key), atMs: nowMs, from: first, to: last, levels });
    for (const row of rows) found.set(row.vehicle_id, addNox(found.get(row.vehicle_id), row));
  }
  return found;
}

/** Two rows together. */
export function addNox(a: NoxMinutesRow | undefined, b: NoxMinutesRow): NoxMinutesRow {
  if (a === undefined) return b;
  const sum = (id: keyof NoxMinutesRow) => a[id] + b[id];
  return {
    vehicle_id: b.vehicle_id,
    days: sum('days'),
    up_minutes: sum('up_minutes'),
    up_over: sum('up_over'),
    up_days: sum('up_days'),
    up_over_days: sum('up_over_days'),
    down_minutes: sum('down_minutes'),
    down_over: sum('down_over'),
    down_days: sum('down_days'),
    down_over_days: sum('down_over_days'),
  };
}

async function countsOf(ask: Ask, period: Period, nox: NoxMinutesRow | null): Promise<PeriodCounts> {
  const { db, key, nowMs, kept } = ask;
  const filter = { district: key.district ?? undefined, enterprise: key.enterprise ?? undefined };
  const [quality = null] = await askQuality(ask, [], period);
  const [cases = null] = await caseWork(db, { filter: filterOf(key), atMs: nowMs, ...period, by: 'all' });
  const contract = await contractOf(db, { filter, period }, { districts: null, nowMs });
  const gone = { days: isGone(period, kept.days), minutes: isGone(period, kept.minutes) };
  return { quality, nox, cases, contract, gone };
}

/** Counts of the report's period and of the two that it is compared with. */
export async function askCounts(
  ask: Ask,
  nox: ReadonlyMap<number, NoxMinutesRow>,
): Promise<{ now: PeriodCounts; previous: PeriodCounts; year: PeriodCounts }> {
  const total = (rows: ReadonlyMap<number, NoxMinutesRow>) =>
    [...rows.values()].reduce<NoxMinutesRow | undefined>((sum, row) => addNox(sum, row), undefined) ?? null;
  const { from, to } = ask.key;
  const compared = async (which: 'previous' | 'year') => {
    const period = comparedPeriod({ from, to }, which);
    return countsOf(ask, period, total(await askNox(ask, period)));
  };
  return {
    now: await countsOf(ask, { from, to }, total(nox)),
    previous: await compared('previous'),
    year: await compared('year'),
  };
}

/** The concentration levels in force on the last day of a period. */
export async function levelsOn(db: Db, day: string): Promise<NoxLevels> {
  const settings = (await listRuleSettings(db)).find(
    ({ valid_from, valid_to }) => valid_from <= day && (valid_to === null || valid_to > day),
  );
  const { ppmIV, ppmV, ppmShare, loadPpmIV, loadPpmV } = parametersWith(settings?.overrides ?? {}).verdicts;
  return { up: { IV: loadPpmIV, V: loadPpmV }, down: { IV: ppmIV, V: ppmV }, share: ppmShare };
}

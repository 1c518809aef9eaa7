import { type Db, type TreatmentRow, treatmentRepairs } from '@plume/db';
import { CASE_TYPE_WORDS, CASE_TYPES } from '@plume/ingest/rules';
import { addDays, beijingDate } from '../beijing-day.ts';
import { type Period, requirePeriod } from './period.ts';
import type { StatisticsContext, StatisticsFilter } from './table.ts';
import { type Text, text } from './text.ts';

const DAYS_PER_YEAR = 365;
const G_PER_KG = 1000;
/** Calendar days after a repair from which a year can be told. [eng] */
export const LEAST_DAYS_OF_YEAR = 14;
/** Two-sided confidence of the intervals, as the road check has it. */
export const TREATMENT_CONFIDENCE = 0.9;

/** What repairs are put together by. */
export const TREATMENT_GROUPS = ['work', 'fault', 'station', 'type', 'stage', 'district'] as const;
export type TreatmentGroup = (typeof TREATMENT_GROUPS)[number];

/** A figure with the ends of its interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** One completed repair and what the road says of it. */
export interface TreatedRepair {
  readonly case: { readonly id: number; readonly number: string; readonly type: (typeof CASE_TYPES)[number] };
  readonly vehicle: { readonly id: number; readonly plate: string; readonly district: string | null };
  readonly stage: string | null;
  readonly doneDay: string;
  readonly work: string | null;
  readonly fault: string | null;
  readonly station: string | null;
  readonly verdict: TreatmentRow['verdict'];
  readonly told: boolean;
  /** Null: it is told. */
  readonly reason: string | null;
  readonly controls: number | null;
  readonly controlsTakenOff: boolean;
  /** NOx before, on comparable operation [g/kWh]. */
  readonly before: number | null;
  /** before × (ratio − 1) [g/kWh], controls taken off: negative is less. */
  readonly change: Interval | null;
  /** kg NOx a year avoided, the truck going on as since the repair. */
  readonly avoidedKg: Interval | null;
  readonly inputsSha256: string | null;
}

/** What repairs of a kind came to. */
export interface TreatmentFigures {
  readonly repairs: number;
  readonly told: number;
  readonly repaired: number;
  readonly notRepaired: number;
  readonly notTold: number;
  /** Of those not told, how many by which reason. */
  readonly reasons: readonly { readonly reason: string; readonly text: Text; readonly n: number }[];
  /** Mean over the repairs told. */
  readonly change: Interval | null;
  /** Sum over the repairs told of which a year can be told; how many these are. */
  readonly avoidedKg: Interval | null;
  readonly avoidedOf: number;
}

/** What treatment achieved so far. */
export interface Treatment {
  readonly period: Period;
  readonly by: TreatmentGroup;
  readonly confidence: number;
  /** `name`: the key in words; null: not entered. */
  readonly groups: readonly (TreatmentFigures & { readonly key: string | null; readonly name: Text | null })[];
  readonly total: TreatmentFigures;
  readonly repairs: readonly TreatedRepair[];
}

/** Reasons in words: those of the road check (decision 0022), and those for which there is none. */
export const TREATMENT_REASONS: Readonly<Record<string, Text>> = {
  noRoadCheck: text('该类案件没有复核', 'cases of this type have no road check'),
  notChecked: text('尚未复核', 'not checked on the road yet'),
  noLimit: text('没有适用限值', 'no limit applies'),
  otherArithmetic: text('算法版本不一致，待重新计算', 'days of different arithmetic, to be computed anew'),
  anotherRepair: text('其后又维修，天数不足以判定', 'repaired again before it could be told'),
  tooFewDaysBefore: text('维修前有效天数不足', 'too few valid days before'),
  tooFewDaysAfter: text('维修后有效天数不足', 'too few valid days after, so far'),
  operationDiffers: text('维修前后工况不可比', 'operation before and after does not compare'),
  tooWide: text('区间太宽，需更多天数', 'interval too wide, more days are needed'),
  undecidable: text('天数再多也难以判定', 'more days alone will not tell'),
};

const WITHOUT_ROAD_CHECK: readonly string[] = ['tank', 'offline'];

function reasonOf({ verdict, reason, case_type }: TreatmentRow): string | null {
  if (verdict === 'repaired' || verdict === 'notRepaired') return null;
  if (verdict !== null) return reason ?? 'undecidable';
  return WITHOUT_ROAD_CHECK.includes(case_type) ? 'noRoadCheck' : 'notChecked';
}

function changeOf({ before, log_ratio, log_low, log_high }: TreatmentRow): Interval | null {
  if (before === null || log_ratio === null || log_low === null || log_high === null) return null;
  const at = (d: number): number => before * Math.expm1(d);
  return { value: at(log_ratio), low: at(log_low), high: at(log_high) };
}

/** Work that a truck does in a year, from the fuel it burnt since the repair [kWh]; null: too short to tell. */
function yearOf({ fuel_kg, bsfc, days }: TreatmentRow): number | null {
  if (fuel_kg === null || bsfc === null || !(bsfc > 0) || days < LEAST_DAYS_OF_YEAR) return null;
  return (fuel_kg / bsfc / days) * DAYS_PER_YEAR;
}

function typeOf(stored: string): (typeof CASE_TYPES)[number] {
  const type = CASE_TYPES.find((each) => each === stored);
  if (type === undefined) throw new Error(`there are no cases of type ${stored}`);
  return type;
}

function repairOf(row: TreatmentRow): TreatedRepair {
  const reason = reasonOf(row);
  const change = reason === null ? changeOf(row) : null;
  const year = yearOf(row);
  const kg = (gPerKwh: number): number => (-gPerKwh * (year ?? 0)) / G_PER_KG;
  return {
    case: { id: row.case_id, number: row.case_number, type: typeOf(row.case_type) },
    vehicle: { id: row.vehicle_id, plate: row.plate, district: row.district },
    stage: row.stage,
    doneDay: row.done_day,
    work: row.work,
    fault: row.fault,
    station: row.station,
    verdict: row.verdict,
    told: reason === null,
    reason,
    controls: row.controls,
    controlsTakenOff: row.control_log_ratio !== null,
    before: row.before,
    change,
    avoidedKg: change === null || year === null ? null : { value: kg(change.value), low: kg(change.high), high: kg(change.low) },
    inputsSha256: row.inputs_sha256,
  };
}

/**
 * Sum of independent figures with its interval: the distances from value to end add as squares, for each end by itself (the method of
 * variance estimates recovery; Zou and Donner, Statistics in Medicine 27 (2008) 1693). Divided by `by`. Null without any.
 */
export function summed(all: readonly Interval[], by = 1): Interval | null {
  if (all.length === 0) return null;
  const value = all.reduce((sum, each) => sum + each.value, 0);
  const below = Math.sqrt(all.reduce((sum, each) => sum + (each.value - each.low) ** 2, 0));
  const above = Math.sqrt(all.reduce((sum, each) => sum + (each.high - each.value) ** 2, 0));
  return { value: value / by, low: (value - below) / by, high: (value + above) / by };
}

const present = <T>(each: T | null): each is T => each !== null;

function figuresOf(repairs: readonly TreatedRepair[]): TreatmentFigures {
  const told = repairs.filter((each) => each.told);
  const changes = told.map(({ change }) => change).filter(present);
  const avoided = told.map(({ avoidedKg }) => avoidedKg).filter(present);
  const counts = new Map<string, number>();
  for (const { reason } of repairs) if (reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return {
    repairs: repairs.length,
    told: told.length,
    repaired: told.filter(({ verdict }) => verdict === 'repaired').length,
    notRepaired: told.filter(({ verdict }) => verdict === 'notRepaired').length,
    notTold: repairs.length - told.length,
    reasons: [...counts]
      .map(([reason, n]) => ({ reason, text: TREATMENT_REASONS[reason] ?? text(reason, reason), n }))
      .sort((a, b) => b.n - a.n || (a.reason < b.reason ? -1 : 1)),
    change: summed(changes, changes.length),
    avoidedKg: summed(avoided),
    avoidedOf: avoided.length,
  };
}

/** A text that people wrote, for telling the same from another: without the spaces and letters' sizes in which it differs. */
function written(value: string | null): string | null {
  const plain = value?.normalize('NFKC').replace(/\s+/g, ' ').trim() ?? '';
  return plain === '' ? null : plain;
}

function keyOf(repair: TreatedRepair, by: TreatmentGroup): string | null {
  switch (by) {
    case 'type':
      return repair.case.type;
    case 'district':
      return repair.vehicle.district;
    case 'stage':
      return repair.stage;
    default:
      return written(repair[by]);
  }
}

function nameOf(key: string | null, by: TreatmentGroup): Text | null {
  if (key === null) return null;
  return by === 'type' ? CASE_TYPE_WORDS[typeOf(key)] : text(key, key);
}

/** What treatment achieved so far: repairs completed in a period, as the road checks that are kept of them tell (decision 0022). */
export async function treatmentOf(
  db: Db,
  query: { readonly filter: StatisticsFilter; readonly period: Period; readonly by: TreatmentGroup },
  context: StatisticsContext,
): Promise<Treatment> {
  const today = beijingDate(context.nowMs);
  const period = requirePeriod(query.period, today);
  const rows = await treatmentRepairs(db, {
    ...period,
    yesterday: addDays(today, -1),
    filter: { ...query.filter, districts: context.districts },
    atMs: context.nowMs,
  });
  const repairs = rows.map(repairOf);
  const groups = new Map<string, { key: string | null; of: TreatedRepair[] }>();
  for (const repair of repairs) {
    const key = keyOf(repair, query.by);
    const place = key === null ? 'none' : `is ${key.toLowerCase()}`;
    const group = groups.get(place) ?? { key, of: [] };
    group.of.push(repair);
    groups.set(place, group);
  }
  return {
    period,
    by: query.by,
    confidence: TREATMENT_CONFIDENCE,
    groups: [...groups.values()]
      .map(({ key, of }) => ({ key, name: nameOf(key, query.by), ...figuresOf(of) }))
      .sort(
        (a, b) =>
          (b.avoidedKg?.value ?? Number.NEGATIVE_INFINITY) - (a.avoidedKg?.value ?? Number.NEGATIVE_INFINITY) ||
          b.repairs - a.repairs,
      ),
    total: figuresOf(repairs),
    repairs,
  };
}

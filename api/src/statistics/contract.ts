import { type Db, type OutageRow, queryOutages, queryQuality, type StatFilter } from '@plume/db';
import { median } from '@plume/ingest/emissions';
import { beijingDate } from '../beijing-day.ts';
import { parametersOn } from '../rules-in-force.ts';
import { type Period, requirePeriod } from './period.ts';
import type { StatisticsContext, StatisticsFilter } from './table.ts';
import { type Text, text } from './text.ts';

const MS_PER_H = 3_600_000;

/** What the site's contract asks for. */
export interface ContractFigure {
  readonly id: 'effectiveRate' | 'transmissionRate' | 'failureRate' | 'repairHours';
  readonly name: Text;
  readonly unit: string;
  readonly definition: Text;
  readonly value: number | null;
  readonly reason: Text | null;
  readonly target: { readonly value: number; readonly sense: 'atLeast' | 'below' };
  /** Null: there is no figure. */
  readonly met: boolean | null;
  readonly n: number;
  readonly of: 'truckDays' | 'trucks' | 'outages';
}

/** The contract's figures of a period, and the outages that they rest on. */
export interface Contract {
  readonly period: Period;
  readonly figures: readonly ContractFigure[];
  /** Failures that last: outages without a sample after them. */
  readonly open: number;
}

/** Transmission, failures and repair of terminals against what the contract asks for (targets of the first site). */
export async function contractOf(
  db: Db,
  query: { readonly filter: StatisticsFilter; readonly period: Period },
  context: StatisticsContext,
): Promise<Contract> {
  const period = requirePeriod(query.period, beijingDate(context.nowMs));
  const filter: StatFilter = { ...query.filter, districts: context.districts };
  const at = { filter, atMs: context.nowMs };
  const [quality] = await queryQuality(db, { ...at, spans: [{ span: 'day', ...period }], by: [] });
  const { offlineHours } = (await parametersOn(db, period.to)).verdicts;
  const outages = await queryOutages(db, { ...at, ...period, leastHours: offlineHours });
  const { received = 0, due = 0, data_days: days = 0, trucks = 0, nox_valid_samples: valid = null } = quality ?? {};
  const share = (part: number | null): number | null => (part === null || due <= 0 ? null : (100 * part) / due);
  const repairs = repairHours(outages, offlineHours);
  const failed = new Set(outages.map(({ vehicle_id }) => vehicle_id)).size;
  return {
    period,
    open: outages.filter(({ back }) => back === null).length,
    figures: [
      rateFigure('effectiveRate', share(valid), 95, days),
      rateFigure('transmissionRate', due > 0 ? share(received) : null, 90, days),
      {
        ...WORDS.failureRate,
        id: 'failureRate',
        unit: '%',
        ...orReason(trucks > 0 ? (100 * failed) / trucks : null, text('没有在用车辆', 'no truck in service')),
        target: { value: 5, sense: 'below' },
        met: trucks > 0 ? (100 * failed) / trucks < 5 : null,
        n: trucks,
        of: 'trucks',
      },
      {
        ...WORDS.repairHours,
        id: 'repairHours',
        unit: 'h',
        ...orReason(repairs.length > 0 ? median(repairs) : null, text('没有已恢复的故障', 'no failure that has been mended')),
        target: { value: 24, sense: 'below' },
        met: repairs.length > 0 ? median(repairs) < 24 : null,
        n: repairs.length,
        of: 'outages',
      },
    ],
  };
}

/** Hours from when a silence counted as a failure to the first sample after it, of those that have ended. */
export function repairHours(outages: readonly OutageRow[], offlineHours: number): number[] {
  return outages.flatMap(({ last_time, back }) =>
    last_time === null || back === null ? [] : [Math.max(0, (back.getTime() - last_time.getTime()) / MS_PER_H - offlineHours)],
  );
}

function orReason(value: number | null, reason: Text): { value: number | null; reason: Text | null } {
  return { value, reason: value === null ? reason : null };
}

function rateFigure(
  id: 'effectiveRate' | 'transmissionRate',
  value: number | null,
  target: number,
  days: number,
): ContractFigure {
  return {
    ...WORDS[id],
    id,
    unit: '%',
    ...orReason(value, text('该时段没有应收样本', 'no sample was due in this period')),
    target: { value: target, sense: 'atLeast' },
    met: value === null ? null : value >= target,
    n: days,
    of: 'truckDays',
  };
}

const WORDS: Readonly<Record<ContractFigure['id'], { readonly name: Text; readonly definition: Text }>> = {
  effectiveRate: {
    name: text('传输有效率', 'effective rate'),
    definition: text(
      'Σ 下游 NOx 有效样本 ÷ Σ 应收样本（数据传输率 × 数据有效率）',
      'Σ samples with a valid downstream NOx ÷ Σ samples due (transmission rate × valid rate)',
    ),
  },
  transmissionRate: {
    name: text('数据传输率', 'transmission rate'),
    definition: text('Σ 收到的样本 ÷ Σ 应收样本', 'Σ samples received ÷ Σ samples due'),
  },
  failureRate: {
    name: text('终端故障率', 'terminal failure rate'),
    definition: text(
      '时段内被 R-OFFLINE 判为失联的车 ÷ 时段内在用的装车车辆',
      'trucks that R-OFFLINE found silent in the period ÷ fitted trucks in service in it',
    ),
  },
  repairHours: {
    name: text('终端修复时间', 'time to repair'),
    definition: text(
      '从判为失联（静默满 R-OFFLINE 的时限，默认 24 h）到恢复后首个样本的时间，取中位数；尚未恢复的另计',
      'from when a silence counted as a failure (the time of R-OFFLINE, 24 h unless the site says otherwise) to the first sample after it, median; those that last are counted apart',
    ),
  },
};

import type { ReportKey, ReportKind } from '@plume/db';
import { addDays, beijingDate, startOfDate } from '../beijing-day.ts';
import { invalid } from '../problem.ts';
import { addMonths, monthEnd, monthStart, type Period } from '../statistics/period.ts';
import { type Text, text } from '../statistics/text.ts';

/** Earliest year that a report can be of. */
const FIRST_YEAR = 2000;
const FORMS: Readonly<Record<ReportKind, RegExp>> = { day: /^\d{4}-\d{2}-\d{2}$/, month: /^\d{4}-\d{2}$/, year: /^\d{4}$/ };
const EXAMPLES: Readonly<Record<ReportKind, string>> = { day: '2026-11-22', month: '2026-10', year: '2025' };

/** Names of the kinds. */
export const KIND_NAMES: Readonly<Record<ReportKind, Text>> = {
  day: text('日报', 'daily report'),
  month: text('月报', 'monthly report'),
  year: text('年报', 'annual report'),
};

/** The period of a kind that begins on a day. */
export function periodFrom(kind: ReportKind, from: string): Period {
  if (kind === 'day') return { from, to: from };
  if (kind === 'month') return { from: monthStart(from), to: monthEnd(from) };
  return { from: `${from.slice(0, 4)}-01-01`, to: `${from.slice(0, 4)}-12-31` };
}

/** The period that is over last: yesterday, the month or the year before that of `today`. */
export function lastPeriod(kind: ReportKind, today: string): Period {
  if (kind === 'day') return periodFrom(kind, addDays(today, -1));
  if (kind === 'month') return periodFrom(kind, addMonths(monthStart(today), -1));
  return periodFrom(kind, `${Number(today.slice(0, 4)) - 1}-01-01`);
}

/** The period that a text names: 2026-11-22, 2026-10, 2025; absent: the last one. Throws the problem that names the field for any other, and for one that is not over. */
export function requireReportPeriod(kind: ReportKind, given: string | undefined, nowMs: number): Period {
  const today = beijingDate(nowMs);
  if (given === undefined) return lastPeriod(kind, today);
  const first = `${given}-01-01`.slice(0, 10);
  if (!FORMS[kind].test(given) || Number.isNaN(Date.parse(first)) || new Date(first).toISOString().slice(0, 10) !== first)
    throw invalid('body.period', `must be such as ${EXAMPLES[kind]} for a ${KIND_NAMES[kind].en}`);
  if (Number(given.slice(0, 4)) < FIRST_YEAR) throw invalid('body.period', `must not be before ${FIRST_YEAR}`);
  const period = periodFrom(kind, first);
  if (period.to >= today)
    throw invalid('body.period', `is not over; the last one is ${nameOfPeriod({ kind, ...lastPeriod(kind, today) })}`);
  return period;
}

/** A period as it is named: 2026-11-22, 2026-10, 2025. */
export function nameOfPeriod({ kind, from }: Pick<ReportKey, 'kind' | 'from'>): string {
  return from.slice(0, kind === 'day' ? 10 : kind === 'month' ? 7 : 4);
}

/** Name of a report: 新B… 2026-10 月报. */
export function titleOf(key: ReportKey): Text {
  const [year = '', month = '', day = ''] = key.from.split('-');
  const zh = `${year}年${key.kind === 'year' ? '' : `${Number(month)}月`}${key.kind === 'day' ? `${Number(day)}日` : ''}`;
  const scope = scopeOf(key);
  return text(
    `重型柴油车远程排放监控${KIND_NAMES[key.kind].zh}（${zh}，${scope.zh}）`,
    `Remote emission monitoring of heavy diesel trucks: ${KIND_NAMES[key.kind].en}, ${nameOfPeriod(key)}, ${scope.en}`,
  );
}

/** Which trucks a report is of. */
export function scopeOf({ district, enterprise }: Pick<ReportKey, 'district' | 'enterprise'>): Text {
  const named = [district, enterprise].filter((each) => each !== null).join(' · ');
  return named === '' ? text('全站', 'whole site') : text(named, named);
}

/** Name of the file that a report is downloaded as. */
export function reportFileName(key: ReportKey, revision: number, language: 'zh' | 'en'): string {
  const scope = scopeOf(key)[language];
  const kind = KIND_NAMES[key.kind][language].replaceAll(' ', '-');
  const version = language === 'zh' ? `第${revision}版` : `revision-${revision}`;
  return `plume_${kind}_${nameOfPeriod(key)}_${scope}_${version}.xlsx`.replace(/[\\/:*?"<>|\p{Cc}]/gu, '-');
}

/** When reports are made by themselves, and looked at again: minutes of the Beijing day, days of the month and the year. */
export interface DueTimes {
  readonly atMinute: number;
  readonly monthDay: number;
  /** MM-DD. */
  readonly yearDay: string;
}

/** When the report of a period is due [epoch ms]: on the day after it, on a day of the next month, on a day of the next year. */
export function dueMs(kind: ReportKind, { to }: Period, due: DueTimes): number {
  const next = addDays(to, 1);
  const day = kind === 'day' ? next : kind === 'month' ? addDays(next, due.monthDay - 1) : `${next.slice(0, 4)}-${due.yearDay}`;
  return startOfDate(day) + due.atMinute * 60_000;
}

/** How many periods back are made up for after a time out of service. */
const MOST_BACK: Readonly<Record<ReportKind, number>> = { day: 400, month: 36, year: 5 };

/** Periods of a kind whose report came due after `sinceMs` and not later than `nowMs`, the oldest first. */
export function duePeriods(kind: ReportKind, due: DueTimes, sinceMs: number, nowMs: number): Period[] {
  const found: Period[] = [];
  let period = lastPeriod(kind, beijingDate(nowMs));
  for (let back = 0; back < MOST_BACK[kind]; back += 1) {
    const at = dueMs(kind, period, due);
    if (at <= sinceMs) break;
    if (at <= nowMs) found.unshift(period);
    period = lastPeriod(kind, period.from);
  }
  return found;
}

import { z } from '@hono/zod-openapi';
import { type Db, findSetting, readCalendar } from '@plume/db';
import { type CasePeriods, DEFAULT_PERIODS, type StepContext, WorkCalendar } from '@plume/ingest/rules';
import { beijingDate } from '../beijing-day.ts';

/** Key of the setting that holds the periods of cases. */
export const PERIODS_KEY = 'cases.periods';

const period = (most: number) => z.number().int().min(1).max(most);

/** How long the steps of a case may take, in working days. */
export const Periods = z
  .strictObject({
    verify: period(60),
    notice: period(60),
    repair: period(180),
    retest: period(60),
    closing: period(60),
    objection: period(60),
    closeWithin: period(250),
    dueSoon: period(30),
  })
  .openapi('CasePeriods', { description: "Working days. The numbers are the site's own: no national rule sets them" });

/** The periods that hold, and the version to name when changing them. */
export async function readPeriods(db: Db): Promise<{ periods: CasePeriods; version: number; updatedBy: string | null }> {
  const row = await findSetting(db, PERIODS_KEY);
  const stored = Periods.safeParse(row?.value);
  return {
    periods: stored.success ? stored.data : DEFAULT_PERIODS,
    version: row?.version ?? 0,
    updatedBy: row?.updated_by ?? null,
  };
}

/** The calendar as it is entered. */
export async function readWorkCalendar(db: Db): Promise<WorkCalendar> {
  const { years, days } = await readCalendar(db);
  return new WorkCalendar({
    years: years.map(({ year }) => year),
    days: new Map(days.map(({ day, kind }) => [day, kind])),
  });
}

/** What steps are checked with now. */
export async function stepContext(db: Db, nowMs: number): Promise<StepContext> {
  return { today: beijingDate(nowMs), calendar: await readWorkCalendar(db), periods: (await readPeriods(db)).periods };
}

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  auditStep,
  calendarDayStep,
  calendarUnchangedSteps,
  calendarYearStep,
  type Db,
  OptimisticConflict,
  readCalendar,
  type Step,
  storeSetting,
} from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { BeijingDate } from '../beijing-day.ts';
import { actorName } from '../caller.ts';
import { PERIODS_KEY, Periods, readPeriods, readWorkCalendar } from '../cases/step-context.ts';
import type { ApiDeps } from '../deps.ts';
import { invalid, Problem } from '../problem.ts';
import { body, conflict, json, Moment, plainText, problems } from '../schemas.ts';

const Year = z.number().int().min(2000).max(2099);

const CalendarVersion = z
  .string()
  .max(40)
  .openapi({ description: 'From GET; another one means that somebody changed days or years meanwhile' });

const Calendar = z
  .object({
    years: z.array(
      z.object({
        year: z.number().int(),
        source: z.string(),
        verified: z.boolean().openapi({ description: 'Somebody held its days against the notice itself' }),
        updatedAt: Moment,
        updatedBy: z.string(),
      }),
    ),
    days: z.array(
      z.object({
        day: BeijingDate,
        kind: z.enum(['off', 'work']).openapi({ description: 'off: a holiday; work: a Saturday or Sunday worked instead' }),
        nameZh: z.string(),
        nameEn: z.string(),
      }),
    ),
    version: z
      .string()
      .openapi({ description: 'Of days and years; send it along with a change, so that nobody overwrites another' }),
    periods: Periods,
    periodsVersion: z.number().int(),
    periodsBy: z.string().nullable().openapi({ description: 'null: the numbers of the product' }),
  })
  .openapi('WorkCalendar');

const read = createRoute({
  method: 'get',
  path: '/calendar',
  tags: ['calendar'],
  summary: 'The calendar that deadlines are counted by, and the periods of cases',
  description:
    'Years that are not listed are counted by weekends alone; deadlines that lead through one are marked as estimated.',
  responses: { 200: json(Calendar, 'The calendar'), ...problems },
});

const setDays = createRoute({
  method: 'put',
  path: '/calendar/days',
  tags: ['calendar'],
  summary: 'Set days: off, worked, or as the week has them',
  description: 'Deadlines that were given already stay: the notices name their days.',
  request: {
    body: body(
      z.strictObject({
        version: CalendarVersion,
        days: z
          .array(
            z.strictObject({
              day: BeijingDate,
              kind: z.enum(['off', 'work']).nullable().openapi({ description: 'null: as the week has it' }),
              nameZh: plainText(40).default('假日'),
              nameEn: plainText(40).default('holiday'),
            }),
          )
          .min(1)
          .max(80),
      }),
    ),
  },
  responses: { 200: json(z.object({ days: z.number().int() }), 'Set'), ...problems, ...conflict },
});

const setYear = createRoute({
  method: 'put',
  path: '/calendar/years',
  tags: ['calendar'],
  summary: 'Say where the days of a year come from; from then on it counts as entered',
  request: {
    body: body(z.strictObject({ version: CalendarVersion, year: Year, source: plainText(300), verified: z.boolean() })),
  },
  responses: { 200: json(z.object({ year: z.number().int() }), 'Set'), ...problems, ...conflict },
});

const setPeriods = createRoute({
  method: 'put',
  path: '/settings/cases',
  tags: ['calendar'],
  summary: 'Set how long the steps of cases may take, in working days',
  request: { body: body(z.strictObject({ version: z.number().int().min(0), periods: Periods })) },
  responses: { 200: json(z.object({ version: z.number().int() }), 'Set'), ...problems, ...conflict },
});

const count = createRoute({
  method: 'get',
  path: '/calendar/deadline',
  tags: ['calendar'],
  summary: 'The last day of a period of working days that starts on a day; that day is not counted',
  request: {
    query: z.object({ from: BeijingDate, workingDays: z.coerce.number().int().min(1).max(250) }),
  },
  responses: {
    200: json(
      z.object({
        day: BeijingDate,
        estimated: z.boolean().openapi({ description: 'It leads through a year whose holidays are not entered' }),
      }),
      'The deadline',
    ),
    ...problems,
  },
});

/** The calendar of working days, and the periods that are counted by it. */
export function calendarRoutes(deps: ApiDeps, db: Db) {
  const orChanged = async (version: string, steps: readonly Step[]): Promise<void> => {
    try {
      await db.batch([...calendarUnchangedSteps(version), ...steps]);
    } catch (error) {
      if (!(error instanceof OptimisticConflict)) throw error;
      throw new Problem(
        409,
        'CHANGED',
        'Somebody changed the calendar meanwhile; nothing was overwritten.',
        'Read it again, and make the change once more if it is still needed.',
      );
    }
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(read, async (c) => {
      const { years, days, version: calendarVersion } = await readCalendar(db);
      const { periods, version, updatedBy } = await readPeriods(db);
      return c.json(
        {
          years: years.map(({ updated_at, updated_by, ...year }) => ({
            ...year,
            updatedAt: updated_at.toISOString(),
            updatedBy: updated_by,
          })),
          days: days.map((row) => ({ day: row.day, kind: row.kind, nameZh: row.name_zh, nameEn: row.name_en })),
          version: calendarVersion,
          periods,
          periodsVersion: version,
          periodsBy: updatedBy,
        },
        200,
      );
    })
    .openapi(count, async (c) => {
      const { from, workingDays } = c.req.valid('query');
      return c.json((await readWorkCalendar(db)).add(from, workingDays), 200);
    })
    .openapi(setDays, async (c) => {
      const { version, days } = c.req.valid('json');
      const atMs = deps.clock();
      const by = actorName(c.get('caller'));
      const weekend = (day: string) => [0, 6].includes(new Date(Date.parse(day)).getUTCDay());
      const worked = days.findIndex(({ day, kind }) => kind === 'work' && !weekend(day));
      if (worked >= 0) throw invalid(`body.days[${worked}].kind`, 'a Monday to Friday is worked anyway');
      const entry = c.get('trail').done('calendar.days', null, { days });
      await orChanged(version, [...days.map((day) => calendarDayStep({ ...day, by, atMs })), auditStep(entry)]);
      return c.json({ days: days.length }, 200);
    })
    .openapi(setYear, async (c) => {
      const { version, ...year } = c.req.valid('json');
      const entry = c.get('trail').done('calendar.year', { kind: 'calendarYear', id: String(year.year) }, { ...year });
      await orChanged(version, [
        calendarYearStep({ ...year, by: actorName(c.get('caller')), atMs: deps.clock() }),
        auditStep(entry),
      ]);
      return c.json({ year: year.year }, 200);
    })
    .openapi(setPeriods, async (c) => {
      const { version, periods } = c.req.valid('json');
      const before = await readPeriods(db);
      const entry = c.get('trail').done('settings.cases', null, { before: before.periods, after: periods });
      const by = actorName(c.get('caller'));
      if (!(await storeSetting(db, PERIODS_KEY, version, periods, by, deps.clock(), entry)))
        throw new Problem(
          409,
          'CHANGED',
          'Somebody changed the periods meanwhile; nothing was overwritten.',
          'Read them again, and set them once more if it is still needed.',
        );
      return c.json({ version: version + 1 }, 200);
    });
}

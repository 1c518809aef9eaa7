import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  type CaseFiguresRow,
  caseFigures,
  caseTimes,
  type Db,
  FIGURE_GROUPS,
  type FigureGroup,
  listOfficers,
  listStations,
} from '@plume/db';
import { CASE_STATES, CASE_TYPES } from '@plume/ingest/rules';
import type { ApiEnv } from '../access.ts';
import { addDays, BeijingDate, beijingDate, daysBetween } from '../beijing-day.ts';
import type { ApiDeps } from '../deps.ts';
import { invalid } from '../problem.ts';
import { json, problems } from '../schemas.ts';

const MOST_DAYS = 1_100;
const DEFAULT_DAYS = 90;
const Share = z.number().min(0).max(1).nullable().openapi({ description: '0 … 1; null: nothing to divide by' });
const Count = z.number().int();

const Group = z
  .object({
    key: z
      .string()
      .nullable()
      .openapi({ description: 'User name, district, enterprise, number of the station, type; null: none' }),
    name: z.string().nullable(),
    opened: Count,
    handled: Count,
    handledRate: Share,
    due: Count,
    inTime: Count,
    inTimeRate: Share,
    retested: Count,
    passed: Count,
    passRate: Share,
    closings: Count,
    again: Count,
    againRate: Share,
    times: z.array(
      z.object({
        state: z.enum(CASE_STATES),
        steps: Count.openapi({ description: 'Times that a case left the state in the period' }),
        medianDays: z.number().openapi({ description: 'Calendar days from entering to leaving' }),
      }),
    ),
  })
  .openapi('CaseFigures');

const figures = createRoute({
  method: 'get',
  path: '/case-figures',
  tags: ['cases'],
  summary: '处置率, 按期办结率, 复检合格率, 重复超标率, and the time that each step takes',
  description: [
    'handledRate = of the cases opened in the period, closed by now ÷ opened.',
    'inTimeRate = closed by their deadline ÷ cases whose deadline for closing (closeBy) fell into the period and has passed, or which were closed.',
    'passRate = passed ÷ retests in the period.',
    'againRate = closings opened again within 90 days ÷ closings in the period (offline cases not counted; closings younger than 90 days can still be opened again).',
  ].join(' '),
  request: {
    query: z.object({
      by: z.enum(FIGURE_GROUPS).default('all'),
      from: BeijingDate.optional().openapi({ description: `by default ${DEFAULT_DAYS} days up to today` }),
      to: BeijingDate.optional(),
      type: z.enum(CASE_TYPES).optional(),
    }),
  },
  responses: {
    200: json(z.object({ from: BeijingDate, to: BeijingDate, today: BeijingDate, groups: z.array(Group) }), 'The figures'),
    ...problems,
  },
});

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

async function namesOf(db: Db, by: FigureGroup): Promise<ReadonlyMap<string, string>> {
  if (by === 'officer') return new Map((await listOfficers(db, null)).map((row) => [row.name, row.display_name]));
  if (by !== 'repairStation' && by !== 'inspectionStation') return new Map();
  return new Map((await listStations(db)).map((row) => [String(row.id), row.name]));
}

function toGroup(row: CaseFiguresRow): Omit<z.infer<typeof Group>, 'times' | 'name'> {
  return {
    key: row.key === '' ? null : row.key,
    opened: row.opened,
    handled: row.handled,
    handledRate: share(row.handled, row.opened),
    due: row.due,
    inTime: row.in_time,
    inTimeRate: share(row.in_time, row.due),
    retested: row.retested,
    passed: row.passed,
    passRate: share(row.passed, row.retested),
    closings: row.closings,
    again: row.again,
    againRate: share(row.again, row.closings),
  };
}

const EMPTY: Omit<CaseFiguresRow, 'key'> = {
  opened: 0,
  handled: 0,
  due: 0,
  in_time: 0,
  retested: 0,
  passed: 0,
  closings: 0,
  again: 0,
};

/** How cases are handled, in figures. */
export function caseFigureRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>().openapi(figures, async (c) => {
    const { by, type, ...q } = c.req.valid('query');
    const today = beijingDate(deps.clock());
    const to = q.to ?? today;
    const from = q.from ?? addDays(to, 1 - DEFAULT_DAYS);
    if (from > to) throw invalid('query.from', 'must not be later than to');
    if (daysBetween(from, to) > MOST_DAYS) throw invalid('query.from', `must not be more than ${MOST_DAYS} days before to`);
    const question = {
      by,
      fromDay: from,
      toDay: to,
      today,
      types: type === undefined ? undefined : [type],
      districts: c.get('caller').districts,
    };
    const rows = await caseFigures(db, question);
    const times = by === 'inspectionStation' ? [] : await caseTimes(db, question);
    const names = await namesOf(db, by);
    const known = new Set(rows.map((row) => row.key));
    const late = [...new Set(times.map((row) => row.key))].filter((key) => !known.has(key));
    const all = [...rows, ...late.map((key) => ({ key, ...EMPTY }))];
    const groups = (all.length === 0 && by === 'all' ? [{ key: '', ...EMPTY }] : all).map((row) => ({
      ...toGroup(row),
      name: names.get(row.key) ?? null,
      times: times
        .filter((each) => each.key === row.key)
        .map((each) => ({ state: z.enum(CASE_STATES).parse(each.state), steps: each.steps, medianDays: each.median_days })),
    }));
    return c.json({ from, to, today, groups }, 200);
  });
}

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type Db, fittedDay, layUpsIn, type QualityDayRow, qualityChannels, qualityDays, qualityTrucks } from '@plume/db';
import { JUDGED_NAMES } from '@plume/ingest/emissions';
import type { ApiEnv } from '../access.ts';
import { addDays, BeijingDate, beijingDate, daysBetween } from '../beijing-day.ts';
import { decodeCursor, paged } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { invalid } from '../problem.ts';
import { CursorInput, json, limit, notFound, Paging, problems, VehicleParam } from '../schemas.ts';
import { noVehicle } from './vehicles.ts';

/** What the centre asks of every truck: transmission × valid rate (product, "Words"). */
export const EFFECTIVE_TARGET = 0.95;
const MOST_DAYS = 62;
const SORTS = ['plate', 'days', 'transmission', 'effective', 'late', 'clock', 'conflicts', 'needs'] as const;

const Share = z.number().nullable();
const Figures = z.object({
  transmission: Share.openapi({ description: 'Samples received ÷ due, engine on (数据传输率)' }),
  effective: Share.openapi({ description: 'Transmission × valid rate of downstream NOx, engine on (传输有效率)' }),
  late: Share.openapi({ description: 'Samples received more than 120 s after their time' }),
  clockS: z.number().nullable().openapi({ description: 'Terminal clock minus receiving clock, s' }),
  conflicts: z.number().int().openapi({ description: 'Records that contradicted a stored one' }),
});

const DayQuality = Figures.extend({
  date: BeijingDate,
  state: z.enum(['measured', 'engineOff', 'laidUp', 'noData', 'notFitted']).openapi({
    description:
      'measured: the engine ran; engineOff: samples, but it did not run, so no rate; laidUp: no samples, reported laid up; noData: no samples',
  }),
  samples: z.number().int(),
  engineOnS: z.number().nullable(),
  gaps: z.number().int().nullable().openapi({ description: 'Silences while the engine ran and the truck moved' }),
  gapS: z.number().nullable().openapi({ description: 'Their time in all, s' }),
  longestGapS: z.number().nullable(),
}).openapi('DayQuality');

const TruckQuality = Figures.extend({
  id: z.number().int(),
  plate: z.string(),
  vin: z.string(),
  district: z.string().nullable(),
  daysWithData: z.number().int(),
  needs: z
    .array(z.object({ rule: z.string(), days: z.number().int() }))
    .openapi({ description: 'Rules about sensors and data that spoke, with the days: what a technician looks at' }),
  days: z.array(DayQuality),
}).openapi('TruckQuality');

const Period = {
  from: BeijingDate.optional().openapi({ description: 'First day; absent: 6 days before the last' }),
  to: BeijingDate.optional().openapi({ description: 'Last day; absent: yesterday' }),
};

const Cursor = z.strictObject({ key: z.union([z.string(), z.number(), z.null()]), id: z.number().int(), sort: z.string() });

const list = createRoute({
  method: 'get',
  path: '/data-quality',
  tags: ['quality'],
  summary: 'How complete and how punctual the data of each truck are, day by day',
  request: {
    query: z.object({
      ...Period,
      q: z.string().trim().max(100).optional().openapi({ description: 'Part of plate or VIN' }),
      district: z.string().max(40).optional(),
      needs: z.enum(['technician']).optional().openapi({ description: 'Only trucks on which a technician is needed' }),
      sort: z.enum(SORTS).default('effective'),
      order: z.enum(['asc', 'desc']).default('asc'),
      limit: limit(50, 100),
      cursor: CursorInput,
    }),
  },
  responses: {
    200: json(
      z.object({
        from: BeijingDate,
        to: BeijingDate,
        target: z.number().openapi({ description: 'What the effective rate should reach' }),
        total: z.number().int(),
        trucks: z.array(TruckQuality),
        ...Paging,
      }),
      'One page of trucks; the figures beside a truck are of the whole period, weighted by the time its engine ran (late: by samples; clock: the largest)',
    ),
    ...problems,
  },
});

const Counts = z.object(
  Object.fromEntries(JUDGED_NAMES.map((name) => [name, z.number().int()])) as Record<(typeof JUDGED_NAMES)[number], z.ZodNumber>,
);
const channels = createRoute({
  method: 'get',
  path: '/vehicles/{id}/data-quality',
  tags: ['quality'],
  summary: 'The channels of one truck over a period: what came, what was valid, what was stuck or not ready',
  request: { params: VehicleParam, query: z.object(Period) },
  responses: {
    200: json(
      z.object({
        from: BeijingDate,
        to: BeijingDate,
        due: z.number().openapi({ description: 'Samples that were due with the engine on' }),
        channels: z.array(
          z.object({
            signal: z.string(),
            counts: Counts.openapi({ description: 'Engine-on samples by what each value was judged to be' }),
            validRate: Share,
            effectiveRate: Share.openapi({ description: 'Valid ÷ due' }),
          }),
        ),
        days: z.array(DayQuality),
      }),
      'The channels, the least effective first',
    ),
    ...problems,
    ...notFound,
  },
});

function periodOf(q: { from?: string | undefined; to?: string | undefined }, nowMs: number): { from: string; to: string } {
  const to = q.to ?? addDays(beijingDate(nowMs), -1);
  const from = q.from ?? addDays(to, -6);
  if (to < from) throw invalid('query.to', 'must not be before from');
  if (daysBetween(from, to) > MOST_DAYS) throw invalid('query.from', `the period is longer than ${MOST_DAYS} days`);
  return { from, to };
}

type LayUps = Awaited<ReturnType<typeof layUpsIn>>;

function stateOf(
  row: QualityDayRow | undefined,
  { laidUp, fitted }: { laidUp: boolean; fitted: boolean },
): z.infer<typeof DayQuality>['state'] {
  // What came counts, whatever day the registry has for the fitting.
  if ((row?.samples ?? 0) === 0) return fitted ? (laidUp ? 'laidUp' : 'noData') : 'notFitted';
  return row?.transmission == null ? 'engineOff' : 'measured';
}

function dayOf(
  date: string,
  row: QualityDayRow | undefined,
  { laidUp, fitted }: { laidUp: boolean; fitted: boolean },
): z.infer<typeof DayQuality> {
  const samples = row?.samples ?? 0;
  return {
    date,
    state: stateOf(row, { laidUp, fitted }),
    samples,
    engineOnS: row?.engine_on_s ?? null,
    transmission: row?.transmission ?? null,
    effective: row?.effective ?? null,
    late: row?.late ?? null,
    clockS: row?.clock_s ?? null,
    conflicts: row?.conflicts ?? 0,
    gaps: row?.gaps ?? null,
    gapS: row?.gap_s ?? null,
    longestGapS: row?.longest_gap_s ?? null,
  };
}

/** Every day of a period for one truck, those without a row too. */
function daysOf(
  { id, fittedOn }: { id: number; fittedOn: string },
  period: { from: string; to: string },
  rows: ReadonlyMap<string, QualityDayRow>,
  layUps: LayUps,
) {
  const own = layUps.filter((each) => each.vehicle_id === id);
  return Array.from({ length: daysBetween(period.from, period.to) }, (_, i) => {
    const date = addDays(period.from, i);
    const laidUp = own.some((each) => each.valid_from <= date && (each.valid_to === null || date < each.valid_to));
    return dayOf(date, rows.get(`${id} ${date}`), { laidUp, fitted: date >= fittedOn });
  });
}

const byKey = (rows: readonly QualityDayRow[]) => new Map(rows.map((row) => [`${row.vehicle_id} ${row.day}`, row]));

/** Completeness and punctuality of trucks' data. */
export function dataQualityRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const q = c.req.valid('query');
      const period = periodOf(q, deps.clock());
      const order = `${q.sort}.${q.order}`;
      const after = q.cursor === undefined ? undefined : decodeCursor(Cursor, q.cursor);
      if (after && after.sort !== order) throw invalid('query.cursor', 'belongs to another sort; start without one');
      const { rows: found, total } = await qualityTrucks(db, {
        fromDay: period.from,
        toDay: period.to,
        search: q.q || undefined,
        district: q.district || undefined,
        districts: c.get('caller').districts,
        needs: q.needs === 'technician',
        sort: q.sort,
        descending: q.order === 'desc',
        after,
        limit: q.limit + 1,
      });
      const { page, paging } = paged(found, q.limit, ({ sort_key, id }) => ({ key: sort_key, id, sort: order }));
      const ids = page.map(({ id }) => id);
      const days = byKey(await qualityDays(db, ids, period.from, period.to));
      const layUps = await layUpsIn(db, ids, period.from, period.to);
      return c.json(
        {
          ...period,
          target: EFFECTIVE_TARGET,
          total,
          trucks: page.map((row) => ({
            id: row.id,
            plate: row.plate,
            vin: row.vin,
            district: row.district,
            daysWithData: row.days,
            transmission: row.transmission,
            effective: row.effective,
            late: row.late,
            clockS: row.clock_s,
            conflicts: row.conflicts,
            needs: row.needs,
            days: daysOf({ id: row.id, fittedOn: row.fitted_on }, period, days, layUps),
          })),
          ...paging,
        },
        200,
      );
    })
    .openapi(channels, async (c) => {
      const id = Number(c.req.valid('param').id);
      const period = periodOf(c.req.valid('query'), deps.clock());
      const fittedOn = await fittedDay(db, id);
      if (fittedOn === undefined) throw noVehicle(id);
      const read = await qualityChannels(db, id, period.from, period.to);
      const due = read.reduce((sum, day) => sum + (day.due ?? 0), 0);
      const sums = new Map<string, Record<string, number>>();
      for (const day of read)
        for (const [signal, { counts }] of Object.entries(day.channels ?? {})) {
          const sum = sums.get(signal) ?? {};
          for (const name of JUDGED_NAMES) sum[name] = (sum[name] ?? 0) + (counts[name] ?? 0);
          sums.set(signal, sum);
        }
      const told = [...sums].map(([signal, sum]) => {
        const received = JUDGED_NAMES.reduce((n, name) => n + (sum[name] ?? 0), 0);
        const valid = sum.valid ?? 0;
        return {
          signal,
          counts: Object.fromEntries(JUDGED_NAMES.map((name) => [name, sum[name] ?? 0])) as z.infer<typeof Counts>,
          validRate: received > 0 ? valid / received : null,
          effectiveRate: due > 0 ? valid / due : null,
        };
      });
      told.sort((a, b) => (a.effectiveRate ?? 2) - (b.effectiveRate ?? 2) || a.signal.localeCompare(b.signal));
      const days = byKey(await qualityDays(db, [id], period.from, period.to));
      const layUps = await layUpsIn(db, [id], period.from, period.to);
      return c.json({ ...period, due, channels: told, days: daysOf({ id, fittedOn }, period, days, layUps) }, 200);
    });
}

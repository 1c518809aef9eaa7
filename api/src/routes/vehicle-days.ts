import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type Db, getTruckDay, listTruckDays, type TruckDayRow, vehicleExists } from '@plume/db';
import { explain, LEVELS, type Outcome } from '@plume/ingest/rules';
import type { ApiEnv } from '../access.ts';
import { addDays, BeijingDate, beijingDate, daysBetween } from '../beijing-day.ts';
import { decodeCursor, paged } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { asRule, Figure, figuresOf, Lang, ruleName } from '../finding-schema.ts';
import { invalid, Problem } from '../problem.ts';
import { CursorInput, json, limit, Moment, notFound, Paging, problems, VehicleParam } from '../schemas.ts';
import { noVehicle } from './vehicles.ts';

const MOST_DAYS = 1100;
const FIRST_DAYS = 30;

/** What each key figure of a day is in, and how it is defined. */
const UNITS = {
  samples: { unit: '', says: 'stored samples of the day' },
  engineOnS: { unit: 's', says: 'time with the engine on' },
  noxValidS: { unit: 's', says: 'of these with a valid NOx mass' },
  distanceKm: { unit: 'km', says: 'distance' },
  workKwh: { unit: 'kWh', says: 'work of the engine' },
  fuelKg: { unit: 'kg', says: 'fuel' },
  noxG: { unit: 'g', says: 'NOx as NO2 over the seconds with a valid reading' },
  co2G: { unit: 'g', says: 'CO2' },
  transmissionRate: { unit: 'share', says: 'samples received ÷ samples due' },
  noxValidShare: {
    unit: 'share',
    says: 'seconds with a valid downstream NOx ÷ seconds with the engine on and the coolant at 70 °C or more',
  },
  p90GPerKwh: { unit: 'g/kWh', says: '90th percentile of the valid work windows' },
} as const;

const Figures = z.object({
  samples: z.number(),
  engineOnS: z.number().nullable(),
  noxValidS: z.number().nullable(),
  distanceKm: z.number().nullable(),
  workKwh: z.number().nullable(),
  fuelKg: z.number().nullable(),
  noxG: z.number().nullable(),
  co2G: z.number().nullable(),
  transmissionRate: z.number().nullable(),
  noxValidShare: z.number().nullable(),
  p90GPerKwh: z.number().nullable(),
});

const VehicleDay = z
  .object({
    date: BeijingDate,
    until: Moment.openapi({
      description: 'What was looked at ends here: the end of the day, or when the day under way was evaluated',
    }),
    firstSampleAt: Moment.nullable(),
    lastSampleAt: Moment.nullable(),
    figures: Figures,
    class: z.string().nullable().openapi({ description: 'Method class of the work windows: A, B, C' }),
    conflicts: z.number().openapi({ description: 'Records that contradicted a stored one' }),
    worstLevel: z.enum(LEVELS).nullable(),
    found: z.array(z.object({ id: z.string(), rule: z.string(), level: z.string(), cause: z.string() })),
    rulesVersion: z.string(),
    evaluatedAt: Moment,
    stale: z.boolean().openapi({ description: 'Records or facts came in since; the day will be evaluated anew' }),
  })
  .openapi('VehicleDay');

const list = createRoute({
  method: 'get',
  path: '/vehicles/{id}/days',
  tags: ['vehicles'],
  summary: 'Evaluated days of a truck with their key figures, the newest first',
  request: {
    params: VehicleParam,
    query: z.object({
      from: BeijingDate.optional().openapi({ description: 'Absent: 30 days up to `to`' }),
      to: BeijingDate.optional().openapi({ description: 'Absent: today' }),
      limit: limit(31, 400),
      cursor: CursorInput,
    }),
  },
  responses: {
    200: json(
      z.object({
        from: BeijingDate,
        to: BeijingDate,
        units: z.record(z.string(), z.object({ unit: z.string(), says: z.string() })),
        days: z.array(VehicleDay),
        ...Paging,
      }),
      'One page of days',
    ),
    ...problems,
    ...notFound,
  },
});

const OutcomeTold = z
  .object({
    rule: z.string(),
    ruleName: z.string(),
    outcome: z.enum(['found', 'clear', 'notEvaluated']),
    level: z.string().nullable(),
    explanation: z.string(),
    reason: z.string().nullable().openapi({ description: 'Code of why it could not be asked' }),
    figures: z.array(Figure),
    limit: z.object({ value: z.number(), unit: z.string(), source: z.string(), mark: z.string() }).nullable(),
    caveats: z.array(z.string()),
    stretches: z.array(z.object({ fromSec: z.number(), toSec: z.number() })),
  })
  .openapi('Outcome');

const VehicleDayDetail = VehicleDay.extend({
  units: z.record(z.string(), z.object({ unit: z.string(), says: z.string() })),
  summary: z
    .record(z.string(), z.unknown())
    .nullable()
    .openapi({ description: 'Everything that the rules look at (windows, bins, quality, tanks, trips, …); null: no samples' }),
  summarySha256: z.string().nullable().openapi({ description: 'Of the summary as canonical JSON (RFC 8785)' }),
  outcomes: z.array(OutcomeTold),
}).openapi('VehicleDayDetail');

const one = createRoute({
  method: 'get',
  path: '/vehicles/{id}/days/{date}',
  tags: ['vehicles'],
  summary: 'One day of a truck: its whole summary, and what every rule says of it',
  request: {
    params: VehicleParam.extend({ date: BeijingDate.openapi({ param: { name: 'date', in: 'path' } }) }),
    query: z.object({ lang: Lang }),
  },
  responses: { 200: json(VehicleDayDetail, 'The day'), ...problems, ...notFound },
});

function toDay(row: TruckDayRow): z.infer<typeof VehicleDay> {
  return {
    date: row.day,
    until: row.until.toISOString(),
    firstSampleAt: row.first_time?.toISOString() ?? null,
    lastSampleAt: row.last_time?.toISOString() ?? null,
    figures: {
      samples: row.samples,
      engineOnS: row.engine_on_s,
      noxValidS: row.nox_valid_s,
      distanceKm: row.distance_km,
      workKwh: row.work_kwh,
      fuelKg: row.fuel_kg,
      // Without a valid second it is not known.
      noxG: (row.nox_valid_s ?? 0) > 0 ? row.nox_g : null,
      co2G: row.co2_g,
      transmissionRate: row.transmission_rate,
      noxValidShare: row.nox_valid_share,
      p90GPerKwh: row.p90_g_per_kwh,
    },
    class: row.method_class,
    conflicts: row.conflicts,
    worstLevel: z.enum(LEVELS).nullable().parse(row.worst_level),
    found: row.found,
    rulesVersion: row.rules_version,
    evaluatedAt: row.evaluated_at.toISOString(),
    stale: row.dirty,
  };
}

function toOutcome(outcome: Outcome, lang: 'zh' | 'en'): z.infer<typeof OutcomeTold> {
  const told = {
    rule: outcome.rule,
    ruleName: ruleName(outcome.rule, lang),
    outcome: outcome.outcome,
    figures: figuresOf(outcome.figures, lang),
  };
  // A stored outcome may be of a rule that this version does not have.
  const explanation = asRule(outcome.rule) === undefined ? outcome.rule : explain(outcome, lang);
  const nothing = { level: null, reason: null, limit: null, caveats: [], stretches: [], explanation };
  switch (outcome.outcome) {
    case 'found':
      return {
        ...told,
        ...nothing,
        level: outcome.level,
        limit: outcome.limit,
        caveats: [...outcome.caveats],
        stretches: [...outcome.stretches],
      };
    case 'notEvaluated':
      return { ...told, ...nothing, reason: outcome.reason };
    case 'clear':
      return { ...told, ...nothing };
  }
}

/** Evaluated days of a truck. */
export function vehicleDayRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const vehicleId = Number(c.req.valid('param').id);
      const q = c.req.valid('query');
      const to = q.to ?? beijingDate(deps.clock());
      const from = q.from ?? addDays(to, 1 - FIRST_DAYS);
      if (from > to) throw invalid('query.to', 'must not be before from');
      if (daysBetween(from, to) > MOST_DAYS)
        throw invalid('query.from', `the range is longer than ${MOST_DAYS} days; ask for a shorter one`);
      const before = q.cursor === undefined ? undefined : decodeCursor(z.iso.date(), q.cursor);
      const rows = await listTruckDays(db, { vehicleId, fromDay: from, toDay: to, before, limit: q.limit + 1 });
      if (rows.length === 0 && !(await vehicleExists(db, vehicleId))) throw noVehicle(vehicleId);
      const { page, paging } = paged(rows, q.limit, (last) => last.day);
      return c.json({ from, to, units: UNITS, days: page.map(toDay), ...paging }, 200);
    })
    .openapi(one, async (c) => {
      const { id, date } = c.req.valid('param');
      const { lang } = c.req.valid('query');
      const row = await getTruckDay(db, Number(id), date);
      if (!row)
        throw new Problem(
          404,
          'NOT_FOUND',
          `Truck ${id} has no evaluated day ${date}.`,
          'See /api/v1/vehicles/{id}/days for the days there are.',
        );
      return c.json(
        {
          ...toDay(row),
          units: UNITS,
          summary: row.summary,
          summarySha256: row.summary_sha256 && Buffer.from(row.summary_sha256).toString('hex'),
          // What the evaluator stored under its own types.
          outcomes: (row.outcomes as Outcome[]).map((outcome) => toOutcome(outcome, lang)),
        },
        200,
      );
    });
}

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Db } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { BeijingDate } from '../beijing-day.ts';
import type { ApiDeps } from '../deps.ts';
import { json, plainText, problems } from '../schemas.ts';
import { contractOf } from '../statistics/contract.ts';
import { distributionOf } from '../statistics/distribution.ts';
import { runStatistics } from '../statistics/engine.ts';
import { FACTOR_IDS, RANKED_IDS } from '../statistics/factors.ts';
import { fleetOf } from '../statistics/fleet.ts';
import { GROUPING_IDS, GROUPINGS } from '../statistics/groupings.ts';
import { MEASURE_IDS, MEASURES } from '../statistics/measures.ts';
import { COMPARISONS } from '../statistics/period.ts';
import { rankingOf } from '../statistics/ranking.ts';
import { STATISTICS_REASONS } from '../statistics/reasons.ts';
import {
  ContractSchema,
  DistributionSchema,
  FleetSchema,
  GroupingSchema,
  listOf,
  MeasureSchema,
  RankingSchema,
  TableSchema,
  TextSchema,
} from '../statistics/schemas.ts';
import type { StatisticsFilter } from '../statistics/table.ts';

/** Which trucks and days, in every question. */
export const StatisticsRange = z.object({
  from: BeijingDate.openapi({ description: 'First Beijing day' }),
  to: BeijingDate.openapi({ description: 'Last Beijing day, included' }),
  district: plainText(40).optional(),
  enterprise: plainText(100).optional(),
  stage: plainText(20).optional(),
  model: plainText(100).optional(),
  use: plainText(40).optional(),
  vehicles: z
    .string()
    .regex(/^[1-9]\d{0,8}(,[1-9]\d{0,8}){0,199}$/, 'must be numbers of vehicles separated by commas, 200 at most')
    .optional(),
});
type Range = z.infer<typeof StatisticsRange>;

/** The filter of a question. */
export function filterOf({ district, enterprise, stage, model, use, vehicles }: Omit<Range, 'from' | 'to'>): StatisticsFilter {
  return { district, enterprise, stage, model, use, vehicles: vehicles?.split(',').map(Number) };
}

const catalogue = createRoute({
  method: 'get',
  path: '/statistics/catalogue',
  tags: ['statistics'],
  summary: 'What can be asked: measures with unit and definition, groupings, and the values to filter by',
  responses: {
    200: json(
      z.object({
        measures: z.array(MeasureSchema),
        groupings: z.array(GroupingSchema),
        reasons: z.record(z.string(), TextSchema),
        fleet: FleetSchema,
      }),
      'The catalogue',
    ),
    ...problems,
  },
});

const table = createRoute({
  method: 'get',
  path: '/statistics/table',
  tags: ['statistics'],
  summary: 'Measures of the fleet by up to two groupings over a period',
  description:
    'Figures rest on the sums that are kept of every evaluated truck-day, so late data is in them as soon as its day is evaluated anew. A figure that there is not is null with its reason. `total` is that of the whole, not the sum of the rows.',
  request: {
    query: StatisticsRange.extend({
      measures: listOf(MEASURE_IDS, 12),
      by: listOf(GROUPING_IDS, 2).optional(),
      compare: z.enum(COMPARISONS).default('none').openapi({ description: 'previous: 环比; year: 同比' }),
    }),
  },
  responses: { 200: json(TableSchema, 'The figures'), ...problems },
});

const distribution = createRoute({
  method: 'get',
  path: '/statistics/distribution',
  tags: ['statistics'],
  summary: 'How a factor of truck-days is spread: percentiles and a histogram',
  request: { query: StatisticsRange.extend({ measure: z.enum(FACTOR_IDS) }) },
  responses: { 200: json(DistributionSchema, 'The distribution'), ...problems },
});

const ranking = createRoute({
  method: 'get',
  path: '/statistics/ranking',
  tags: ['statistics'],
  summary: 'Trucks by factor in comparable operation, with intervals by drawing days',
  request: { query: StatisticsRange.extend({ measure: z.enum(RANKED_IDS).default('noxGPerKwh') }) },
  responses: { 200: json(RankingSchema, 'The ranking'), ...problems },
});

const contract = createRoute({
  method: 'get',
  path: '/statistics/contract',
  tags: ['statistics'],
  summary: "Transmission, failures and repair of terminals against the contract's targets",
  request: { query: StatisticsRange },
  responses: { 200: json(ContractSchema, 'The figures'), ...problems },
});

/** Statistics of the fleet. */
export function statisticsRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(catalogue, async (c) => {
      const context = { districts: c.get('caller').districts, nowMs: deps.clock() };
      const fleet = await fleetOf(db, {}, context);
      return c.json({ measures: [...MEASURES], groupings: GROUPINGS.map(groupingText), reasons: STATISTICS_REASONS, fleet }, 200);
    })
    .openapi(table, async (c) => {
      const q = c.req.valid('query');
      const context = { districts: c.get('caller').districts, nowMs: deps.clock() };
      const query = {
        measures: q.measures,
        by: q.by ?? [],
        filter: filterOf(q),
        period: { from: q.from, to: q.to },
        compare: q.compare,
      };
      return c.json(await runStatistics(db, query, context), 200);
    })
    .openapi(distribution, async (c) => {
      const q = c.req.valid('query');
      const context = { districts: c.get('caller').districts, nowMs: deps.clock() };
      const query = { measure: q.measure, filter: filterOf(q), period: { from: q.from, to: q.to } };
      return c.json(await distributionOf(db, query, context), 200);
    })
    .openapi(ranking, async (c) => {
      const q = c.req.valid('query');
      const context = { districts: c.get('caller').districts, nowMs: deps.clock() };
      const query = { measure: q.measure, filter: filterOf(q), period: { from: q.from, to: q.to } };
      return c.json(await rankingOf(db, query, context), 200);
    })
    .openapi(contract, async (c) => {
      const q = c.req.valid('query');
      const context = { districts: c.get('caller').districts, nowMs: deps.clock() };
      return c.json(await contractOf(db, { filter: filterOf(q), period: { from: q.from, to: q.to } }, context), 200);
    });
}

function groupingText({ id, name, definition, ordered, kind }: (typeof GROUPINGS)[number]): z.infer<typeof GroupingSchema> {
  return { id, name, definition, ordered, kind };
}

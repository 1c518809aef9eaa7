import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type Db, findSetting, storeSetting } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { BeijingDate } from '../beijing-day.ts';
import { actorName } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';
import { body, conflict, json, problems } from '../schemas.ts';
import { requireWholeSite } from '../scope.ts';
import {
  EXEMPTION_BOUNDS,
  EXEMPTION_CHECKS,
  EXEMPTION_DEFAULTS,
  EXEMPTION_KEY,
  EXEMPTION_WORDS,
  type ExemptionCriteria,
} from '../statistics/exemption.ts';
import { RANKED_IDS } from '../statistics/factors.ts';
import { exemptionsOf, guidanceOf } from '../statistics/guidance.ts';
import { emissionMap, MAP_MEASURES } from '../statistics/map.ts';
import { MapSchema } from '../statistics/map-schema.ts';
import { MeasureSchema, PeriodSchema, TextSchema } from '../statistics/schemas.ts';
import { TREATMENT_GROUPS, treatmentOf } from '../statistics/treatment.ts';
import { TreatmentSchema } from '../statistics/treatment-schema.ts';
import { filterOf, StatisticsRange } from './statistics.ts';

const Truck = z
  .object({ id: z.number(), plate: z.string(), district: z.string().nullable(), enterprise: z.string().nullable() })
  .readonly();
const Numeric = z.number().nullable();

const GuidanceSchema = z
  .object({
    period: PeriodSchema,
    measure: MeasureSchema,
    confidence: z.number(),
    levels: z
      .array(
        z.object({ stage: z.string().nullable(), trucks: z.number(), level: Numeric, low: Numeric, high: Numeric }).readonly(),
      )
      .readonly(),
    treat: z
      .array(
        z
          .object({
            vehicle: Truck,
            stage: z.string().nullable(),
            factor: z.number(),
            low: z.number(),
            high: z.number(),
            avoidableKg: Numeric,
            avoidableLow: Numeric,
            avoidableHigh: Numeric,
            overLimit: z.boolean().nullable(),
            days: z.number(),
            validShare: Numeric,
            narrowerKg: Numeric,
            measuredKg: Numeric,
          })
          .readonly(),
      )
      .readonly(),
    notEvaluated: z.number(),
    avoidableKg: z.number(),
  })
  .openapi('Guidance');

const number = (key: keyof ExemptionCriteria) => z.number().min(EXEMPTION_BOUNDS[key].least).max(EXEMPTION_BOUNDS[key].most);
const Criteria = z.strictObject({
  withinDays: number('withinDays').int(),
  leastValidDays: number('leastValidDays').int(),
  leastEffectivePct: number('leastEffectivePct'),
  mostShareOfLimit: number('mostShareOfLimit'),
});

const ExemptionsSchema = z
  .object({
    period: PeriodSchema,
    criteria: Criteria.readonly(),
    version: z.number().int().openapi({ description: "0: the product's own numbers" }),
    words: z.record(z.string(), TextSchema),
    verified: z.literal(false),
    trucks: z
      .array(
        z
          .object({
            vehicle: Truck,
            stage: z.string().nullable(),
            fulfils: z.boolean(),
            fails: z.array(z.enum(EXEMPTION_CHECKS)).readonly(),
            validDays: z.number(),
            effectivePct: Numeric,
            upperBound: Numeric,
            limit: Numeric,
          })
          .readonly(),
      )
      .readonly(),
  })
  .openapi('Exemptions');

const map = createRoute({
  method: 'get',
  path: '/statistics/map',
  tags: ['statistics'],
  summary: 'Emission by cell of the map, with hot spots',
  description:
    'Columns of one length, a cell a place. Hot spots: Gi* above 1.96 over queen neighbours with false discovery of at most 5 %.',
  request: {
    query: StatisticsRange.extend({
      measure: z.enum(MAP_MEASURES).default('noxGPerKm'),
      hours: z
        .string()
        .regex(/^([01]?\d|2[0-3])-([01]?\d|2[0-3])$/, 'must be two hours of day such as 6-9')
        .optional()
        .openapi({ description: 'First and last Beijing hour of day, both included; 22-5 goes over midnight' }),
    }),
  },
  responses: { 200: json(MapSchema, 'The cells'), ...problems },
});

const guidance = createRoute({
  method: 'get',
  path: '/statistics/guidance',
  tags: ['statistics'],
  summary: 'Which trucks to treat first: kg NOx a year avoidable, with interval',
  request: { query: StatisticsRange.extend({ measure: z.enum(RANKED_IDS).default('noxGPerKwh') }) },
  responses: { 200: json(GuidanceSchema, 'The trucks'), ...problems },
});

const exemptions = createRoute({
  method: 'get',
  path: '/statistics/exemptions',
  tags: ['statistics'],
  summary: 'Which trucks are clean and known well enough to be proposed for exemption from the tailpipe test',
  request: { query: StatisticsRange.omit({ from: true }).extend({ to: BeijingDate }) },
  responses: { 200: json(ExemptionsSchema, 'The trucks and the criteria'), ...problems },
});

const treatment = createRoute({
  method: 'get',
  path: '/statistics/treatment',
  tags: ['statistics'],
  summary: 'What treatment achieved so far (治理成效): repairs by work done, workshop and more, as their road checks tell',
  description: [
    'Repairs of cases that were completed in the period. Of each the newest road check is taken (复核; method in docs/decisions/0022): NOx before and after on comparable operation, with untreated trucks over the same days as controls.',
    'change: before × (ratio − 1), the mean over the repairs that are told, those that did not help included. avoidedKg: −change × work of a year, which is told from the fuel burnt since the repair (14 days at least, a year at most); the sum over these repairs.',
    'Intervals of a group add those of its repairs as squares, end by end: they say how well these repairs are known, not what others would do. Controls are shared between repairs, which this does not count.',
    'What is not told is not evaluated, with its reason, and counts as no success and no failure.',
  ].join(' '),
  request: { query: StatisticsRange.extend({ by: z.enum(TREATMENT_GROUPS).default('work') }) },
  responses: { 200: json(TreatmentSchema, 'The repairs'), ...problems },
});

const setCriteria = createRoute({
  method: 'put',
  path: '/statistics/exemptions/criteria',
  tags: ['statistics'],
  summary: 'Change the criteria of exemption',
  request: { body: body(z.strictObject({ version: z.number().int().min(0), criteria: Criteria })) },
  responses: { 200: json(z.object({ version: z.number().int(), criteria: Criteria }), 'In force'), ...problems, ...conflict },
});

/** Hours of day of a text such as 22-5, over midnight where the second comes first. */
export function hoursOf(text: string | undefined): number[] | null {
  if (text === undefined) return null;
  const [first = 0, last = 23] = text.split('-').map(Number);
  const hours = Array.from({ length: ((last - first + 24) % 24) + 1 }, (_, i) => (first + i) % 24);
  return hours.length === 24 ? null : hours;
}

async function criteriaOf(db: Db): Promise<{ version: number; criteria: ExemptionCriteria }> {
  const row = await findSetting(db, EXEMPTION_KEY);
  if (!row) return { version: 0, criteria: EXEMPTION_DEFAULTS };
  return { version: row.version, criteria: Criteria.parse(row.value) };
}

/** Where to begin with treatment, what is clean, and where it is emitted. */
export function guidanceRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(map, async (c) => {
      const q = c.req.valid('query');
      const context = { districts: c.get('caller').districts, nowMs: deps.clock() };
      const query = { measure: q.measure, hours: hoursOf(q.hours), filter: filterOf(q), period: { from: q.from, to: q.to } };
      return c.json(await emissionMap(db, query, context), 200);
    })
    .openapi(guidance, async (c) => {
      const q = c.req.valid('query');
      const context = { districts: c.get('caller').districts, nowMs: deps.clock() };
      const query = { measure: q.measure, filter: filterOf(q), period: { from: q.from, to: q.to } };
      return c.json(await guidanceOf(db, query, context), 200);
    })
    .openapi(exemptions, async (c) => {
      const q = c.req.valid('query');
      const context = { districts: c.get('caller').districts, nowMs: deps.clock() };
      const { version, criteria } = await criteriaOf(db);
      const found = await exemptionsOf(db, { filter: filterOf(q), to: q.to }, criteria, context);
      return c.json({ ...found, version, words: EXEMPTION_WORDS, verified: false as const }, 200);
    })
    .openapi(treatment, async (c) => {
      const q = c.req.valid('query');
      const context = { districts: c.get('caller').districts, nowMs: deps.clock() };
      const query = { by: q.by, filter: filterOf(q), period: { from: q.from, to: q.to } };
      return c.json(await treatmentOf(db, query, context), 200);
    })
    .openapi(setCriteria, async (c) => {
      const { version, criteria } = c.req.valid('json');
      requireWholeSite(c, 'What trucks are exempted by');
      const entry = c.get('trail').done('statistics.exemption', { kind: 'setting', id: EXEMPTION_KEY }, criteria);
      if (!(await storeSetting(db, EXEMPTION_KEY, version, criteria, actorName(c.get('caller')), deps.clock(), entry)))
        throw new Problem(
          409,
          'CHANGED',
          'Somebody else changed the criteria meanwhile.',
          'Look at them again, then change them.',
        );
      return c.json({ version: version + 1, criteria }, 200);
    });
}

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type Db, inspectionPairs } from '@plume/db';
import { INSPECTION_JUDGEMENTS, INSPECTION_KINDS } from '@plume/ingest/rules';
import type { ApiEnv } from '../access.ts';
import { addDays, BeijingDate, beijingDate, daysBetween } from '../beijing-day.ts';
import type { ApiDeps } from '../deps.ts';
import { AGREEMENT_BASES, AGREEMENT_VERDICTS, agreementTable, compare } from '../inspections/agreement.ts';
import { invalid } from '../problem.ts';
import { parametersOn } from '../rules-in-force.ts';
import { json, problems } from '../schemas.ts';

const DEFAULT_DAYS = 365;
const MOST_DAYS = 1_100;
const MOST_WINDOW = 90;
/** Pairs that an answer lists; those that disagree first. */
const MOST_PAIRS = 500;

const Count = z.number().int();
const Share = z
  .object({ share: z.number(), low: z.number(), high: z.number() })
  .nullable()
  .openapi('ShareInterval', { description: '0 … 1 with its two-sided 95 % interval by Wilson; null: nothing to divide by' });
const Kappa = z
  .object({ kappa: z.number(), low: z.number().nullable(), high: z.number().nullable() })
  .nullable()
  .openapi('Kappa', {
    description:
      "Cohen's kappa with its 95 % interval (Fleiss, Cohen, Everitt 1969); null: no pairs, or one side always says the same; its ends are null where every pair agrees",
  });

const window = (fallback: number) =>
  z.coerce
    .number()
    .int()
    .min(0)
    .max(MOST_WINDOW)
    .default(fallback)
    .openapi({ description: `0 … ${MOST_WINDOW} days` });

const OUTCOMES = ['bothOver', 'inspectionOnly', 'obdOnly', 'bothUnder', 'notJudged', 'notEvaluated'] as const;

const route = createRoute({
  method: 'get',
  path: '/inspection-agreement',
  tags: ['inspections'],
  summary: 'How far inspections agree with what the OBD data said of the same truck, by kind of inspection',
  description: [
    'Of each inspection of the period the OBD data of its truck are looked at from `before` days before it to `after` days after it, its own day included.',
    'A repair cuts the window: it begins after the last one completed up to the inspection, and ends before the next; the days of the repairs are left out. Repairs in a case of the type offline cut nothing.',
    'The OBD side is over when R-A3 or R-C3 (verdict=probable) or R-A2 (verdict=day) found it over on a day of the window, not over when days enough could be judged by these rules and none was, and not evaluated otherwise. Enough: one day for R-A2, as many as the parameter persistDays (3) for R-A3 and R-C3.',
    'The inspection side is over when it failed, not over when it passed (basis=result), or when its NOx or NO was above or not above its limit (basis=NOx).',
    'Intervals take inspections as independent; a truck that was inspected often weighs more: `trucks` says how many there are.',
  ].join(' '),
  request: {
    query: z.object({
      from: BeijingDate.optional().openapi({ description: `by default ${DEFAULT_DAYS} days up to today` }),
      to: BeijingDate.optional(),
      before: window(30),
      after: window(0),
      basis: z.enum(AGREEMENT_BASES).default('result'),
      verdict: z.enum(AGREEMENT_VERDICTS).default('probable'),
    }),
  },
  responses: {
    200: json(
      z.object({
        from: BeijingDate,
        to: BeijingDate,
        before: Count,
        after: Count,
        basis: z.enum(AGREEMENT_BASES),
        verdict: z.enum(AGREEMENT_VERDICTS),
        needed: Count.openapi({ description: 'Judged days without which the OBD side is not said to be not over' }),
        rows: z.array(
          z
            .object({
              kind: z.enum([...INSPECTION_KINDS, 'all']),
              records: Count,
              notJudged: Count.openapi({ description: 'Judged nothing: invalid, a single pass over, no NOx measured' }),
              notEvaluated: Count.openapi({ description: 'The truck had not days enough in the window that could be judged' }),
              n: Count.openapi({ description: 'Compared' }),
              trucks: Count.openapi({ description: 'Different trucks among the compared' }),
              bothOver: Count,
              inspectionOnly: Count,
              obdOnly: Count,
              bothUnder: Count,
              agreement: Share.openapi({ description: '(bothOver + bothUnder) ÷ n' }),
              found: Share.openapi({ description: 'bothOver ÷ (bothOver + inspectionOnly)' }),
              cleared: Share.openapi({ description: 'bothUnder ÷ (bothUnder + obdOnly)' }),
              confirmed: Share.openapi({ description: 'bothOver ÷ (bothOver + obdOnly)' }),
              kappa: Kappa,
            })
            .openapi('AgreementRow'),
        ),
        pairs: z.array(
          z.object({
            id: Count.openapi({ description: 'The inspection' }),
            vehicle: z.object({ id: Count, plate: z.string() }),
            kind: z.enum(INSPECTION_KINDS),
            day: BeijingDate,
            judgement: z.enum(INSPECTION_JUDGEMENTS),
            windowFrom: BeijingDate,
            windowTo: BeijingDate.openapi({ description: 'The days that were looked at; none where it is before windowFrom' }),
            repairedOn: BeijingDate.nullable().openapi({ description: 'The repair up to the inspection that cuts the window' }),
            repairedAfter: BeijingDate.nullable().openapi({
              description: 'The repair after the inspection that cuts the window',
            }),
            judgedDays: Count.openapi({ description: 'Days of the window that could be judged, by `verdict`' }),
            overDays: Count.openapi({ description: 'Days of the window on which the OBD data found it over, by `verdict`' }),
            outcome: z.enum(OUTCOMES),
          }),
        ),
        pairsLeftOut: Count.openapi({ description: `Pairs beyond the ${MOST_PAIRS} that are listed` }),
      }),
      'The table, and the pairs behind it: those that disagree first',
    ),
    ...problems,
  },
});

/** How far inspections and OBD data agree. */
export function inspectionAgreementRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>().openapi(route, async (c) => {
    const { before, after, basis, verdict, ...q } = c.req.valid('query');
    const to = q.to ?? beijingDate(deps.clock());
    const from = q.from ?? addDays(to, 1 - DEFAULT_DAYS);
    if (from > to) throw invalid('query.from', 'must not be later than to');
    if (daysBetween(from, to) > MOST_DAYS) throw invalid('query.from', `must not be more than ${MOST_DAYS} days before to`);
    const { districts } = c.get('caller');
    const pairs = await inspectionPairs(db, { fromDay: from, toDay: to, before, after, verdict, districts });
    const needed = verdict === 'day' ? 1 : (await parametersOn(db, to)).verdicts.persistDays;
    const compared = pairs.map((pair) => compare(pair, basis, needed));
    const rank = ['inspectionOnly', 'obdOnly', 'bothOver', 'bothUnder', 'notEvaluated', 'notJudged'];
    const listed = [...compared].sort(
      (a, b) => rank.indexOf(a.outcome) - rank.indexOf(b.outcome) || (a.pair.day < b.pair.day ? 1 : -1),
    );
    return c.json(
      {
        from,
        to,
        before,
        after,
        basis,
        verdict,
        needed,
        rows: agreementTable(compared),
        pairs: listed.slice(0, MOST_PAIRS).map(({ pair, outcome }) => ({
          id: pair.id,
          vehicle: { id: pair.vehicle_id, plate: pair.plate },
          kind: z.enum(INSPECTION_KINDS).parse(pair.kind),
          day: pair.day,
          judgement: z.enum(INSPECTION_JUDGEMENTS).parse(pair.judgement),
          windowFrom: pair.window_from,
          windowTo: pair.window_to,
          repairedOn: pair.repaired_before,
          repairedAfter: pair.repaired_after,
          judgedDays: pair.judged_days,
          overDays: pair.over_days,
          outcome,
        })),
        pairsLeftOut: Math.max(0, listed.length - MOST_PAIRS),
      },
      200,
    );
  });
}

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Db } from '@plume/db';
import {
  CASE_SOURCE_WORDS,
  CASE_SOURCES,
  CASE_STATE_WORDS,
  CASE_STATES,
  CASE_TYPE_WORDS,
  CASE_TYPES,
  PRIORITIES,
  PRIORITY_WORDS,
  STEP_KINDS,
  STEPS,
  type StepRow,
  type StepValues,
} from '@plume/ingest/rules';
import type { Context } from 'hono';
import type { ApiEnv } from '../access.ts';
import { actorName } from '../caller.ts';
import { CaseParam, CaseStep, refusalFields, StepRefusal, toStep } from '../cases/case-schema.ts';
import { recordStep, type StepOutcome } from '../cases/record-step.ts';
import { Periods, readPeriods, stepContext } from '../cases/step-context.ts';
import type { ApiDeps } from '../deps.ts';
import { Lang } from '../finding-schema.ts';
import { Problem } from '../problem.ts';
import { body, conflict, json, notFound, problems } from '../schemas.ts';
import { requireInside } from '../scope.ts';
import { noCase } from './cases.ts';

/** Most cases that one step is taken in at once. */
export const MOST_CASES = 200;

const Words = z.object({ value: z.string(), zh: z.string(), en: z.string() });
const Table = z
  .object({
    steps: z.array(
      z.object({
        kind: z.enum(STEP_KINDS),
        zh: z.string(),
        en: z.string(),
        from: z.array(z.enum(CASE_STATES)),
        types: z.array(z.enum(CASE_TYPES)).nullable(),
        main: z.boolean(),
        fields: z.array(
          z.object({
            name: z.string(),
            kind: z.enum([
              'day',
              'later',
              'text',
              'choice',
              'flag',
              'count',
              'number',
              'mStation',
              'iStation',
              'officer',
              'figures',
            ]),
            zh: z.string(),
            en: z.string(),
            required: z.boolean(),
            choices: z.array(Words).nullable(),
            max: z.number().nullable(),
            unit: z.string().nullable(),
          }),
        ),
      }),
    ),
    states: z.array(Words),
    types: z.array(Words),
    sources: z.array(Words),
    priorities: z.array(Words),
    periods: Periods,
  })
  .openapi('CaseStepTable');

const table = createRoute({
  method: 'get',
  path: '/case-steps',
  tags: ['cases'],
  summary: 'The state machine of cases: every step, from where, with which fields, and the words of both languages',
  responses: { 200: json(Table, 'The table'), ...problems },
});

const NewStepBody = z
  .strictObject({
    kind: z.enum(STEP_KINDS).exclude(['attach', 'roadCheck']).openapi({
      description: 'Leads are added by confirming them; a road check is computed by POST /cases/{id}/road-check, never written',
    }),
    day: z.string().max(10).openapi({ example: '2026-11-24', description: 'Beijing day on which it happened' }),
    values: z
      .record(z.string().max(40), z.union([z.string(), z.number(), z.boolean(), z.null(), z.record(z.string(), z.unknown())]))
      .default({})
      .openapi({ description: 'The fields of its kind' }),
    note: z.string().trim().min(1).max(2000).nullable().default(null),
  })
  .openapi('NewCaseStep');

const Version = z.number().int().min(1).openapi({ description: 'The version that you saw' });

const take = createRoute({
  method: 'post',
  path: '/cases/{id}/steps',
  tags: ['cases'],
  summary: 'Take the next step of a case',
  request: {
    params: CaseParam,
    query: z.object({ lang: Lang }),
    body: body(z.strictObject({ version: Version, step: NewStepBody })),
  },
  responses: {
    201: json(z.object({ version: z.number().int(), state: z.enum(CASE_STATES) }), 'Recorded'),
    ...problems,
    ...notFound,
    ...conflict,
  },
});

const BulkResult = z
  .object({
    id: z.number().int(),
    outcome: z.enum(['done', 'refused', 'changed']),
    version: z.number().int().nullable(),
    refusals: z.array(StepRefusal),
    since: z.array(CaseStep).openapi({ description: 'What somebody else did meanwhile' }),
  })
  .openapi('CaseStepResult');

const takeMany = createRoute({
  method: 'post',
  path: '/case-steps',
  tags: ['cases'],
  summary: 'Take one and the same step in many cases; each is told for itself',
  request: {
    body: body(
      z.strictObject({
        cases: z
          .array(z.strictObject({ id: z.number().int().positive(), version: Version }))
          .min(1)
          .max(MOST_CASES),
        step: NewStepBody,
      }),
    ),
  },
  responses: { 200: json(z.object({ results: z.array(BulkResult) }), 'What became of each'), ...problems, ...notFound },
});

const words = <T extends string>(values: readonly T[], of: Readonly<Record<T, { zh: string; en: string }>>) =>
  values.map((value) => ({ value, zh: of[value].zh, en: of[value].en }));

function tableNow(periods: z.infer<typeof Periods>): z.infer<typeof Table> {
  return {
    steps: STEPS.map((row) => {
      const { types, fields, from, zh, en, main }: StepRow = row;
      return {
        kind: row.kind,
        zh,
        en,
        main,
        from: [...from],
        types: types ? [...types] : null,
        fields: fields.map((field) => ({
          name: field.name,
          kind: field.kind,
          zh: field.zh,
          en: field.en,
          required: field.required,
          choices: field.choices ? [...field.choices] : null,
          max: field.max ?? null,
          unit: field.unit ?? null,
        })),
      };
    }),
    states: words(CASE_STATES, CASE_STATE_WORDS),
    types: words(CASE_TYPES, CASE_TYPE_WORDS),
    sources: words(CASE_SOURCES, CASE_SOURCE_WORDS),
    priorities: words(PRIORITIES, PRIORITY_WORDS),
    periods,
  };
}

/** What somebody else did, in one sentence. */
function changedMeanwhile({ since }: Extract<StepOutcome, { outcome: 'changed' }>): Problem {
  const told = since.map((step) => `${step.actor_name ?? step.actor} ${step.recorded_at.toISOString()}: ${step.kind}`).join('; ');
  return new Problem(
    409,
    'CHANGED',
    `Somebody was faster${told ? ` (${told})` : ''}; nothing was overwritten.`,
    'Read the case again, and take the step once more if it is still needed.',
  );
}

/** Steps of cases: the table of them, one, and one in many cases. */
export function caseStepRoutes(deps: ApiDeps, db: Db) {
  const record = async (
    c: Context<ApiEnv>,
    caseId: number,
    version: number,
    step: z.infer<typeof NewStepBody>,
    context: Awaited<ReturnType<typeof stepContext>>,
  ): Promise<StepOutcome> => {
    const { kind, day, note } = step;
    const values = step.values as StepValues;
    return await recordStep(db, context, {
      caseId,
      version,
      step: { kind, day, values, note },
      actor: actorName(c.get('caller')),
      atMs: deps.clock(),
      entry: (before) =>
        c
          .get('trail')
          .done(`case.${kind}`, { kind: 'case', id: String(caseId) }, { from: before.state, version, day, values, note }),
    });
  };

  const mayClose = async (c: Context<ApiEnv>, kind: string): Promise<void> => {
    if (kind !== 'close' || c.get('caller').permissions.has('cases.close')) return;
    await c.get('trail').refused('access.role', { kind: 'permission', id: 'cases.close' });
    throw new Problem(
      403,
      'FORBIDDEN',
      'Your account may work on cases but not close them (needs cases.close).',
      'Ask an officer to close it.',
    );
  };

  return new OpenAPIHono<ApiEnv>()
    .openapi(table, async (c) => c.json(tableNow((await readPeriods(db)).periods), 200))
    .openapi(take, async (c) => {
      const id = Number(c.req.valid('param').id);
      const { version, step } = c.req.valid('json');
      await mayClose(c, step.kind);
      const taken = await record(c, id, version, step, await stepContext(db, deps.clock()));
      switch (taken.outcome) {
        case 'done':
          return c.json({ version: taken.version, state: taken.facts.state }, 201);
        case 'absent':
          throw noCase(id);
        case 'changed':
          throw changedMeanwhile(taken);
        case 'refused': {
          const errors = refusalFields(taken.refusals, c.req.valid('query').lang);
          const [first] = errors;
          throw new Problem(
            400,
            'INVALID',
            first ? `${first.field}: ${first.reason}` : 'The step is not in order.',
            'Correct the field and send the request again.',
            { errors },
          );
        }
      }
    })
    .openapi(takeMany, async (c) => {
      const { cases, step } = c.req.valid('json');
      await mayClose(c, step.kind);
      for (const { id } of cases) await requireInside(c, db, 'case', id, noCase(id));
      const context = await stepContext(db, deps.clock());
      const results: z.infer<typeof BulkResult>[] = [];
      for (const { id, version } of cases) {
        const taken = await record(c, id, version, step, context);
        if (taken.outcome === 'absent') throw noCase(id);
        results.push({
          id,
          outcome: taken.outcome,
          version: taken.outcome === 'refused' ? null : taken.version,
          refusals: taken.outcome === 'refused' ? [...taken.refusals] : [],
          since: taken.outcome === 'changed' ? taken.since.map(toStep) : [],
        });
      }
      return c.json({ results }, 200);
    });
}

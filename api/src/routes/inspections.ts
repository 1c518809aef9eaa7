import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  auditStep,
  type Db,
  enterInspection,
  getInspection,
  inspectionFiles,
  inspectionVersions,
  listInspections,
  sqlStateOf,
  vehicleExists,
} from '@plume/db';
import {
  checkInspection,
  INSPECTION_ITEMS,
  INSPECTION_JUDGEMENT_WORDS,
  INSPECTION_JUDGEMENTS,
  INSPECTION_KIND_WORDS,
  INSPECTION_KINDS,
  INSPECTION_METHOD_WORDS,
  INSPECTION_METHODS,
  INSPECTION_RESULT_WORDS,
  INSPECTION_RESULTS,
  type InspectionFacts,
  USUAL_METHOD,
} from '@plume/ingest/rules';
import type { ApiEnv } from '../access.ts';
import { BeijingDate, beijingDate } from '../beijing-day.ts';
import { actorName } from '../caller.ts';

import { decodeCursor, paged } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { Lang } from '../finding-schema.ts';
import { correctWithCase } from '../inspections/correct-with-case.ts';
import {
  Inspection,
  InspectionFile,
  InspectionParam,
  InspectionVersion,
  InspectionWords,
  toContent,
  toInspection,
  toInspectionFile,
  toVersion,
} from '../inspections/inspection-schema.ts';
import { Problem } from '../problem.ts';
import { body, CursorInput, conflict, json, limit, notFound, Paging, plainText, problems } from '../schemas.ts';
import { requireInside } from '../scope.ts';

/** Several of a closed list, separated by commas. */
function listOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z
    .string()
    .max(200)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(values)).min(1))
    .optional()
    .openapi({ type: 'string', description: `Several separated by commas: ${values.join(', ')}` });
}

const list = createRoute({
  method: 'get',
  path: '/inspections',
  tags: ['inspections'],
  summary: 'Roadside, remote sensing, annual, depot and black smoke inspections, the newest first',
  request: {
    query: z.object({
      kind: listOf(INSPECTION_KINDS),
      judgement: listOf(INSPECTION_JUDGEMENTS),
      vehicle: z
        .string()
        .regex(/^[1-9]\d{0,8}$/, 'must be the number of a vehicle')
        .optional(),
      district: plainText(40).optional(),
      from: BeijingDate.optional(),
      to: BeijingDate.optional(),
      search: plainText(60).optional().openapi({ description: 'Plate, VIN, organisation, place or report number' }),
      voided: z.enum(['yes', 'no']).default('no').openapi({ description: 'Also those that were taken back' }),
      limit: limit(50, 200),
      cursor: CursorInput,
    }),
  },
  responses: {
    200: json(z.object({ inspections: z.array(Inspection), ...Paging }), 'One page of records'),
    ...problems,
  },
});

const enter = createRoute({
  method: 'post',
  path: '/inspections',
  tags: ['inspections'],
  summary: 'Enter an inspection of a truck',
  request: {
    query: z.object({ lang: Lang }),
    body: body(
      z
        .strictObject({ vehicle: z.number().int().positive(), kind: z.enum(INSPECTION_KINDS), ...InspectionWords })
        .openapi('InspectionEntry'),
    ),
  },
  responses: { 201: json(Inspection, 'Entered'), ...problems, ...notFound, ...conflict },
});

const Whole = z.object({ inspection: Inspection, files: z.array(InspectionFile), versions: z.array(InspectionVersion) });

const one = createRoute({
  method: 'get',
  path: '/inspections/{id}',
  tags: ['inspections'],
  summary: 'One inspection with its attachments and everything that it ever said',
  request: { params: InspectionParam },
  responses: { 200: json(Whole, 'The record'), ...problems, ...notFound },
});

const correct = createRoute({
  method: 'put',
  path: '/inspections/{id}',
  tags: ['inspections'],
  summary: 'Correct an inspection, or take it back; what it said before stays in its versions',
  description: 'Where a case was opened from it, the case gets a note of the correction in the same transaction.',
  request: {
    params: InspectionParam,
    query: z.object({ lang: Lang }),
    body: body(
      z
        .strictObject({
          version: z.number().int().min(1),
          reason: plainText(500).openapi({ description: 'Why it is corrected' }),
          voided: z
            .boolean()
            .optional()
            .openapi({ description: 'true: entered by mistake; it stays, and counts nowhere. Absent: as it was before' }),
          ...InspectionWords,
        })
        .openapi('InspectionCorrection'),
    ),
  },
  responses: { 200: json(Inspection, 'Corrected'), ...problems, ...notFound, ...conflict },
});

const Words = z.object({ value: z.string(), zh: z.string(), en: z.string() });

const catalogue = createRoute({
  method: 'get',
  path: '/inspection-catalogue',
  tags: ['inspections'],
  summary: 'Kinds, methods, results and measured items of inspections, with units and the limits that a form proposes',
  responses: {
    200: json(
      z.object({
        kinds: z.array(Words.extend({ method: z.enum(INSPECTION_METHODS).openapi({ description: 'The usual one' }) })),
        methods: z.array(Words),
        results: z.array(Words),
        judgements: z.array(Words),
        items: z.array(
          z.object({
            id: z.string(),
            zh: z.string(),
            en: z.string(),
            unit: z.string(),
            pollutant: z.string(),
            decimals: z.number().int(),
            limits: z
              .array(z.object({ value: z.number(), source: z.string(), methods: z.array(z.string()) }))
              .openapi({ description: 'Proposed, and not verified against the printed standards' }),
          }),
        ),
      }),
      'The catalogue',
    ),
    ...problems,
  },
});

/** The answer when there is no such inspection for the caller. */
export function noInspection(id: string | number): Problem {
  return new Problem(404, 'NOT_FOUND', `There is no inspection ${id}.`, 'Look it up in /api/v1/inspections.');
}

/** Refuses what a record cannot say, each at its field. */
function requireSound(facts: InspectionFacts, today: string, lang: 'zh' | 'en'): void {
  const wrong = checkInspection(facts, today);
  if (wrong.length === 0) return;
  throw new Problem(
    400,
    'INVALID',
    wrong.map(({ field, en }) => `body.${field}: ${en}`).join('; '),
    'Correct the fields and send the request again.',
    { errors: wrong.map((each) => ({ field: `body.${each.field}`, reason: each[lang] })) },
  );
}

/** Turns the database's word for a record that is there already into ours. */
async function orThere<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (sqlStateOf(error) !== '23505') throw error;
    throw new Problem(
      409,
      'EXISTS',
      'An inspection of this truck, kind, day, time and report number is there already.',
      'Correct that one, or give the time or the report number that tells them apart.',
      { errors: [{ field: 'body.reportNo', reason: 'is the report number of an inspection that is there' }] },
    );
  }
}

const Cursor = z.strictObject({ day: z.iso.date(), id: z.number().int() });
const wordsOf = (words: Readonly<Record<string, { zh: string; en: string }>>) =>
  Object.entries(words).map(([value, { zh, en }]) => ({ value, zh, en }));

/** Inspections other than the remote OBD data. */
export function inspectionRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const q = c.req.valid('query');
      const rows = await listInspections(db, {
        kinds: q.kind,
        judgements: q.judgement,
        vehicleId: q.vehicle === undefined ? undefined : Number(q.vehicle),
        district: q.district,
        fromDay: q.from,
        toDay: q.to,
        search: q.search,
        voided: q.voided === 'yes',
        districts: c.get('caller').districts,
        after: q.cursor === undefined ? undefined : decodeCursor(Cursor, q.cursor),
        limit: q.limit + 1,
      });
      const { page, paging } = paged(rows, q.limit, ({ day, id }) => ({ day, id }));
      return c.json({ inspections: page.map(toInspection), ...paging }, 200);
    })
    .openapi(enter, async (c) => {
      const { vehicle, ...facts } = c.req.valid('json');
      const absent = new Problem(
        404,
        'NOT_FOUND',
        `There is no truck with number ${vehicle}.`,
        'Look it up in /api/v1/vehicles.',
      );
      await requireInside(c, db, 'vehicle', vehicle, absent);
      if (!(await vehicleExists(db, vehicle))) throw absent;
      const atMs = deps.clock();
      requireSound(facts, beijingDate(atMs), c.req.valid('query').lang);
      const author = { atMs, actor: actorName(c.get('caller')) };
      const id = await orThere(
        enterInspection(db, vehicle, toContent(facts), author, (made) => [
          auditStep(c.get('trail').done('inspection.enter', { kind: 'inspection', id: made }, { vehicle, ...facts })),
        ]),
      );
      const row = await getInspection(db, id);
      if (!row) throw new Error('an inspection that was entered cannot be read back');
      return c.json(toInspection(row), 201);
    })
    .openapi(one, async (c) => {
      const id = Number(c.req.valid('param').id);
      const row = await getInspection(db, id);
      if (!row) throw noInspection(id);
      const files = (await inspectionFiles(db, id)).map(toInspectionFile);
      return c.json({ inspection: toInspection(row), files, versions: (await inspectionVersions(db, id)).map(toVersion) }, 200);
    })
    .openapi(correct, async (c) => {
      const id = Number(c.req.valid('param').id);
      const { version, reason, voided: asked, ...words } = c.req.valid('json');
      const before = await getInspection(db, id);
      if (!before) throw noInspection(id);
      const voided = asked ?? before.voided;
      const atMs = deps.clock();
      const facts: InspectionFacts = { kind: z.enum(INSPECTION_KINDS).parse(before.kind), ...words };
      requireSound(facts, beijingDate(atMs), c.req.valid('query').lang);
      const was = toInspection(before);
      const trail = c.get('trail');
      const entry = trail.done(
        'inspection.correct',
        { kind: 'inspection', id: String(id) },
        {
          reason,
          before: { day: was.day, result: was.result, values: before.values, voided: was.voided },
          after: { ...facts, voided },
        },
      );
      const changed = await orThere(
        correctWithCase(db, {
          before,
          correction: { id, version, content: toContent(facts), voided, reason },
          author: { atMs, actor: actorName(c.get('caller')) },
          entry,
          caseEntry: (caseId, note) => trail.done('case.note', { kind: 'case', id: String(caseId) }, { inspection: id, note }),
        }),
      );
      if (!changed)
        throw new Problem(
          409,
          'CHANGED',
          `Somebody corrected inspection ${id} or changed its case meanwhile; nothing was overwritten.`,
          'Read it again, and correct it once more if it is still needed.',
        );
      const row = await getInspection(db, id);
      if (!row) throw noInspection(id);
      return c.json(toInspection(row), 200);
    })
    .openapi(catalogue, (c) =>
      c.json(
        {
          kinds: INSPECTION_KINDS.map((value) => ({ value, ...INSPECTION_KIND_WORDS[value], method: USUAL_METHOD[value] })),
          methods: wordsOf(INSPECTION_METHOD_WORDS),
          results: INSPECTION_RESULTS.map((value) => ({ value, ...INSPECTION_RESULT_WORDS[value] })),
          judgements: INSPECTION_JUDGEMENTS.map((value) => ({ value, ...INSPECTION_JUDGEMENT_WORDS[value] })),
          items: INSPECTION_ITEMS.map(({ id, zh, en, unit, pollutant, decimals, limits }) => ({
            id,
            zh,
            en,
            unit,
            pollutant,
            decimals,
            limits: limits.map((each) => ({ ...each, methods: [...each.methods] })),
          })),
        },
        200,
      ),
    );
}

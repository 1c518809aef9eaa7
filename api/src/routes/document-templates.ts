import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { audited, type Db, insertTemplate, listTemplates, storeSetting, type TemplateRow } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { beijingDate } from '../beijing-day.ts';
import { actorName } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { BUILT_IN } from '../documents/built-in.ts';
import { paperOf } from '../documents/compose.ts';
import { EXAMPLE } from '../documents/example.ts';
import type { DocumentFacts } from '../documents/facts.ts';
import { DOCUMENT_KINDS, DOCUMENT_NAMES, FIELDS, fieldsOf, isNotice, requiredFields } from '../documents/fields.ts';
import { gatherFacts } from '../documents/gather.ts';
import { fullNumber, NO_OFFICE, OFFICE_KEY, Office, readOffice } from '../documents/office.ts';
import { TEMPLATE_CHARS, templateFaults } from '../documents/template.ts';
import { Lang } from '../finding-schema.ts';
import { Problem } from '../problem.ts';
import { body, conflict, json, Moment, notFound, plainText, problems } from '../schemas.ts';
import { requireInside, requireWholeSite } from '../scope.ts';
import { noCase } from './cases.ts';
import { changed } from './notice-channels.ts';

const Kind = z.enum(DOCUMENT_KINDS);
const Text = z.object({ zh: z.string(), en: z.string() });
const Body = z.string().min(1).max(TEMPLATE_CHARS);

const Version = z.object({
  version: z.number().int(),
  body: z.string(),
  note: z.string(),
  recordedBy: z.string(),
  recordedAt: Moment,
});
const Template = z
  .object({
    kind: Kind,
    name: Text,
    fields: z.array(z.object({ name: z.string(), words: Text, table: z.boolean(), required: z.boolean() })),
    builtIn: z.string().openapi({ description: "The product's own, version 0" }),
    versions: z.array(Version).openapi({ description: 'The newest first; the first one is in force' }),
  })
  .openapi('DocumentTemplate');

const list = createRoute({
  method: 'get',
  path: '/documents/templates',
  tags: ['documents'],
  summary: 'Templates of documents with all their versions, and the fields that each can name',
  responses: { 200: json(z.object({ templates: z.array(Template) }), 'Every kind'), ...problems },
});

const record = createRoute({
  method: 'post',
  path: '/documents/templates',
  tags: ['documents'],
  summary: 'Record a version of a template, in force at once',
  description:
    'Lines: "# " the title, "## " a heading, "> " on the right; {{field}} anywhere, a table alone in its line. A field that there is not is told here, at its line, not when something is printed.',
  request: {
    query: z.object({ lang: Lang }),
    body: body(
      z.strictObject({
        kind: Kind,
        seen: z.number().int().min(0).openapi({ description: 'The version that this one follows' }),
        body: Body,
        note: plainText(300).openapi({ description: 'Why' }),
      }),
    ),
  },
  responses: { 201: json(z.object({ version: z.number().int() }), 'Recorded'), ...problems, ...conflict },
});

const Block = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('title'), text: z.string() }),
  z.object({ kind: z.literal('heading'), text: z.string() }),
  z.object({ kind: z.literal('paragraph'), text: z.string(), align: z.enum(['left', 'right']) }),
  z.object({
    kind: z.literal('table'),
    table: z.object({ head: z.array(z.string()).nullable(), rows: z.array(z.array(z.string())), weights: z.array(z.number()) }),
  }),
]);
const preview = createRoute({
  method: 'post',
  path: '/documents/preview',
  tags: ['documents'],
  summary: 'What a template gives, with a real case or the example; nothing is issued, no number is taken',
  request: {
    query: z.object({ lang: Lang }),
    body: body(z.strictObject({ kind: Kind, body: Body, caseId: z.number().int().positive().optional() })),
  },
  responses: {
    200: json(z.object({ title: z.string(), blocks: z.array(Block), foot: z.array(z.string()) }), 'The document'),
    ...problems,
    ...notFound,
  },
});

const Stored = z.object({ office: Office.nullable(), version: z.number().int(), updatedBy: z.string().nullable() });
const office = createRoute({
  method: 'get',
  path: '/documents/office',
  tags: ['documents'],
  summary: 'What the office prints on its documents; null: nothing is entered, and no document is issued',
  responses: { 200: json(Stored, 'As it is entered'), ...problems },
});
const setOffice = createRoute({
  method: 'put',
  path: '/documents/office',
  tags: ['documents'],
  summary: 'Enter what the office prints on its documents',
  request: { body: body(z.strictObject({ version: z.number().int().min(0), office: Office })) },
  responses: { 200: json(Stored, 'Stored'), ...problems, ...conflict },
});

function requireSound(kind: z.infer<typeof Kind>, text: string, lang: Lang): void {
  const faults = templateFaults(kind, text);
  if (faults.length === 0) return;
  const errors = faults.slice(0, 20).map(({ reason }) => ({ field: 'body.body', reason: reason[lang] }));
  throw new Problem(400, 'INVALID', errors.map(({ reason }) => reason).join('; '), 'Correct the lines and save again.', {
    errors,
  });
}

function toVersion(row: TemplateRow): z.infer<typeof Version> {
  return {
    version: row.version,
    body: row.body,
    note: row.note,
    recordedBy: row.recorded_by,
    recordedAt: row.recorded_at.toISOString(),
  };
}

/** Templates of documents, their preview, and what the office prints on them. */
export function documentTemplateRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const rows = await listTemplates(db, null);
      const templates = DOCUMENT_KINDS.map((kind) => {
        const required = requiredFields(kind).map(([name]) => name);
        return {
          kind,
          name: DOCUMENT_NAMES[kind],
          fields: fieldsOf(kind).map((name) => {
            const { zh, en } = FIELDS[name];
            return { name, words: { zh, en }, table: 'table' in FIELDS[name], required: required.includes(name) };
          }),
          builtIn: BUILT_IN[kind],
          versions: rows.filter((row) => row.kind === kind).map(toVersion),
        };
      });
      return c.json({ templates }, 200);
    })
    .openapi(record, async (c) => {
      requireWholeSite(c, 'A template of documents');
      const { kind, seen, body: text, note } = c.req.valid('json');
      requireSound(kind, text, c.req.valid('query').lang);
      const entry = c.get('trail').done('document.template', { kind: 'documentTemplate', id: kind }, { version: seen + 1, note });
      const by = actorName(c.get('caller'));
      const done = await insertTemplate(audited(db, entry), { kind, seen, body: text, note, by, nowMs: deps.clock() });
      if (!done) throw changed();
      return c.json(done, 201);
    })
    .openapi(preview, async (c) => {
      const { kind, body: text, caseId } = c.req.valid('json');
      requireSound(kind, text, c.req.valid('query').lang);
      const { office: entered } = await readOffice(db);
      const today = beijingDate(deps.clock());
      const ours = entered ?? NO_OFFICE;
      let facts: DocumentFacts = { ...EXAMPLE, office: ours, today };
      if (caseId !== undefined) {
        if (!c.get('caller').permissions.has('documents.read'))
          throw new Problem(403, 'FORBIDDEN', 'A preview with a real case is for who may see cases.', 'Use the example.');
        await requireInside(c, db, 'case', caseId, noCase(caseId));
        const found = await gatherFacts(db, caseId, ours, today);
        if (!found) throw noCase(caseId);
        facts = found;
      }
      const notice = isNotice(kind)
        ? {
            number: fullNumber(ours, kind, Number(today.slice(0, 4)), 0),
            workingDays: 15,
            deadlineDay: today,
            objectionDays: ours.objectionDays,
            estimated: false,
          }
        : null;
      const paper = paperOf(kind, text, { ...facts, notice });
      const blocks = paper.blocks.map((block) =>
        block.kind === 'table'
          ? {
              kind: block.kind,
              table: {
                head: block.table.head && [...block.table.head],
                rows: block.table.rows.map((row) => [...row]),
                weights: [...block.table.weights],
              },
            }
          : { ...block },
      );
      return c.json({ title: paper.title, blocks, foot: [...paper.foot] }, 200);
    })
    .openapi(office, async (c) => c.json(await readOffice(db), 200))
    .openapi(setOffice, async (c) => {
      requireWholeSite(c, 'What the office prints on its documents');
      const { version, office: given } = c.req.valid('json');
      const before = await readOffice(db);
      const entry = c
        .get('trail')
        .done('document.office', { kind: 'settings', id: OFFICE_KEY }, { before: before.office, after: given });
      const by = actorName(c.get('caller'));
      if (!(await storeSetting(db, OFFICE_KEY, version, given, by, deps.clock(), entry))) throw changed();
      return c.json(await readOffice(db), 200);
    });
}

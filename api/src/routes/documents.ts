import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  addDocumentPdf,
  auditStep,
  casePacks,
  caseSteps,
  type Db,
  type DocumentRow,
  getCase,
  getDocument,
  listDocuments,
  tellingFindingOf,
} from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { BeijingDate, beijingDate } from '../beijing-day.ts';
import { actorName } from '../caller.ts';
import { CaseParam, caseNumber, toCase, toStep } from '../cases/case-schema.ts';
import { saveAs } from '../cases/file-kinds.ts';
import { stepContext } from '../cases/step-context.ts';
import type { ApiDeps } from '../deps.ts';
import { archiveOf } from '../documents/archive.ts';
import { DOCUMENT_KINDS, isNotice } from '../documents/fields.ts';
import { gatherFacts } from '../documents/gather.ts';
import { fileId, issue, sha256Of } from '../documents/issue.ts';
import { readOffice } from '../documents/office.ts';
import { printPdf } from '../documents/pdf.ts';
import { templateInForce } from '../documents/templates.ts';
import { Gate } from '../gate.ts';
import { invalid, Problem } from '../problem.ts';
import { body, conflict, json, Moment, notFound, problems } from '../schemas.ts';
import { streamBody } from '../stream-body.ts';
import { noCase } from './cases.ts';

const FORMATS = ['html', 'docx', 'pdf'] as const;
const TYPES = {
  html: 'text/html; charset=utf-8',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pdf: 'application/pdf',
} as const;

const Document = z
  .object({
    id: z.number(),
    kind: z.enum(DOCUMENT_KINDS),
    title: z.string(),
    number: z.string().nullable().openapi({ example: '昌环机告〔2026〕12号', description: 'null: reports are not numbered' }),
    day: BeijingDate,
    issuedAt: Moment,
    issuedBy: z.string(),
    templateVersion: z.number().int().openapi({ description: "0: the product's own template" }),
    workingDays: z.number().int().nullable(),
    deadline: BeijingDate.nullable(),
    packId: z.string().nullable().openapi({ description: 'The evidence pack that it quotes' }),
    files: z.array(z.object({ format: z.enum(FORMATS), sha256: z.string(), bytes: z.number().int() })),
  })
  .openapi('Document');

const list = createRoute({
  method: 'get',
  path: '/cases/{id}/documents',
  tags: ['documents'],
  summary: 'What was issued of a case',
  request: { params: CaseParam },
  responses: {
    200: json(
      z.object({
        documents: z.array(Document),
        pdf: z
          .boolean()
          .openapi({ description: 'Whether a Chromium was found on the server; without one the browser prints the page' }),
        office: z.boolean().openapi({ description: 'Whether the office has entered what its documents need' }),
      }),
      'In order',
    ),
    ...problems,
    ...notFound,
  },
});

const add = createRoute({
  method: 'post',
  path: '/cases/{id}/documents',
  tags: ['documents'],
  summary: 'Issue a document of a case: it gets its number and is kept byte for byte',
  description:
    'A notice needs an evidence pack: where the case rests on a finding and none was made yet, it is made now. The deadline counts working days from today.',
  request: {
    params: CaseParam,
    body: body(
      z.strictObject({
        kind: z.enum(DOCUMENT_KINDS),
        workingDays: z.number().int().min(1).max(180).optional().openapi({ description: 'Deadline of a notice' }),
      }),
    ),
  },
  responses: { 201: json(Document, 'Issued'), ...problems, ...notFound, ...conflict },
});

const file = createRoute({
  method: 'get',
  path: '/cases/{id}/documents/{document}/{format}',
  tags: ['documents'],
  summary: 'A document as page to print, Word file or PDF, byte for byte as it was issued',
  description: 'The PDF is made of the kept page when it is first asked for, and kept as well.',
  request: {
    params: CaseParam.extend({
      document: z
        .string()
        .regex(/^[1-9]\d{0,14}$/, 'must be the number of a document')
        .openapi({ param: { name: 'document', in: 'path' } }),
      format: z.enum(FORMATS).openapi({ param: { name: 'format', in: 'path' } }),
    }),
  },
  responses: {
    200: { description: 'The file', content: { 'application/octet-stream': { schema: z.string() } } },
    ...problems,
    ...notFound,
    ...conflict,
  },
});

const archive = createRoute({
  method: 'get',
  path: '/cases/{id}/archive',
  tags: ['documents'],
  summary: 'A whole case as zip: documents, evidence packs, attachments, the record, and a manifest with the hash of each',
  request: { params: CaseParam },
  responses: {
    200: { description: 'The zip', content: { 'application/zip': { schema: z.string() } } },
    ...problems,
    ...notFound,
  },
});

function toDocument(row: DocumentRow): z.infer<typeof Document> {
  return {
    id: row.id,
    kind: z.enum(DOCUMENT_KINDS).parse(row.kind),
    title: row.title,
    number: row.number,
    day: row.day,
    issuedAt: row.issued_at.toISOString(),
    issuedBy: row.issued_by,
    templateVersion: row.template_version,
    workingDays: row.working_days,
    deadline: row.deadline,
    packId: row.pack_id,
    files: row.files.map(({ format, sha256, bytes }) => ({ format, sha256, bytes })),
  };
}

function noDocument(id: string): Problem {
  return new Problem(404, 'NOT_FOUND', `The case has no document ${id}.`, 'Look it up in /api/v1/cases/{id}/documents.');
}

/** Documents of cases: issued, listed, handed out, packed. */
export function documentRoutes(deps: ApiDeps, db: Db) {
  const issuing = new Gate(1, 20);
  const printing = new Gate(1, 10);

  /** The bytes that were kept; a file that is gone or not as it was is told, never handed out. */
  const kept = async (sha256: string): Promise<Uint8Array> => {
    const bytes = await deps.documentFiles.read(fileId(sha256));
    if (bytes && sha256Of(bytes) === sha256) return bytes;
    deps.log.error({ sha256 }, 'a document is missing or not as it was issued');
    throw new Problem(
      404,
      'NOT_FOUND',
      `The file is ${bytes ? 'not as it was issued' : 'missing'}; its hash was ${sha256}.`,
      'Bring files/documents of the data directory back from a backup.',
    );
  };

  const pdfOf = async (row: DocumentRow): Promise<Uint8Array> => {
    const known = row.files.find(({ format }) => format === 'pdf');
    if (known) return await kept(known.sha256);
    const page = row.files.find(({ format }) => format === 'html');
    if (deps.chromium === null || !page)
      throw new Problem(
        409,
        'NOT_YET',
        'No Chromium, Chrome or Edge was found on the server, so it makes no PDF.',
        'Open the page and print it with the browser ("save as PDF"), or install chromium on the server and start again.',
      );
    const { chromium } = deps;
    const bytes = await printPdf(chromium, await kept(page.sha256));
    const sha256 = sha256Of(bytes);
    await deps.documentFiles.write(fileId(sha256), bytes);
    const first = await addDocumentPdf(db, { documentId: row.id, sha256, bytes: bytes.length, nowMs: deps.clock() });
    // Another request was faster: everyone gets its bytes.
    if (first === sha256) return bytes;
    await deps.documentFiles.remove(fileId(sha256));
    return await kept(first);
  };

  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { id } = c.req.valid('param');
      if (!(await getCase(db, Number(id)))) throw noCase(id);
      const documents = (await listDocuments(db, Number(id))).map(toDocument);
      const { office } = await readOffice(db);
      return c.json({ documents, pdf: deps.chromium !== null, office: office !== null }, 200);
    })
    .openapi(add, async (c) => {
      const caseId = Number(c.req.valid('param').id);
      const { kind, workingDays } = c.req.valid('json');
      if (!(await getCase(db, caseId))) throw noCase(caseId);
      const { office } = await readOffice(db);
      if (office === null)
        throw new Problem(
          409,
          'NOT_YET',
          'The office has not entered what its documents carry: its name, address, contact, legal basis and number series.',
          'Enter it under Documents, Office, first.',
        );
      if (isNotice(kind) && workingDays === undefined) throw invalid('body.workingDays', 'is needed: a notice has a deadline');
      if (!isNotice(kind) && workingDays !== undefined) throw invalid('body.workingDays', 'belongs to notices alone');
      const by = actorName(c.get('caller'));
      await requirePack(caseId, kind, by, (finding, pack, sha256) =>
        c.get('trail').done('evidence.make', { kind: 'evidencePack', id: pack }, { finding, reason: 'notice', sha256 }),
      );
      const nowMs = deps.clock();
      const context = await stepContext(db, nowMs);
      const { calendar, today } = context;
      const deadline = workingDays === undefined ? null : { ...calendar.add(today, workingDays), workingDays };
      const facts = await gatherFacts(db, caseId, office, today);
      if (!facts) throw noCase(caseId);
      const template = await templateInForce(db, kind);
      const row = await issuing.run(() =>
        issue(db, deps.documentFiles, {
          caseId,
          kind,
          template,
          office,
          facts,
          deadline,
          by,
          atMs: nowMs,
          entry: (id, detail) => c.get('trail').done('document.issue', { kind: 'document', id }, { case: caseId, ...detail }),
        }),
      );
      return c.json(toDocument(row), 201);
    })
    .openapi(file, async (c) => {
      const { id, document, format } = c.req.valid('param');
      const row = await getDocument(db, Number(document));
      if (!row || row.case_id !== Number(id)) throw noDocument(document);
      const known = row.files.find((each) => each.format === format);
      const bytes = format === 'pdf' ? await printing.run(() => pdfOf(row)) : known ? await kept(known.sha256) : null;
      if (bytes === null) throw noDocument(document);
      const name = `${row.title} ${row.number ?? row.id}.${format}`;
      return new Response(Uint8Array.from(bytes), {
        headers: {
          'Content-Type': TYPES[format],
          'Content-Disposition': format === 'html' ? 'inline' : saveAs(name),
          // The page has its style in itself, and nothing else: nothing is fetched, nothing runs.
          'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        },
      });
    })
    .openapi(archive, async (c) => {
      const { id } = c.req.valid('param');
      const row = await getCase(db, Number(id));
      if (!row) throw noCase(id);
      const context = { ...(await stepContext(db, deps.clock())), today: beijingDate(deps.clock()) };
      const { trigger, vehicle, terminal } = row;
      const steps = (await caseSteps(db, row.id)).map(toStep);
      const record = { case: toCase(row, context), trigger, vehicle, terminal, steps };
      return new Response(streamBody(archiveOf(deps, db, row.id, record)), {
        headers: { 'Content-Type': 'application/zip', 'Content-Disposition': saveAs(`case ${caseNumber(row)}.zip`) },
      });
    });

  /** Notices and evidence sheets rest on a pack: one is made where the case has a finding and no pack of it. */
  async function requirePack(
    caseId: number,
    kind: (typeof DOCUMENT_KINDS)[number],
    by: string,
    entry: (finding: string, pack: string, sha256: string) => Parameters<typeof auditStep>[0],
  ): Promise<void> {
    if (kind === 'caseReport') return;
    const finding = await tellingFindingOf(db, caseId);
    const packs = await casePacks(db, caseId);
    if (finding === undefined) {
      if (kind === 'evidenceSheet' && packs.length === 0)
        throw invalid('body.kind', 'the case rests on no finding, so there is no evidence pack to explain');
      return;
    }
    if (packs.some((pack) => pack.finding_id === finding.id)) return;
    const made = await deps.evidence.make({
      findingId: finding.id,
      reason: kind === 'evidenceSheet' ? 'print' : 'notice',
      by,
      along: (pack) => [auditStep(entry(finding.id, pack.id, pack.sha256))],
    });
    if (made.ok) return;
    throw new Problem(
      409,
      made.code === 'waiting' ? 'NOT_YET' : 'NOT_REPRODUCED',
      `The evidence pack of finding ${finding.id} could not be made: ${made.detail}`,
      'A document is not issued without its evidence. Wait until the days are evaluated, or have them evaluated again.',
    );
  }
}

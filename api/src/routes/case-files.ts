import { createHash, randomBytes } from 'node:crypto';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { addCaseFile, auditStep, caseFiles, type Db, getCase } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { actorName } from '../caller.ts';
import { CaseFile, CaseParam, toFile } from '../cases/case-schema.ts';
import { MOST_FILE_BYTES, MOST_FILES, saveAs, typeOfFile } from '../cases/file-kinds.ts';
import type { ApiDeps } from '../deps.ts';
import { invalid, Problem } from '../problem.ts';
import { json, notFound, plainText, problems } from '../schemas.ts';
import { noCase } from './cases.ts';

const binary = { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } };

const add = createRoute({
  method: 'post',
  path: '/cases/{id}/files',
  tags: ['cases'],
  summary: 'Attach a file to a step of a case: the bytes as they are, at most 20 MiB',
  description: 'PDF, JPEG, PNG, WebP, MP4, Word, Excel or zip; the type is told by the first bytes, not by the name.',
  request: {
    params: CaseParam,
    query: z.object({
      step: z.coerce.number().int().min(1).max(1_000_000).openapi({ description: 'seq of the step' }),
      name: plainText(150).openapi({ example: '告知书回执.pdf' }),
    }),
    body: { required: true, content: binary },
  },
  responses: { 201: json(CaseFile, 'Attached'), ...problems, ...notFound },
});

const get = createRoute({
  method: 'get',
  path: '/cases/{id}/files/{file}',
  tags: ['cases'],
  summary: 'An attachment, byte by byte as it was attached',
  request: {
    params: CaseParam.extend({
      file: z
        .string()
        .regex(/^[0-9a-f]{32}$/, 'must be the id of a file')
        .openapi({ param: { name: 'file', in: 'path' } }),
    }),
  },
  responses: { 200: { description: 'The file', content: binary }, ...problems, ...notFound },
});

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Attachments of cases. */
export function caseFileRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(add, async (c) => {
      const caseId = Number(c.req.valid('param').id);
      const { step, name } = c.req.valid('query');
      if (!(await getCase(db, caseId))) throw noCase(caseId);
      if ((await caseFiles(db, caseId)).length >= MOST_FILES)
        throw invalid('body', `a case can have ${MOST_FILES} files; put several into one zip`);
      const bytes = new Uint8Array(await c.req.arrayBuffer());
      if (bytes.length === 0) throw invalid('body', 'is empty');
      if (bytes.length > MOST_FILE_BYTES) throw invalid('body', `is larger than ${MOST_FILE_BYTES} bytes`);
      const type = typeOfFile(bytes, name);
      if (type === null) throw invalid('body', 'is no PDF, JPEG, PNG, WebP, MP4, Word, Excel or zip file');
      const file = {
        id: randomBytes(16).toString('hex'),
        caseId,
        seq: step,
        name,
        type,
        bytes: bytes.length,
        sha256: sha256(bytes),
        atMs: deps.clock(),
        actor: actorName(c.get('caller')),
      };
      await deps.caseFiles.write(file.id, bytes);
      const entry = c
        .get('trail')
        .done('case.file', { kind: 'case', id: String(caseId) }, { step, name, type, bytes: file.bytes, sha256: file.sha256 });
      if (!(await addCaseFile(db, file, [auditStep(entry)]))) {
        await deps.caseFiles.remove(file.id);
        throw invalid('query.step', 'is no step of this case');
      }
      const row = (await caseFiles(db, caseId)).find(({ id }) => id === file.id);
      if (!row) throw new Error('a file that was attached cannot be read back');
      return c.json(toFile(row), 201);
    })
    .openapi(get, async (c) => {
      const { id, file } = c.req.valid('param');
      const row = (await caseFiles(db, Number(id))).find((each) => each.id === file);
      if (!row) throw new Problem(404, 'NOT_FOUND', `Case ${id} has no file ${file}.`, 'Look it up in /api/v1/cases/{id}.');
      const bytes = await deps.caseFiles.read(file);
      if (!bytes || sha256(bytes) !== row.sha256) {
        deps.log.error({ case: row.case_id, file }, 'an attachment is missing or not as it was attached');
        throw new Problem(
          404,
          'NOT_FOUND',
          `The file is ${bytes ? 'not as it was attached' : 'missing'}; its hash was ${row.sha256}.`,
          'Bring files/cases of the data directory back from a backup.',
        );
      }
      return new Response(Uint8Array.from(bytes), {
        headers: {
          'Content-Type': row.type,
          'Content-Disposition': saveAs(row.name),
          'Content-Security-Policy': "default-src 'none'; sandbox",
        },
      });
    });
}

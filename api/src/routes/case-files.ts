import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { addCaseFile, auditStep, caseFiles, type Db, getCase } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { BINARY, FILE_KINDS_TOLD, FileId, handedOut, sentFile } from '../attachments.ts';
import { actorName } from '../caller.ts';
import { CaseFile, CaseParam, toFile } from '../cases/case-schema.ts';
import { MOST_CASE_FILES } from '../cases/file-kinds.ts';
import type { ApiDeps } from '../deps.ts';
import { invalid, Problem } from '../problem.ts';
import { json, notFound, plainText, problems } from '../schemas.ts';
import { noCase } from './cases.ts';

const add = createRoute({
  method: 'post',
  path: '/cases/{id}/files',
  tags: ['cases'],
  summary: 'Attach a file to a step of a case: the bytes as they are, at most 20 MiB',
  description: FILE_KINDS_TOLD,
  request: {
    params: CaseParam,
    query: z.object({
      step: z.coerce.number().int().min(1).max(1_000_000).openapi({ description: 'seq of the step' }),
      name: plainText(150).openapi({ example: '告知书回执.pdf' }),
    }),
    body: { required: true, content: BINARY },
  },
  responses: { 201: json(CaseFile, 'Attached'), ...problems, ...notFound },
});

const get = createRoute({
  method: 'get',
  path: '/cases/{id}/files/{file}',
  tags: ['cases'],
  summary: 'An attachment, byte by byte as it was attached',
  request: {
    params: CaseParam.extend({ file: FileId }),
  },
  responses: { 200: { description: 'The file', content: BINARY }, ...problems, ...notFound },
});

/** Attachments of cases. */
export function caseFileRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(add, async (c) => {
      const caseId = Number(c.req.valid('param').id);
      const { step, name } = c.req.valid('query');
      if (!(await getCase(db, caseId))) throw noCase(caseId);
      if ((await caseFiles(db, caseId)).length >= MOST_CASE_FILES)
        throw invalid('body', `a case can have ${MOST_CASE_FILES} files; put several into one zip`);
      const { content, ...file } = await sentFile(c.req, name);
      await deps.caseFiles.write(file.id, content);
      const { id: _, ...told } = file;
      const entry = c.get('trail').done('case.file', { kind: 'case', id: String(caseId) }, { step, ...told });
      const kept = { ...file, caseId, seq: step, atMs: deps.clock(), actor: actorName(c.get('caller')) };
      if (!(await addCaseFile(db, kept, [auditStep(entry)]))) {
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
      return await handedOut(row, {
        folder: 'files/cases',
        read: (name) => deps.caseFiles.read(name),
        broken: () => deps.log.error({ case: row.case_id, file }, 'an attachment is missing or not as it was attached'),
      });
    });
}

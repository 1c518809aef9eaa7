import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { addInspectionFile, auditStep, type Db, getInspection, inspectionFiles } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { BINARY, FILE_KINDS_TOLD, FileId, handedOut, sentFile } from '../attachments.ts';
import { actorName } from '../caller.ts';
import { MOST_INSPECTION_FILES } from '../cases/file-kinds.ts';
import type { ApiDeps } from '../deps.ts';
import { InspectionFile, InspectionParam, toInspectionFile } from '../inspections/inspection-schema.ts';
import { invalid, Problem } from '../problem.ts';
import { json, notFound, plainText, problems } from '../schemas.ts';
import { noInspection } from './inspections.ts';

const add = createRoute({
  method: 'post',
  path: '/inspections/{id}/files',
  tags: ['inspections'],
  summary: 'Attach a file to an inspection: the bytes as they are, at most 20 MiB',
  description: FILE_KINDS_TOLD,
  request: {
    params: InspectionParam,
    query: z.object({ name: plainText(150).openapi({ example: '检验报告.pdf' }) }),
    body: { required: true, content: BINARY },
  },
  responses: { 201: json(InspectionFile, 'Attached'), ...problems, ...notFound },
});

const get = createRoute({
  method: 'get',
  path: '/inspections/{id}/files/{file}',
  tags: ['inspections'],
  summary: 'An attachment, byte by byte as it was attached',
  request: {
    params: InspectionParam.extend({ file: FileId }),
  },
  responses: { 200: { description: 'The file', content: BINARY }, ...problems, ...notFound },
});

/** Attachments of inspections. */
export function inspectionFileRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(add, async (c) => {
      const id = Number(c.req.valid('param').id);
      const { name } = c.req.valid('query');
      if (!(await getInspection(db, id))) throw noInspection(id);
      if ((await inspectionFiles(db, id)).length >= MOST_INSPECTION_FILES)
        throw invalid('body', `an inspection can have ${MOST_INSPECTION_FILES} files; put several into one zip`);
      const { content, ...file } = await sentFile(c.req, name);
      const row = { ...file, inspection_id: id, at: new Date(deps.clock()), actor: actorName(c.get('caller')) };
      await deps.inspectionFiles.write(file.id, content);
      const { id: _, ...told } = file;
      const entry = c.get('trail').done('inspection.file', { kind: 'inspection', id: String(id) }, told);
      await addInspectionFile(db, row, [auditStep(entry)]);
      return c.json(toInspectionFile(row), 201);
    })
    .openapi(get, async (c) => {
      const { id, file } = c.req.valid('param');
      const row = (await inspectionFiles(db, Number(id))).find((each) => each.id === file);
      if (!row)
        throw new Problem(404, 'NOT_FOUND', `Inspection ${id} has no file ${file}.`, 'Look it up in /api/v1/inspections/{id}.');
      return await handedOut(row, {
        folder: 'files/inspections',
        read: (name) => deps.inspectionFiles.read(name),
        broken: () =>
          deps.log.error({ inspection: row.inspection_id, file }, 'an attachment is missing or not as it was attached'),
      });
    });
}

import { createHash, randomBytes } from 'node:crypto';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { addInspectionFile, auditStep, type Db, getInspection, inspectionFiles } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { actorName } from '../caller.ts';
import { MOST_FILE_BYTES, saveAs, typeOfFile } from '../cases/file-kinds.ts';
import type { ApiDeps } from '../deps.ts';
import { InspectionFile, InspectionParam, toInspectionFile } from '../inspections/inspection-schema.ts';
import { invalid, Problem } from '../problem.ts';
import { json, notFound, plainText, problems } from '../schemas.ts';
import { noInspection } from './inspections.ts';

/** Most attachments of one record. */
const MOST_FILES = 20;
const binary = { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } };

const add = createRoute({
  method: 'post',
  path: '/inspections/{id}/files',
  tags: ['inspections'],
  summary: 'Attach a file to an inspection: the bytes as they are, at most 20 MiB',
  description: 'PDF, JPEG, PNG, WebP, MP4, Word, Excel or zip; the type is told by the first bytes, not by the name.',
  request: {
    params: InspectionParam,
    query: z.object({ name: plainText(150).openapi({ example: '检验报告.pdf' }) }),
    body: { required: true, content: binary },
  },
  responses: { 201: json(InspectionFile, 'Attached'), ...problems, ...notFound },
});

const get = createRoute({
  method: 'get',
  path: '/inspections/{id}/files/{file}',
  tags: ['inspections'],
  summary: 'An attachment, byte by byte as it was attached',
  request: {
    params: InspectionParam.extend({
      file: z
        .string()
        .regex(/^[0-9a-f]{32}$/, 'must be the id of a file')
        .openapi({ param: { name: 'file', in: 'path' } }),
    }),
  },
  responses: { 200: { description: 'The file', content: binary }, ...problems, ...notFound },
});

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Attachments of inspections. */
export function inspectionFileRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(add, async (c) => {
      const id = Number(c.req.valid('param').id);
      const { name } = c.req.valid('query');
      if (!(await getInspection(db, id))) throw noInspection(id);
      if ((await inspectionFiles(db, id)).length >= MOST_FILES)
        throw invalid('body', `an inspection can have ${MOST_FILES} files; put several into one zip`);
      const bytes = new Uint8Array(await c.req.arrayBuffer());
      if (bytes.length === 0) throw invalid('body', 'is empty');
      if (bytes.length > MOST_FILE_BYTES) throw invalid('body', `is larger than ${MOST_FILE_BYTES} bytes`);
      const type = typeOfFile(bytes, name);
      if (type === null) throw invalid('body', 'is no PDF, JPEG, PNG, WebP, MP4, Word, Excel or zip file');
      const row = {
        id: randomBytes(16).toString('hex'),
        inspection_id: id,
        name,
        type,
        bytes: bytes.length,
        sha256: sha256(bytes),
        at: new Date(deps.clock()),
        actor: actorName(c.get('caller')),
      };
      await deps.inspectionFiles.write(row.id, bytes);
      const entry = c
        .get('trail')
        .done('inspection.file', { kind: 'inspection', id: String(id) }, { name, type, bytes: row.bytes, sha256: row.sha256 });
      await addInspectionFile(db, row, [auditStep(entry)]);
      return c.json(toInspectionFile(row), 201);
    })
    .openapi(get, async (c) => {
      const { id, file } = c.req.valid('param');
      const row = (await inspectionFiles(db, Number(id))).find((each) => each.id === file);
      if (!row)
        throw new Problem(404, 'NOT_FOUND', `Inspection ${id} has no file ${file}.`, 'Look it up in /api/v1/inspections/{id}.');
      const bytes = await deps.inspectionFiles.read(file);
      if (!bytes || sha256(bytes) !== row.sha256) {
        deps.log.error({ inspection: row.inspection_id, file }, 'an attachment is missing or not as it was attached');
        throw new Problem(
          404,
          'NOT_FOUND',
          `The file is ${bytes ? 'not as it was attached' : 'missing'}; its hash was ${row.sha256}.`,
          'Bring files/inspections of the data directory back from a backup.',
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

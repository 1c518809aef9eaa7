import { addAudit, type Db, type ExportListed } from '@plume/db';
import type { Context } from 'hono';
import type { ApiEnv } from '../access.ts';
import { type ByteRange, rangeOf } from '../byte-range.ts';
import { attachment } from '../content-disposition.ts';
import { CONTENT_TYPES, ExportRequest } from '../exports/request.ts';
import type { ExportStore } from '../exports/store.ts';
import { Problem } from '../problem.ts';
import { streamBody } from '../stream-body.ts';

/** Why there is no file to hand out. */
function noFile({ id, state, removed_at, sha256 }: ExportListed): Problem {
  if (state !== 'done')
    return new Problem(404, 'NOT_FOUND', `Export ${id} has no file (${state}).`, 'Look at its progress in /api/v1/exports/{id}.');
  if (removed_at !== null) return new Problem(404, 'NOT_FOUND', `The file of export ${id} was removed.`, 'Order it again.');
  const hash = sha256 === null ? '' : ` It had SHA-256 ${Buffer.from(sha256).toString('hex')}.`;
  return new Problem(404, 'NOT_FOUND', `The file of export ${id} is missing on the disk.${hash}`, 'Order it again.');
}

/** Whether a part may be sent: always, unless the request says of which version it has the rest, and that is another. */
function wantsPart(c: Context, etag: string): boolean {
  const condition = c.req.header('if-range');
  return condition === undefined || condition === etag;
}

/** The file of an export, whole or the part that the request's Range names (RFC 9110 14). A download is told to the audit trail, its parts once. */
export async function exportFile(c: Context<ApiEnv>, db: Db, store: ExportStore, row: ExportListed): Promise<Response> {
  const { file, name, sha256 } = row;
  const size = row.state === 'done' && row.removed_at === null && file !== null ? store.sizeOf(file) : null;
  if (size === null || file === null || name === null || sha256 === null) throw noFile(row);
  const { format } = ExportRequest.parse(row.arguments);
  const etag = `"${Buffer.from(sha256).toString('hex')}"`;
  const headers = new Headers({
    'Content-Type': CONTENT_TYPES[format],
    'Content-Disposition': attachment(name),
    ETag: etag,
    'Accept-Ranges': 'bytes',
    // Parts of a file that something on the way packs would not fit together.
    'Cache-Control': 'private, no-cache, no-transform',
  });
  if (c.req.header('if-none-match') === etag) return new Response(null, { status: 304, headers });
  const asked = wantsPart(c, etag) ? rangeOf(c.req.header('range'), size) : null;
  if (asked === 'unsatisfiable') {
    headers.set('Content-Range', `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const part: ByteRange = asked ?? { first: 0, last: size - 1 };
  headers.set('Content-Length', String(part.last - part.first + 1));
  if (asked !== null) headers.set('Content-Range', `bytes ${part.first}-${part.last}/${size}`);
  const status = asked === null ? 200 : 206;
  if (c.req.method === 'HEAD') return new Response(null, { status, headers });
  if (part.first === 0) {
    const entry = c
      .get('trail')
      .done('export.download', { kind: 'export', id: String(row.id) }, { name, sha256: etag.slice(1, -1) });
    await addAudit(db, entry);
  }
  return new Response(streamBody(store.read(file, part.first, part.last)), { status, headers });
}

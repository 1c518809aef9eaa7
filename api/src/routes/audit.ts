import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type AuditHead, type AuditRow, addAudit, auditAfter, auditHead, type Db, listAudit, verifyAudit } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { CSV_BOM, csvLine } from '../csv.ts';
import { decodeCursor, paged } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { CursorInput, json, limit, Moment, MomentInput, Paging, problems } from '../schemas.ts';
import { streamBody } from '../stream-body.ts';
import { requireMoment } from '../time-range.ts';

const ACTORS = ['person', 'token', 'setup', 'service', 'stranger', 'system'] as const;
const PAGE = 1_000;
const BEIJING_MS = 8 * 3_600_000;

const Entry = z
  .object({
    seq: z.number().int().openapi({ description: 'Place in the trail, without gaps' }),
    at: Moment,
    actor: z.string().openapi({ description: 'User name, or what stands for one' }),
    actorKind: z.enum(ACTORS),
    address: z.string().nullable(),
    action: z.string().openapi({ example: 'terminal.revoke' }),
    object: z.object({ kind: z.string(), id: z.string().nullable() }).nullable(),
    outcome: z.enum(['done', 'refused']),
    detail: z.record(z.string(), z.unknown()).openapi({ description: 'What was before and after' }),
    hash: z.string(),
    prevHash: z.string(),
  })
  .openapi('AuditEntry');

const Head = z.object({ seq: z.number().int(), hash: z.string() }).openapi('AuditHead');

const list = createRoute({
  method: 'get',
  path: '/audit',
  tags: ['audit'],
  summary: 'Who did or was refused what, the newest first',
  request: {
    query: z.object({
      actor: z.string().max(100).optional(),
      action: z
        .string()
        .regex(/^[A-Za-z.]{1,60}$/)
        .optional()
        .openapi({ description: 'A whole name, or the part before a dot: account takes account.add and account.change' }),
      object: z.string().max(40).optional().openapi({ description: 'Kind of thing: vehicle, terminal, account, …' }),
      objectId: z.string().max(100).optional(),
      outcome: z.enum(['done', 'refused']).optional(),
      from: MomentInput.optional(),
      to: MomentInput.optional(),
      limit: limit(100, 500),
      cursor: CursorInput,
    }),
  },
  responses: {
    200: json(z.object({ entries: z.array(Entry), head: Head, ...Paging }), 'One page of the trail'),
    ...problems,
  },
});

const exportAll = createRoute({
  method: 'get',
  path: '/audit/export',
  tags: ['audit'],
  summary: 'The whole trail with its chain, oldest first, as a file',
  description:
    'json: one entry a line, with the detail as it was hashed. csv: for a spreadsheet, times in Beijing time (UTC+8). hash = SHA-256(prevHash, then each of seq, at in epoch ms, actorKind, actorId, actor, address, action, objectKind, objectId, outcome, detail as its length in bytes, ":", its UTF-8 text, ","; "-," for null).',
  request: { query: z.object({ format: z.enum(['csv', 'json']).default('json') }) },
  responses: {
    200: {
      description: 'The file',
      content: { 'application/x-ndjson': { schema: z.string() }, 'text/csv': { schema: z.string() } },
    },
    ...problems,
  },
});

const verify = createRoute({
  method: 'get',
  path: '/audit/verify',
  tags: ['audit'],
  summary: 'Compute every hash of the trail anew',
  request: {
    query: z.object({
      noted: z
        .string()
        .regex(/^\d{1,15}:[0-9a-f]{64}$/, 'must be a number, a colon and 64 hexadecimal digits')
        .optional()
        .openapi({ description: 'A head written down earlier (seq:hash): it must still be part of the trail' }),
    }),
  },
  responses: {
    200: json(
      z
        .object({
          ok: z.boolean(),
          head: Head.nullable(),
          at: z.number().int().nullable().openapi({ description: 'The first row that is not as it was written' }),
          why: z.string().nullable(),
        })
        .openapi('AuditVerdict'),
      'The verdict',
    ),
    ...problems,
  },
});

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const headOf = (head: AuditHead) => ({ seq: head.seq, hash: hex(head.hash) });

function detailOf(row: AuditRow): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(row.detail));
}

function toEntry(row: AuditRow): z.infer<typeof Entry> {
  return {
    seq: row.seq,
    at: row.at.toISOString(),
    actor: row.actor,
    actorKind: row.actor_kind,
    address: row.address,
    action: row.action,
    object: row.object_kind === null ? null : { kind: row.object_kind, id: row.object_id },
    outcome: row.outcome,
    detail: detailOf(row),
    hash: hex(row.hash),
    prevHash: hex(row.prev_hash),
  };
}

const COLUMNS = 'seq,at (UTC+8),actorKind,actorId,actor,address,action,objectKind,objectId,outcome,detail,prevHash,hash';

function csvRow(row: AuditRow): string {
  const beijing = new Date(row.at.getTime() + BEIJING_MS).toISOString().replace('Z', '+08:00');
  return csvLine([
    row.seq,
    beijing,
    row.actor_kind,
    row.actor_id,
    row.actor,
    row.address,
    row.action,
    row.object_kind,
    row.object_id,
    row.outcome,
    row.detail,
    hex(row.prev_hash),
    hex(row.hash),
  ]);
}

function jsonRow(row: AuditRow): string {
  const { prev_hash, hash, at, actor_kind, actor_id, object_kind, object_id, ...rest } = row;
  return `${JSON.stringify({
    ...rest,
    atMs: at.getTime(),
    actorKind: actor_kind,
    actorId: actor_id,
    objectKind: object_kind,
    objectId: object_id,
    prevHash: hex(prev_hash),
    hash: hex(hash),
  })}\n`;
}

/** The trail up to a row, page by page as it is read: memory stays that of one page. */
async function* pieces(db: Db, format: 'csv' | 'json', lastSeq: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const text = new TextEncoder();
  if (format === 'csv') yield text.encode(`${CSV_BOM}${COLUMNS}\r\n`);
  for (let seq = 0; seq < lastSeq; ) {
    const rows = (await auditAfter(db, seq, PAGE)).filter((row) => row.seq <= lastSeq);
    const last = rows.at(-1);
    if (!last) return;
    yield text.encode(rows.map(format === 'csv' ? csvRow : jsonRow).join(''));
    seq = last.seq;
  }
}

/** The audit trail, for those who watch over what others do. */
export function auditRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const q = c.req.valid('query');
      const nowMs = deps.clock();
      const rows = await listAudit(db, {
        actor: q.actor,
        action: q.action,
        objectKind: q.object,
        objectId: q.objectId,
        outcome: q.outcome,
        fromMs: q.from === undefined ? undefined : requireMoment('query.from', q.from, nowMs),
        toMs: q.to === undefined ? undefined : requireMoment('query.to', q.to, nowMs),
        before: q.cursor === undefined ? undefined : decodeCursor(z.number().int(), q.cursor),
        limit: q.limit + 1,
      });
      const { page, paging } = paged(rows, q.limit, (last) => last.seq);
      return c.json({ entries: page.map(toEntry), head: headOf(await auditHead(db)), ...paging }, 200);
    })
    .openapi(exportAll, async (c) => {
      const { format } = c.req.valid('query');
      // The export is itself told, and is the last row of the file.
      await addAudit(db, c.get('trail').done('audit.export', null, { format }));
      const head = await auditHead(db);
      const name = `plume-audit-${head.seq}.${format === 'csv' ? 'csv' : 'jsonl'}`;
      return new Response(streamBody(pieces(db, format, head.seq)), {
        headers: {
          'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
          'Content-Disposition': `attachment; filename="${name}"`,
          'Cache-Control': 'no-store',
        },
      });
    })
    .openapi(verify, async (c) => {
      const { noted } = c.req.valid('query');
      const [seq, hash] = noted?.split(':') ?? [];
      const known = seq !== undefined && hash !== undefined ? { seq: Number(seq), hash: Buffer.from(hash, 'hex') } : undefined;
      const verdict = await verifyAudit(db, known);
      return c.json(
        verdict.ok
          ? { ok: true, head: headOf(verdict.head), at: null, why: null }
          : { ok: false, head: null, at: verdict.at, why: verdict.why },
        200,
      );
    });
}

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Db } from '@plume/db';
import { getLedgerEntry, type LedgerRow, linkTallies, listIncidents, listLedger } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { decodeCursor, paged, TerminalCursor, TimeCursorSchema } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { describeBytes, Frame } from '../describe-bytes.ts';
import { Problem } from '../problem.ts';
import { CursorInput, json, limit, Moment, MomentInput, notFound, Paging, problems, TerminalId } from '../schemas.ts';
import { requireMoment, requireRange } from '../time-range.ts';

const HOUR_MS = 3_600_000;

const Entry = z
  .object({
    id: z.number(),
    receivedAt: Moment,
    terminalId: z.string(),
    transport: z.string(),
    disposition: z.enum(['rejected', 'quarantined']),
    code: z.string(),
    field: z.string().openapi({ description: 'Full path of what was wrong, for example samples[3].t' }),
    reason: z.string(),
    records: z.number(),
    vehicleId: z.number().nullable(),
    vin: z.string().nullable(),
    firstTime: Moment.nullable(),
    lastTime: Moment.nullable(),
    byteCount: z.number(),
    sha256: z.string(),
    decoder: z.string(),
    resolvedAt: Moment.nullable(),
    resolution: z.string().nullable(),
  })
  .openapi('LedgerEntry');

const list = createRoute({
  method: 'get',
  path: '/ledger',
  tags: ['ledger'],
  summary: 'What was not stored, and why; newest first',
  request: {
    query: z.object({
      terminal: TerminalId.optional(),
      code: z
        .string()
        .regex(/^[A-Z_]{1,40}$/)
        .optional(),
      disposition: z.enum(['rejected', 'quarantined']).optional(),
      open: z.enum(['true', 'false']).optional().openapi({ description: 'true: not yet resolved' }),
      from: MomentInput.optional(),
      to: MomentInput.optional(),
      limit: limit(100, 500),
      cursor: CursorInput,
    }),
  },
  responses: { 200: json(z.object({ entries: z.array(Entry), ...Paging }), 'One page of entries'), ...problems },
});

const LedgerDetail = Entry.extend({
  hex: z
    .string()
    .nullable()
    .openapi({ description: 'The bytes kept of the message; null when the terminal had used up its daily allowance' }),
  truncated: z.boolean().openapi({ description: 'Whether fewer bytes were kept than were sent' }),
  text: z.string().nullable().openapi({ description: 'The message as text, when it is not a native frame' }),
  frames: z.array(Frame).nullable().openapi({ description: 'Native frames field by field; null when the message is none' }),
}).openapi('LedgerDetail');

const one = createRoute({
  method: 'get',
  path: '/ledger/{id}',
  tags: ['ledger'],
  summary: 'One entry with its bytes, decoded field by field where they are a native frame',
  request: {
    params: z.object({
      id: z
        .string()
        .regex(/^[1-9]\d{0,14}$/, 'must be the number of an entry')
        .openapi({ param: { name: 'id', in: 'path' } }),
    }),
  },
  responses: { 200: json(LedgerDetail, 'The entry'), ...problems, ...notFound },
});

const Link = z
  .object({
    terminalId: z.string(),
    firstHour: Moment,
    lastHour: Moment,
    messages: z.number(),
    bytes: z.number(),
    received: z.number(),
    stored: z.number(),
    merged: z.number(),
    duplicate: z.number(),
    rejected: z.number(),
    late: z.number(),
    undecodedBytes: z.number(),
    unknownKeys: z.number(),
    placeholderVins: z.number(),
    balanced: z.boolean().openapi({ description: 'received = stored + duplicate + rejected' }),
  })
  .openapi('LinkTally');

const link = createRoute({
  method: 'get',
  path: '/link',
  tags: ['ledger'],
  summary: 'Per terminal, in records: received = stored + duplicate + rejected',
  request: {
    query: z.object({
      terminal: TerminalId.optional(),
      from: MomentInput.default('now-24h'),
      to: MomentInput.default('now'),
      limit: limit(500, 1000),
      cursor: CursorInput,
    }),
  },
  responses: {
    200: json(z.object({ from: Moment, to: Moment, terminals: z.array(Link), ...Paging }), 'Tallies over whole hours of receipt'),
    ...problems,
  },
});

const Incident = z
  .object({
    id: z.number(),
    firstAt: Moment,
    lastAt: Moment,
    kind: z.string(),
    terminalId: z.string().nullable(),
    address: z.string().nullable(),
    detail: z.string(),
    count: z.number(),
  })
  .openapi('Incident');

const incidents = createRoute({
  method: 'get',
  path: '/incidents',
  tags: ['ledger'],
  summary: 'What the doors refused; newest first',
  request: {
    query: z.object({
      kind: z.string().max(60).optional(),
      terminal: z.string().max(64).optional(),
      limit: limit(100, 500),
      cursor: CursorInput,
    }),
  },
  responses: {
    200: json(z.object({ incidents: z.array(Incident), ...Paging }), 'One page of incidents'),
    ...problems,
  },
});

function toEntry(r: LedgerRow): z.infer<typeof Entry> {
  return {
    id: r.id,
    receivedAt: r.received_at.toISOString(),
    terminalId: r.terminal_id,
    transport: r.transport,
    disposition: r.disposition,
    code: r.code,
    field: r.field,
    reason: r.reason,
    records: r.records,
    vehicleId: r.vehicle_id,
    vin: r.vin,
    firstTime: r.first_time?.toISOString() ?? null,
    lastTime: r.last_time?.toISOString() ?? null,
    byteCount: r.byte_count,
    sha256: Buffer.from(r.sha256).toString('hex'),
    decoder: r.decoder,
    resolvedAt: r.resolved_at?.toISOString() ?? null,
    resolution: r.resolution,
  };
}

/** The ledger, the link tallies that it balances, and what the doors refused. */
export function ledgerRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const q = c.req.valid('query');
      const nowMs = deps.clock();
      const rows = await listLedger(db, {
        terminalId: q.terminal,
        code: q.code,
        disposition: q.disposition,
        districts: c.get('caller').districts,
        open: q.open === undefined ? undefined : q.open === 'true',
        fromMs: q.from === undefined ? undefined : requireMoment('query.from', q.from, nowMs),
        toMs: q.to === undefined ? undefined : requireMoment('query.to', q.to, nowMs),
        after: q.cursor === undefined ? undefined : decodeCursor(TimeCursorSchema, q.cursor),
        limit: q.limit + 1,
      });
      const { page, paging } = paged(rows, q.limit, (last) => ({ micros: last.received_micros, id: last.id }));
      return c.json({ entries: page.map(toEntry), ...paging }, 200);
    })
    .openapi(one, async (c) => {
      const id = Number(c.req.valid('param').id);
      const row = await getLedgerEntry(db, id);
      if (!row) throw new Problem(404, 'NOT_FOUND', `There is no ledger entry ${id}.`, 'Look it up in /api/v1/ledger.');
      return c.json({ ...toEntry(row), ...describeBytes(row.bytes, row.byte_count) }, 200);
    })
    .openapi(link, async (c) => {
      const q = c.req.valid('query');
      const { fromMs, toMs } = requireRange(q.from, q.to, deps.clock());
      const hours = { fromMs: Math.floor(fromMs / HOUR_MS) * HOUR_MS, toMs: Math.ceil(toMs / HOUR_MS) * HOUR_MS };
      const after = q.cursor === undefined ? undefined : decodeCursor(TerminalCursor, q.cursor).terminal;
      const rows = await linkTallies(db, {
        terminalId: q.terminal,
        districts: c.get('caller').districts,
        ...hours,
        after,
        limit: q.limit + 1,
      });
      const { page, paging } = paged(rows, q.limit, (last) => ({ terminal: last.terminal_id }));
      return c.json(
        {
          from: new Date(hours.fromMs).toISOString(),
          to: new Date(hours.toMs).toISOString(),
          terminals: page.map((r) => ({
            terminalId: r.terminal_id,
            firstHour: r.first_hour.toISOString(),
            lastHour: r.last_hour.toISOString(),
            messages: r.messages,
            bytes: r.bytes,
            received: r.received,
            stored: r.stored,
            merged: r.merged,
            duplicate: r.duplicate,
            rejected: r.rejected,
            late: r.late,
            undecodedBytes: r.undecoded_bytes,
            unknownKeys: r.unknown_keys,
            placeholderVins: r.placeholder_vins,
            balanced: r.received === r.stored + r.duplicate + r.rejected,
          })),
          ...paging,
        },
        200,
      );
    })
    .openapi(incidents, async (c) => {
      const q = c.req.valid('query');
      const after = q.cursor === undefined ? undefined : decodeCursor(TimeCursorSchema, q.cursor);
      const rows = await listIncidents(db, {
        kind: q.kind,
        terminalId: q.terminal,
        districts: c.get('caller').districts,
        after,
        limit: q.limit + 1,
      });
      const { page, paging } = paged(rows, q.limit, (last) => ({ micros: last.last_micros, id: last.id }));
      return c.json(
        {
          incidents: page.map((r) => ({
            id: r.id,
            firstAt: r.first_at.toISOString(),
            lastAt: r.last_at.toISOString(),
            kind: r.kind,
            terminalId: r.terminal_id,
            address: r.address,
            detail: r.detail,
            count: r.count,
          })),
          ...paging,
        },
        200,
      );
    });
}

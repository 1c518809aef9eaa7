import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { auditStep, type Db, type EvidencePackListed, getPack, listPacks, openPackOrders, placeOf } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { BeijingDate } from '../beijing-day.ts';
import { actorName } from '../caller.ts';
import { decodeCursor, paged } from '../cursor.ts';
import type { ApiDeps, EvidencePort } from '../deps.ts';
import { Gate } from '../gate.ts';
import { PackOrder, toPackOrder } from '../pack-order.ts';
import { Problem } from '../problem.ts';
import { body, CursorInput, conflict, json, limit, Moment, notFound, Paging, problems } from '../schemas.ts';
import { requireInside, requireWholeSite } from '../scope.ts';

const REASONS = ['demand', 'confirm', 'print', 'notice'] as const;
/** Packs that may wait to be made; each takes some seconds. */
const MOST_WAITING = 20;

const FindingId = z
  .string()
  .regex(/^[0-9a-f]{16}$/, 'must be the 16 hexadecimal digits of a finding')
  .openapi({ example: '0123456789abcdef' });

const Pack = z
  .object({
    id: z.string().openapi({ description: 'Its number in the chain and the first 12 digits of its hash' }),
    seq: z.number().int(),
    findingId: FindingId,
    rule: z.string(),
    day: BeijingDate,
    vehicle: z.object({ id: z.number(), vin: z.string(), plate: z.string() }),
    createdAt: Moment,
    createdBy: z.string(),
    reason: z.string(),
    sha256: z.string().openapi({ description: 'Over the whole pack; what a print quotes' }),
    prevSha256: z.string().openapi({ description: 'Of the pack before it in the chain; 64 zeros for the first' }),
  })
  .openapi('EvidencePack');

const make = createRoute({
  method: 'post',
  path: '/evidence',
  tags: ['evidence'],
  summary: 'Make an evidence pack of a finding',
  description:
    'The pack holds everything that the verdict rests on, down to the original messages of its deciding days, so that anybody can make the verdict again from the file alone (npm run plume -- evidence verify <file>). It is verified before it is sealed; a finding that what is stored does not give any more has no pack.',
  request: {
    body: body(z.strictObject({ findingId: FindingId, reason: z.enum(REASONS).default('demand') })),
  },
  responses: {
    201: json(
      Pack.extend({
        days: z
          .array(z.object({ date: BeijingDate, level: z.enum(['frames', 'samples', 'summary']), note: z.string().nullable() }))
          .openapi({
            description: 'From what each day can be made again: its original messages, its samples, or its summary alone',
          }),
      }),
      'Made',
    ),
    ...problems,
    ...notFound,
    ...conflict,
  },
});

const list = createRoute({
  method: 'get',
  path: '/evidence',
  tags: ['evidence'],
  summary: 'Evidence packs, the newest first',
  request: {
    query: z.object({
      finding: FindingId.optional(),
      vehicle: z
        .string()
        .regex(/^[1-9]\d{0,8}$/, 'must be the number of a vehicle')
        .optional(),
      limit: limit(50, 500),
      cursor: CursorInput,
    }),
  },
  responses: {
    200: json(
      z.object({
        packs: z.array(Pack),
        orders: z
          .array(PackOrder)
          .openapi({ description: 'Of the finding that was asked for: packs that are ordered and not made' }),
        ...Paging,
      }),
      'One page of packs',
    ),
    ...problems,
  },
});

const chain = createRoute({
  method: 'get',
  path: '/evidence/chain',
  tags: ['evidence'],
  summary: 'Hold the chain of packs against itself and against every byte of their files',
  responses: {
    200: json(
      z.object({
        ok: z.boolean(),
        packs: z.number().int(),
        newestSha256: z
          .string()
          .nullable()
          .openapi({ description: 'Noted elsewhere, it shows later that nothing before it was changed' }),
        faults: z.array(z.object({ seq: z.number(), id: z.string(), says: z.string() })),
        strayFiles: z.array(z.string()).openapi({ description: 'Files that no pack names: a process ended while it made one' }),
      }),
      'What was found',
    ),
    ...problems,
  },
});

const PackParam = z.object({
  id: z
    .string()
    .regex(/^\d{6,15}-[0-9a-f]{12}$/, 'must be the name of an evidence pack')
    .openapi({ param: { name: 'id', in: 'path' }, example: '000017-3f9ac0d2b1e4' }),
});

const download = createRoute({
  method: 'get',
  path: '/evidence/{id}',
  tags: ['evidence'],
  summary: 'The file of an evidence pack, byte by byte as it was sealed',
  request: { params: PackParam },
  responses: {
    200: {
      description: 'The file',
      content: { 'application/octet-stream': { schema: z.string() } },
    },
    ...problems,
    ...notFound,
  },
});

function toPack(row: EvidencePackListed): z.infer<typeof Pack> {
  return {
    id: row.id,
    seq: row.seq,
    findingId: row.finding_id,
    rule: row.rule,
    day: row.day,
    vehicle: { id: row.vehicle_id, vin: row.vin, plate: row.plate },
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    reason: row.reason,
    sha256: row.sha256,
    prevSha256: row.prev_sha256,
  };
}

function noFinding(id: string): Problem {
  return new Problem(404, 'NOT_FOUND', `There is no finding ${id}.`, 'Look it up with its lead: /api/v1/leads/{id}.');
}

function noPack(id: string): Problem {
  return new Problem(404, 'NOT_FOUND', `There is no evidence pack ${id}.`, 'Look it up in /api/v1/evidence.');
}

/** What a refusal to make a pack means for who asked. */
function refusal(findingId: string, made: Extract<Awaited<ReturnType<EvidencePort['make']>>, { ok: false }>): Problem {
  const errors = made.differences
    .slice(0, 20)
    .map((each) => ({ field: each.path, reason: `${each.says} (stored ${each.stored}, now ${each.recomputed})` }));
  switch (made.code) {
    case 'unknown':
      return noFinding(findingId);
    case 'waiting':
      return new Problem(409, 'NOT_YET', made.detail, 'Wait until they are evaluated, some minutes, and ask again.', {
        errors,
        retryAfterS: 60,
      });
    case 'withdrawn':
    case 'notEvaluated':
    case 'notReproduced':
      return new Problem(
        409,
        'NOT_REPRODUCED',
        made.detail,
        'Have the days evaluated again (POST /api/v1/evaluations), and look at the lead anew.',
        { errors },
      );
  }
}

/** Evidence packs: made, listed, handed out, and their chain checked. */
export function evidenceRoutes(deps: ApiDeps, db: Db) {
  const making = new Gate(1, MOST_WAITING);
  const checking = new Gate(1, 1);
  return new OpenAPIHono<ApiEnv>()
    .openapi(make, async (c) => {
      const { findingId, reason } = c.req.valid('json');
      await requireInside(c, db, 'finding', findingId, noFinding(findingId));
      const made = await making.run(() =>
        deps.evidence.make({
          findingId,
          reason,
          by: actorName(c.get('caller')),
          along: (pack) => [
            auditStep(
              c
                .get('trail')
                .done(
                  'evidence.make',
                  { kind: 'evidencePack', id: pack.id },
                  { finding: findingId, reason, sha256: pack.sha256 },
                ),
            ),
          ],
        }),
      );
      if (!made.ok) throw refusal(findingId, made);
      const row = await getPack(db, made.pack.id);
      if (!row) throw new Error('an evidence pack that was made cannot be read back');
      return c.json({ ...toPack(row), days: [...made.days] }, 201);
    })
    .openapi(list, async (c) => {
      const q = c.req.valid('query');
      const rows = await listPacks(db, {
        findingId: q.finding,
        vehicleId: q.vehicle === undefined ? undefined : Number(q.vehicle),
        districts: c.get('caller').districts,
        before: q.cursor === undefined ? undefined : decodeCursor(z.number().int(), q.cursor),
        limit: q.limit + 1,
      });
      const { page, paging } = paged(rows, q.limit, (last) => last.seq);
      const { districts } = c.get('caller');
      // Who does not see the truck does not see what was ordered about it either.
      const seen = async (id: string) => districts === null || (await placeOf(db, 'finding', id, districts)) !== 'outside';
      const asked = q.finding !== undefined && (await seen(q.finding)) ? [q.finding] : [];
      const orders = (await openPackOrders(db, asked)).map(toPackOrder);
      return c.json({ packs: page.map(toPack), orders, ...paging }, 200);
    })
    .openapi(chain, async (c) => {
      requireWholeSite(c, 'The chain of evidence packs');
      const found = await checking.run(() => deps.evidence.check());
      return c.json(
        { ...found, ok: found.faults.length === 0, faults: [...found.faults], strayFiles: [...found.strayFiles] },
        200,
      );
    })
    .openapi(download, async (c) => {
      const { id } = c.req.valid('param');
      const row = await getPack(db, id);
      if (!row) throw noPack(id);
      const bytes = await deps.evidence.read(row.file);
      if (!bytes) {
        deps.log.error({ pack: id, file: row.file }, 'the file of an evidence pack is missing');
        throw new Problem(
          404,
          'NOT_FOUND',
          `The file of evidence pack ${id} is missing; the chain has its hash, ${row.sha256}.`,
          'Bring files/evidence of the data directory back from a backup.',
        );
      }
      return new Response(Uint8Array.from(bytes), {
        headers: {
          'Content-Type': 'application/octet-stream',
          'Content-Disposition': `attachment; filename="plume-evidence-${id}.json"`,
        },
      });
    });
}

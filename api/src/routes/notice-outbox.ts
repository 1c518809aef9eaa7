import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { audited, type Db } from '@plume/db';
import { CHANNEL_KINDS, listOutbox, NOTICE_KINDS, type OutboxRow, resendMessage } from '@plume/db/notices';
import type { ApiEnv } from '../access.ts';
import { decodeCursor, paged } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { MOST_ATTEMPTS } from '../notices/backoff.ts';
import { NEEDED } from '../notices/causes.ts';
import type { Permission } from '../permissions.ts';
import { Problem } from '../problem.ts';
import { body, CursorInput, json, limit, Moment, notFound, Paging, problems } from '../schemas.ts';
import { IdParam } from './notice-channels.ts';

const State = z.enum(['waiting', 'sent', 'givenUp']);

const Message = z
  .object({
    id: z.number(),
    messageId: z.string().openapi({ description: 'The same at every attempt: Message-ID, id of the event, Idempotency-Key' }),
    channel: z.string(),
    channelKind: z.enum(CHANNEL_KINDS),
    channelEnabled: z.boolean(),
    recipient: z.string(),
    kind: z.string(),
    subject: z
      .string()
      .nullable()
      .openapi({ description: 'null: withheld, your duty may not see what this kind of notice is about' }),
    text: z.string().nullable().openapi({ description: 'null: withheld, as the subject' }),
    vehicleId: z.number().nullable(),
    createdAt: Moment,
    state: State.openapi({ description: `givenUp: after ${MOST_ATTEMPTS} attempts, or refused for good` }),
    attempts: z.number().int(),
    nextAt: Moment.nullable().openapi({ description: 'When the next attempt follows; null: none will' }),
    finishedAt: Moment.nullable(),
    tries: z.array(
      z.object({
        n: z.number().int(),
        at: Moment,
        ok: z.boolean().nullable().openapi({ description: 'null: under way, or unknown' }),
        unknown: z.boolean().openapi({
          description:
            'The process ended before it had an answer: it may have arrived. It is sent again under the same messageId',
        }),
        answer: z.string().nullable(),
        tookMs: z.number().int().nullable(),
      }),
    ),
  })
  .openapi('NoticeMessage');

const list = createRoute({
  method: 'get',
  path: '/notices/outbox',
  tags: ['notices'],
  summary: 'Every message, the newest first, with every attempt',
  request: {
    query: z.object({
      state: State.optional(),
      kind: z.enum(NOTICE_KINDS).optional(),
      limit: limit(50, 200),
      cursor: CursorInput,
    }),
  },
  responses: { 200: json(z.object({ messages: z.array(Message), ...Paging }), 'One page'), ...problems },
});

const resend = createRoute({
  method: 'post',
  path: '/notices/outbox/{id}/resend',
  tags: ['notices'],
  summary: 'Send a message now, whatever became of it; its ids stay the same',
  request: { params: IdParam, body: body(z.strictObject({})) },
  responses: { 200: json(z.object({ id: z.number() }), 'It is sent at the next look, within seconds'), ...problems, ...notFound },
});

/** No attempt lasts as long [ms]: one without an end after it was cut off with its process. */
const ATTEMPT_MS = 60_000;

/** A message for who asks: what it says is for those alone whom it could have been sent to. */
function toMessage(row: OutboxRow, permissions: ReadonlySet<Permission>, nowMs: number): z.infer<typeof Message> {
  const seen = permissions.has(NEEDED[row.kind]);
  return {
    id: row.id,
    messageId: row.message_id,
    channel: row.channel,
    channelKind: row.channel_kind,
    channelEnabled: row.channel_enabled,
    recipient: row.recipient,
    kind: row.kind,
    subject: seen ? row.subject : null,
    text: seen ? row.body : null,
    vehicleId: row.vehicle_id,
    createdAt: row.created_at.toISOString(),
    state: row.state,
    attempts: row.attempts,
    nextAt: row.state === 'waiting' ? row.next_at.toISOString() : null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    tries: row.tries.map((each) => ({
      ...each,
      at: new Date(each.at).toISOString(),
      unknown: each.ok === null && (each.n < row.attempts || Date.parse(each.at) + ATTEMPT_MS < nowMs),
    })),
  };
}

/** The outbox of notices. */
export function noticeOutboxRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const q = c.req.valid('query');
      const { districts, permissions } = c.get('caller');
      const rows = await listOutbox(db, {
        state: q.state,
        kind: q.kind,
        before: q.cursor === undefined ? undefined : decodeCursor(z.number().int(), q.cursor),
        districts,
        limit: q.limit + 1,
      });
      const { page, paging } = paged(rows, q.limit, ({ id }) => id);
      const nowMs = deps.clock();
      return c.json({ messages: page.map((row) => toMessage(row, permissions, nowMs)), ...paging }, 200);
    })
    .openapi(resend, async (c) => {
      const { id } = c.req.valid('param');
      const entry = c.get('trail').done('notice.resend', { kind: 'notice', id });
      const done = await resendMessage(audited(db, entry), Number(id), deps.clock());
      if (!done) throw new Problem(404, 'NOT_FOUND', `There is no message ${id}.`, 'Look it up in /api/v1/notices/outbox.');
      return c.json(done, 200);
    });
}

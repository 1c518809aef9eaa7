import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { audited, type Db, LEVEL_ORDER } from '@plume/db';
import {
  CHANNEL_KINDS,
  changeSubscription,
  endSubscription,
  insertSubscription,
  listAddresses,
  listChannels,
  listSubscriptions,
  type NewSubscription,
  NOTICE_KINDS,
  type SubscriptionRow,
} from '@plume/db/notices';
import type { ApiEnv } from '../access.ts';
import { addDays, beijingDate } from '../beijing-day.ts';
import { actorName } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { NEEDED } from '../notices/causes.ts';
import { digestCause } from '../notices/scan.ts';
import { permissionsOf, ROLES, type Role } from '../permissions.ts';
import { invalid, Problem } from '../problem.ts';
import { body, conflict, json, Moment, notFound, plainText, problems } from '../schemas.ts';
import { changed, IdParam } from './notice-channels.ts';

const Minute = z.number().int().min(0).max(1439).openapi({ description: 'Minute of the Beijing day' });

const Chosen = {
  channelId: z.number().int(),
  userId: z.number().int().nullable().openapi({ description: 'One person' }),
  role: z.enum(ROLES).nullable().openapi({ description: 'Everyone with this duty' }),
  kinds: z.array(z.enum(NOTICE_KINDS)).min(1),
  level: z.enum(LEVEL_ORDER).openapi({ description: 'Leads below it are not told' }),
  districts: z.array(plainText(40)).min(1).nullable().openapi({ description: 'null: all that the person may see' }),
  quietFrom: Minute.nullable(),
  quietTo: Minute.nullable(),
  digestAt: Minute.default(480),
  language: z.enum(['zh', 'en']).default('zh'),
};
const NewRow = z.strictObject(Chosen).openapi('NewNoticeSubscription');
const Subscription = z
  .object({
    id: z.number(),
    ...Chosen,
    channel: z.string(),
    channelKind: z.enum(CHANNEL_KINDS),
    userName: z.string().nullable(),
    reached: z.number().int().openapi({ description: 'People with an address for this channel whom it means now' }),
    unreached: z.array(z.string()).openapi({ description: 'User names of those it means who have no address' }),
    createdAt: Moment,
    version: z.number(),
    updatedBy: z.string(),
  })
  .openapi('NoticeSubscription');

const list = createRoute({
  method: 'get',
  path: '/notices/subscriptions',
  tags: ['notices'],
  summary: 'Who is told what, over which channel',
  responses: { 200: json(z.object({ subscriptions: z.array(Subscription) }), 'All that have not ended'), ...problems },
});
const add = createRoute({
  method: 'post',
  path: '/notices/subscriptions',
  tags: ['notices'],
  summary: 'Have somebody told: what happens from now on',
  description:
    'E-mail and SMS go to a person or to everyone with a duty; a webhook and a WeCom robot go to one place. What a person may not see on a page is not sent to them either.',
  request: { body: body(NewRow) },
  responses: { 201: json(z.object({ id: z.number() }), 'Entered'), ...problems },
});
const change = createRoute({
  method: 'put',
  path: '/notices/subscriptions/{id}',
  tags: ['notices'],
  summary: 'Change a subscription',
  request: { params: IdParam, body: body(z.strictObject({ version: z.number().int(), subscription: NewRow })) },
  responses: { 200: json(z.object({ id: z.number() }), 'Changed'), ...problems, ...notFound, ...conflict },
});
const end = createRoute({
  method: 'delete',
  path: '/notices/subscriptions/{id}',
  tags: ['notices'],
  summary: 'End a subscription; what waits in the outbox is still sent',
  request: { params: IdParam },
  responses: { 200: json(z.object({ id: z.number() }), 'Ended'), ...problems, ...notFound },
});
const digest = createRoute({
  method: 'get',
  path: '/notices/subscriptions/{id}/digest',
  tags: ['notices'],
  summary: "The digest as this subscription's channel would get it now, of yesterday",
  request: { params: IdParam },
  responses: { 200: json(z.object({ subject: z.string(), text: z.string() }), 'The text'), ...problems, ...notFound },
});

type Given = z.infer<typeof NewRow>;

function noSubscription(id: string): Problem {
  return new Problem(404, 'NOT_FOUND', `There is no subscription ${id}.`, 'Look it up in /api/v1/notices/subscriptions.');
}

/** Refuses what could never be told: no such channel or person, nobody meant, or a duty that may not see it. */
async function requireSensible(db: Db, given: Given): Promise<void> {
  const channel = (await listChannels(db)).find(({ id }) => id === given.channelId);
  if (!channel) throw invalid('channelId', 'is no channel');
  const personal = channel.kind === 'email' || channel.kind === 'sms';
  if (personal && (given.userId === null) === (given.role === null))
    throw invalid('role', 'choose either a person or a duty for this channel');
  if (!personal && (given.userId !== null || given.role !== null))
    throw invalid('role', 'this channel goes to one place: neither person nor duty');
  if ((given.quietFrom === null) !== (given.quietTo === null))
    throw invalid('quietTo', 'quiet hours need a beginning and an end');
  if (given.quietFrom !== null && given.quietFrom === given.quietTo) throw invalid('quietTo', 'must differ from the beginning');
  const person = given.userId === null ? null : (await listAddresses(db)).find(({ user_id }) => user_id === given.userId);
  if (person === undefined) throw invalid('userId', 'is nobody who can sign in');
  const role: Role | null = person?.role ?? given.role;
  if (role === null) return;
  const hidden = given.kinds.filter((kind) => !permissionsOf(role).has(NEEDED[kind]));
  if (hidden.length > 0) throw invalid('kinds', `${role} may not see ${hidden.join(', ')}, and is not told of it`);
}

/** Subscriptions of notices, and a preview of the digest. */
export function noticeSubscriptionRoutes(deps: ApiDeps, db: Db) {
  const toNew = (given: Given, by: string): NewSubscription => ({ ...given, by, nowMs: deps.clock() });
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const [rows, people] = [await listSubscriptions(db), await listAddresses(db)];
      const shown = rows.map((row: SubscriptionRow) => {
        const personal = row.channel_kind === 'email' || row.channel_kind === 'sms';
        const meant = people.filter(({ user_id, role }) => personal && (user_id === row.user_id || role === row.role));
        const has = (each: (typeof people)[number]) => (row.channel_kind === 'email' ? each.email : each.phone) !== null;
        return {
          id: row.id,
          channelId: row.channel_id,
          channel: row.channel,
          channelKind: row.channel_kind,
          userId: row.user_id,
          userName: row.user_name,
          role: row.role,
          kinds: row.kinds,
          level: Chosen.level.parse(row.level),
          districts: row.districts,
          quietFrom: row.quiet_from,
          quietTo: row.quiet_to,
          digestAt: row.digest_at,
          language: row.language,
          reached: personal ? meant.filter(has).length : 1,
          unreached: meant.filter((each) => !has(each)).map(({ name }) => name),
          createdAt: row.created_at.toISOString(),
          version: row.version,
          updatedBy: row.updated_by,
        };
      });
      return c.json({ subscriptions: shown }, 200);
    })
    .openapi(add, async (c) => {
      const given = c.req.valid('json');
      await requireSensible(db, given);
      const object = {
        kind: 'noticeSubscription',
        id: {
          select: `select coalesce(currval(pg_get_serial_sequence('notice_subscriptions', 'id'))::text, $1::text)`,
          value: '',
        },
      };
      const entry = c.get('trail').done('noticeSubscription.add', object, { ...given });
      const made = await insertSubscription(audited(db, entry), toNew(given, actorName(c.get('caller'))));
      if (!made) throw new Error('the database returned no id for a new subscription');
      return c.json(made, 201);
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const { version, subscription: given } = c.req.valid('json');
      const before = (await listSubscriptions(db)).find((each) => each.id === Number(id));
      if (!before) throw noSubscription(id);
      await requireSensible(db, given);
      const entry = c.get('trail').done('noticeSubscription.change', { kind: 'noticeSubscription', id }, { before, ...given });
      const by = actorName(c.get('caller'));
      const done = await changeSubscription(audited(db, entry), before.id, version, toNew(given, by));
      if (!done) throw changed();
      return c.json(done, 200);
    })
    .openapi(end, async (c) => {
      const { id } = c.req.valid('param');
      const entry = c.get('trail').done('noticeSubscription.end', { kind: 'noticeSubscription', id });
      const done = await endSubscription(audited(db, entry), Number(id), actorName(c.get('caller')), deps.clock());
      if (!done) throw noSubscription(id);
      return c.json(done, 200);
    })
    .openapi(digest, async (c) => {
      const { id } = c.req.valid('param');
      const row = (await listSubscriptions(db)).find((each) => each.id === Number(id));
      if (!row) throw noSubscription(id);
      const person = (await listAddresses(db)).find(({ user_id }) => user_id === row.user_id);
      const nowMs = deps.clock();
      const listener = { subscription_id: row.id, districts: row.districts, person_districts: person?.districts ?? null };
      const cause = await digestCause(db, listener, addDays(beijingDate(nowMs), -1), nowMs);
      return c.json(cause.say(row.language), 200);
    });
}

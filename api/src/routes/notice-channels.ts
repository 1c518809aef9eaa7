import { randomUUID } from 'node:crypto';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { audited, auditStep, type Db } from '@plume/db';
import {
  CHANNEL_KINDS,
  type ChannelRow,
  changeChannel,
  insertChannel,
  listAddresses,
  listChannels,
  putAddress,
  sendingChannel,
} from '@plume/db/notices';
import type { ApiEnv } from '../access.ts';
import { actorName } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { Gate } from '../gate.ts';
import { BODY_FIELDS } from '../notices/body-template.ts';
import { ChannelSettings, destinationOf } from '../notices/channel-config.ts';
import { deliver } from '../notices/send.ts';
import { reachOfHost } from '../notices/target.ts';
import { ROLES } from '../permissions.ts';
import { invalid, Problem } from '../problem.ts';
import { body, conflict, json, Moment, notFound, plainText, problems } from '../schemas.ts';

const Reach = z.enum(['loopback', 'private', 'public', 'refused', 'unknown']).openapi({
  description: 'Where its host lies now: this machine, a private network, the internet, nowhere a message may go, not found',
});

const Channel = z
  .object({
    id: z.number(),
    kind: z.enum(CHANNEL_KINDS),
    name: z.string(),
    config: z.record(z.string(), z.unknown()),
    hasSecret: z.boolean().openapi({ description: 'Whether a password or key is stored; it is never read back' }),
    enabled: z.boolean(),
    reach: Reach,
    version: z.number(),
    updatedAt: Moment,
    updatedBy: z.string(),
  })
  .openapi('NoticeChannel');

const Common = {
  name: plainText(60),
  enabled: z.boolean().default(true),
  secret: z.string().min(1).max(500).nullable().optional().openapi({
    description: 'Absent: the stored one stays; null: none. Webhooks: the key of the signature, 16 characters or more',
  }),
};
const kindOf = (each: (typeof ChannelSettings.options)[number]) => each.extend(Common);
const [email, webhook, sms, wecom] = ChannelSettings.options;
const NewChannel = z
  .discriminatedUnion('kind', [kindOf(email), kindOf(webhook), kindOf(sms), kindOf(wecom)])
  .openapi('NewNoticeChannel', { description: `Fields of templates: ${BODY_FIELDS.map((field) => `{{${field}}}`).join(' ')}` });

/** The number of a channel, subscription or message in a path. */
export const IdParam = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be a number')
    .openapi({ param: { name: 'id', in: 'path' }, example: '3' }),
});

const list = createRoute({
  method: 'get',
  path: '/notices/channels',
  tags: ['notices'],
  summary: 'Ways out of the house, by name',
  responses: { 200: json(z.object({ channels: z.array(Channel) }), 'All channels'), ...problems },
});

const add = createRoute({
  method: 'post',
  path: '/notices/channels',
  tags: ['notices'],
  summary: 'Enter a channel: a mail server, a signed webhook, an SMS gateway, a WeCom robot',
  description: 'Addresses in the own network and on this machine are allowed, and told as such; link-local ones are not.',
  request: { body: body(NewChannel) },
  responses: { 201: json(Channel, 'Entered'), ...problems, ...conflict },
});

const change = createRoute({
  method: 'put',
  path: '/notices/channels/{id}',
  tags: ['notices'],
  summary: 'Change a channel; its kind stays',
  request: { params: IdParam, body: body(z.object({ version: z.number().int(), channel: NewChannel })) },
  responses: { 200: json(Channel, 'Changed'), ...problems, ...notFound, ...conflict },
});

const tryOut = createRoute({
  method: 'post',
  path: '/notices/channels/{id}/test',
  tags: ['notices'],
  summary: 'Send a test message now, and say what the other side answered',
  request: {
    params: IdParam,
    body: body(
      z.strictObject({
        recipient: plainText(200).optional().openapi({ description: 'Mail address or phone number; webhooks need none' }),
      }),
    ),
  },
  responses: {
    200: json(z.object({ ok: z.boolean(), answer: z.string(), tookMs: z.number().int() }), 'How it went'),
    ...problems,
    ...notFound,
  },
});

const Address = z
  .object({
    userId: z.number(),
    name: z.string(),
    displayName: z.string(),
    role: z.enum(ROLES),
    districts: z.array(z.string()).nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    version: z.string().openapi({ description: 'Send it along with a change, so that nobody overwrites another' }),
  })
  .openapi('NoticeAddress');

const addresses = createRoute({
  method: 'get',
  path: '/notices/addresses',
  tags: ['notices'],
  summary: 'Who can sign in, and where they are reached',
  responses: { 200: json(z.object({ people: z.array(Address) }), 'Everyone'), ...problems },
});

const setAddress = createRoute({
  method: 'put',
  path: '/notices/addresses/{id}',
  tags: ['notices'],
  summary: 'Say where a person is reached',
  request: {
    params: IdParam,
    body: body(
      z.strictObject({
        version: z
          .string()
          .max(40)
          .openapi({ description: 'From the list; another one means that somebody changed it meanwhile' }),
        email: z
          .string()
          .max(200)
          .regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, 'must be a mail address')
          .nullable(),
        phone: z
          .string()
          .regex(/^\+?\d{5,15}$/, 'must be 5 to 15 digits, with + before a country code')
          .nullable(),
      }),
    ),
  },
  responses: { 200: json(z.object({ userId: z.number() }), 'Stored'), ...problems, ...notFound, ...conflict },
});

function hostOf(row: { config: Record<string, unknown> }): string {
  const { host, url } = row.config;
  if (typeof host === 'string') return host;
  const address = typeof url === 'string' ? url.replace(/\{\{.*?\}\}/g, 'x') : '';
  return URL.canParse(address) ? new URL(address).hostname : '';
}

async function toChannel(row: ChannelRow): Promise<z.infer<typeof Channel>> {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    config: row.config,
    hasSecret: row.has_secret,
    enabled: row.enabled,
    reach: await reachOfHost(hostOf(row)),
    version: row.version,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}

function noChannel(id: string): Problem {
  return new Problem(404, 'NOT_FOUND', `There is no channel ${id}.`, 'Look it up in /api/v1/notices/channels.');
}

function nameTaken(name: string): Problem {
  return new Problem(409, 'EXISTS', `There is a channel ${name} already.`, 'Choose another name.', {
    errors: [{ field: 'name', reason: 'is taken' }],
  });
}

/** A webhook that is not signed could be anybody's; a key that can be guessed too. */
function requireKey(given: z.infer<typeof NewChannel>, stored: boolean): void {
  if (given.kind !== 'webhook') return;
  const missing = given.secret === null || (given.secret === undefined && !stored);
  if (!missing && (given.secret === undefined || given.secret === null || given.secret.length >= 16)) return;
  throw new Problem(
    400,
    'INVALID',
    'secret: a webhook needs a key of 16 characters or more',
    'Enter a key; the receiver needs it too.',
    {
      errors: [{ field: 'secret', reason: 'is needed: a key of 16 characters or more, which the receiver knows too' }],
    },
  );
}

/** A secret that is stored stays with the place it was entered for: whoever changes the place would read it there. */
function requireSecretAgain(before: ChannelRow, given: z.infer<typeof NewChannel>): void {
  if (!before.has_secret || given.secret !== undefined || destinationOf(before.config) === destinationOf(given.config)) return;
  throw invalid('channel.secret', 'enter it again: the channel leads elsewhere, and the stored one is not sent there');
}

/** Channels of notices, their test, and where people are reached. */
export function noticeChannelRoutes(deps: ApiDeps, db: Db) {
  const trying = new Gate(2, 10);
  const shown = async (id: number): Promise<z.infer<typeof Channel>> => {
    const row = (await listChannels(db)).find((each) => each.id === id);
    if (!row) throw new Error('a channel that was stored cannot be read back');
    return await toChannel(row);
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => c.json({ channels: await Promise.all((await listChannels(db)).map(toChannel)) }, 200))
    .openapi(add, async (c) => {
      const given = c.req.valid('json');
      requireKey(given, false);
      const { secret, ...told } = given;
      const object = {
        kind: 'noticeChannel',
        id: { select: 'select id::text from notice_channels where name = $1::text', value: given.name },
      };
      const entry = c.get('trail').done('noticeChannel.add', object, { ...told, secret: secret ? 'set' : 'none' });
      const made = await insertChannel(audited(db, entry), { ...given, secret, by: actorName(c.get('caller')) });
      if (made === 'exists' || made === undefined) throw nameTaken(given.name);
      return c.json(await shown(made.id), 201);
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const { version, channel: given } = c.req.valid('json');
      const before = (await listChannels(db)).find((each) => each.id === Number(id));
      if (!before) throw noChannel(id);
      requireKey(given, before.has_secret);
      if (before.kind !== given.kind)
        throw new Problem(400, 'INVALID', 'channel.kind: cannot be changed', 'Enter another channel.', {
          errors: [{ field: 'kind', reason: 'cannot be changed' }],
        });
      requireSecretAgain(before, given);
      const { secret, ...told } = given;
      const kept = secret === undefined ? 'kept' : secret === null ? 'none' : 'set';
      const detail = { before: { name: before.name, config: before.config, enabled: before.enabled }, ...told, secret: kept };
      const entry = c.get('trail').done('noticeChannel.change', { kind: 'noticeChannel', id }, detail);
      const done = await changeChannel(audited(db, entry), before.id, version, {
        ...given,
        secret,
        by: actorName(c.get('caller')),
      });
      if (done === 'exists') throw nameTaken(given.name);
      if (done === undefined) throw changed();
      return c.json(await shown(before.id), 200);
    })
    .openapi(tryOut, async (c) => {
      const { id } = c.req.valid('param');
      const { recipient } = c.req.valid('json');
      const channel = await sendingChannel(db, Number(id));
      if (!channel) throw noChannel(id);
      const person = channel.kind === 'email' || channel.kind === 'sms';
      if (person && recipient === undefined)
        throw new Problem(400, 'INVALID', 'recipient: is needed for this channel', 'Enter where the test goes.', {
          errors: [{ field: 'recipient', reason: 'is needed for this channel' }],
        });
      const nowMs = deps.clock();
      const messageId = randomUUID().replaceAll('-', '');
      const text = '这是 Plume 的测试消息，收到即表示渠道可用。\nThis is a test message of Plume: the channel works.';
      const said = { subject: '[测试] Plume test', text };
      const started = performance.now();
      const delivery = await trying.run(() =>
        deliver(
          channel,
          {
            messageId,
            recipient: recipient ?? '',
            subject: said.subject,
            body: said.text,
            createdAt: new Date(nowMs),
            event: {
              specversion: '1.0',
              id: messageId,
              source: '/plume',
              type: 'plume.test',
              time: new Date(nowMs).toISOString(),
              datacontenttype: 'application/json',
              data: said,
            },
          },
          nowMs,
        ),
      );
      const { ok, answer } = delivery;
      const tookMs = Math.round(performance.now() - started);
      await db.batch([
        auditStep(c.get('trail').done('noticeChannel.test', { kind: 'noticeChannel', id }, { recipient, ok, answer })),
      ]);
      return c.json({ ok, answer, tookMs }, 200);
    })
    .openapi(addresses, async (c) =>
      c.json(
        {
          people: (await listAddresses(db)).map((row) => ({
            userId: row.user_id,
            name: row.name,
            displayName: row.display_name,
            role: row.role,
            districts: row.districts,
            email: row.email,
            phone: row.phone,
            version: row.version,
          })),
        },
        200,
      ),
    )
    .openapi(setAddress, async (c) => {
      const { id } = c.req.valid('param');
      const { version, email, phone } = c.req.valid('json');
      const before = (await listAddresses(db)).find((each) => each.user_id === Number(id));
      if (!before) throw new Problem(404, 'NOT_FOUND', `There is no account ${id}.`, 'Look it up in /api/v1/notices/addresses.');
      const entry = c
        .get('trail')
        .done(
          'noticeAddress.change',
          { kind: 'account', id },
          { before: { email: before.email, phone: before.phone }, email, phone },
        );
      const by = actorName(c.get('caller'));
      const done = await putAddress(audited(db, entry), { userId: Number(id), version, email, phone, by });
      if (!done) throw changed();
      return c.json({ userId: done.user_id }, 200);
    });
}

/** Somebody was faster. */
export function changed(): Problem {
  return new Problem(
    409,
    'CHANGED',
    'It was changed meanwhile; nothing was overwritten.',
    'Read it again, and make your change on what holds now.',
  );
}

import { type Db, OptimisticConflict, sqlStateOf } from '../db.ts';
import type { RoleName } from './account-row.ts';

/** Ways out of the house. */
export const CHANNEL_KINDS = ['email', 'webhook', 'sms', 'wecom'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** What can be told. */
export const NOTICE_KINDS = [
  'lead',
  'alarm',
  'caseDue',
  'caseOverdue',
  'offline',
  'dataQuality',
  'service',
  'digest',
  'report',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** A channel as pages see it: whether it has a secret, not which. */
export interface ChannelRow {
  id: number;
  kind: ChannelKind;
  name: string;
  config: Record<string, unknown>;
  has_secret: boolean;
  enabled: boolean;
  version: number;
  updated_at: Date;
  updated_by: string;
}

const CHANNEL = 'id, kind, name, config, secret is not null as has_secret, enabled, version, updated_at, updated_by';

/** All channels, by name. */
export async function listChannels(db: Db): Promise<ChannelRow[]> {
  return await db.query<ChannelRow>(`select ${CHANNEL} from notice_channels order by name`, [], { priority: 'read' });
}

/** What a channel needs to send. */
export interface SendingChannel {
  id: number;
  kind: ChannelKind;
  name: string;
  config: Record<string, unknown>;
  secret: string | null;
  enabled: boolean;
}

/** A channel with its secret, for the sender alone. */
export async function sendingChannel(db: Db, id: number): Promise<SendingChannel | undefined> {
  const [row] = await db.query<SendingChannel>(
    'select id, kind, name, config, secret, enabled from notice_channels where id = $1::int',
    [id],
    { priority: 'read' },
  );
  return row;
}

/** A channel to enter or to put in another's place. */
export interface NewChannel {
  readonly kind: ChannelKind;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** undefined: the stored one stays; null: none. */
  readonly secret: string | null | undefined;
  readonly enabled: boolean;
  readonly by: string;
}

/** The row that one statement returned; `exists` when a name is taken, undefined when nothing matched. */
async function one<T extends object>(write: Promise<T[]>): Promise<T | 'exists' | undefined> {
  try {
    return (await write)[0];
  } catch (error) {
    if (sqlStateOf(error) === '23505') return 'exists';
    if (error instanceof OptimisticConflict) return undefined;
    throw error;
  }
}

/** Enters a channel; `exists`: the name is taken. */
export async function insertChannel(db: Db, channel: NewChannel): Promise<{ id: number } | 'exists' | undefined> {
  return await one(
    db.query<{ id: number }>(
      `insert into notice_channels (kind, name, config, secret, enabled, updated_by)
       values ($1::text, $2::text, $3::jsonb, $4::text, $5::boolean, $6::text) returning id`,
      [channel.kind, channel.name, JSON.stringify(channel.config), channel.secret ?? null, channel.enabled, channel.by],
      { priority: 'write' },
    ),
  );
}

/** Changes a channel over version `seen`; undefined: it is not there, or somebody was faster. */
export async function changeChannel(
  db: Db,
  id: number,
  seen: number,
  channel: NewChannel,
): Promise<{ id: number } | 'exists' | undefined> {
  return await one(
    db.query<{ id: number }>(
      `update notice_channels set name = $3::text, config = $4::jsonb, secret = case when $5::boolean then secret else $6::text end,
         enabled = $7::boolean, version = version + 1, updated_at = now(), updated_by = $8::text
       where id = $1::int and version = $2::int and kind = $9::text returning id`,
      [
        id,
        seen,
        channel.name,
        JSON.stringify(channel.config),
        channel.secret === undefined,
        channel.secret ?? null,
        channel.enabled,
        channel.by,
        channel.kind,
      ],
      { priority: 'write' },
    ),
  );
}

/** A person who can sign in, and where they are reached. */
export interface AddressRow {
  user_id: number;
  name: string;
  display_name: string;
  role: RoleName;
  districts: string[] | null;
  email: string | null;
  phone: string | null;
  version: string;
}

/** What two people could overwrite for one another in a person's addresses, as one short text; that of a person without any is the same for all. */
const ADDRESS_VERSION = `left(md5(coalesce(a.email, e'\\x1e') || e'\\x1f' || coalesce(a.phone, e'\\x1e')), 16)`;

/** Everyone who can sign in, with their addresses. */
export async function listAddresses(db: Db): Promise<AddressRow[]> {
  return await db.query<AddressRow>(
    `select u.id as user_id, u.name, u.display_name, u.role, u.districts, a.email, a.phone, ${ADDRESS_VERSION} as version
     from users u left join notice_addresses a on a.user_id = u.id where u.disabled_at is null order by u.name`,
    [],
    { priority: 'read' },
  );
}

/** Puts a person's addresses when they are still at `version`; undefined: they are at another, or there is no such person. */
export async function putAddress(
  db: Db,
  address: {
    readonly userId: number;
    readonly version: string;
    readonly email: string | null;
    readonly phone: string | null;
    readonly by: string;
  },
): Promise<{ user_id: number } | undefined> {
  const [row] = await db.query<{ user_id: number }>(
    `insert into notice_addresses as a (user_id, email, phone, updated_by)
     select u.id, $2::text, $3::text, $4::text from users u left join notice_addresses a on a.user_id = u.id where u.id = $1::int and ${ADDRESS_VERSION} = $5::text
     on conflict (user_id) do update set email = excluded.email, phone = excluded.phone, updated_at = now(), updated_by = excluded.updated_by
     where ${ADDRESS_VERSION} = $5::text returning user_id`,
    [address.userId, address.email, address.phone, address.by, address.version],
    { priority: 'write' },
  );
  return row;
}

/** A subscription with whom it means; `user_*` null: all with `role`, or the channel itself. */
export interface SubscriptionRow {
  id: number;
  channel_id: number;
  channel: string;
  channel_kind: ChannelKind;
  user_id: number | null;
  user_name: string | null;
  role: RoleName | null;
  kinds: NoticeKind[];
  level: string;
  districts: string[] | null;
  quiet_from: number | null;
  quiet_to: number | null;
  digest_at: number;
  language: 'zh' | 'en';
  created_at: Date;
  version: number;
  updated_by: string;
}

/** Subscriptions that have not ended, by id. */
export async function listSubscriptions(db: Db): Promise<SubscriptionRow[]> {
  return await db.query<SubscriptionRow>(
    `select s.id, s.channel_id, c.name as channel, c.kind as channel_kind, s.user_id, u.name as user_name, s.role, s.kinds, s.level, s.districts,
       s.quiet_from, s.quiet_to, s.digest_at, s.language, s.created_at, s.version, s.updated_by
     from notice_subscriptions s join notice_channels c on c.id = s.channel_id left join users u on u.id = s.user_id
     where s.ended_at is null order by s.id`,
    [],
    { priority: 'read' },
  );
}

/** A subscription to enter, or to put in another's place. Minutes are of the Beijing day. */
export interface NewSubscription {
  readonly channelId: number;
  readonly userId: number | null;
  readonly role: RoleName | null;
  readonly kinds: readonly NoticeKind[];
  readonly level: string;
  readonly districts: readonly string[] | null;
  readonly quietFrom: number | null;
  readonly quietTo: number | null;
  readonly digestAt: number;
  readonly language: 'zh' | 'en';
  readonly by: string;
  readonly nowMs: number;
}

function subscriptionParams(s: NewSubscription): unknown[] {
  const districts = s.districts === null ? null : [...s.districts];
  return [s.channelId, s.userId, s.role, [...s.kinds], s.level, districts, s.quietFrom, s.quietTo, s.digestAt, s.language, s.by];
}

/** Enters a subscription: what happens from now on is told. */
export async function insertSubscription(db: Db, subscription: NewSubscription): Promise<{ id: number } | undefined> {
  const [row] = await db.query<{ id: number }>(
    `insert into notice_subscriptions (channel_id, user_id, role, kinds, level, districts, quiet_from, quiet_to, digest_at, language, updated_by, created_at, updated_at)
     values ($1::int, $2::int, $3::text, $4::text[], $5::text, $6::text[], $7::int, $8::int, $9::int, $10::text, $11::text, $12::timestamptz, $12::timestamptz) returning id`,
    [...subscriptionParams(subscription), new Date(subscription.nowMs)],
    { priority: 'write' },
  );
  return row;
}

/** Changes a subscription over version `seen`; undefined: it has ended, or somebody was faster. */
export async function changeSubscription(
  db: Db,
  id: number,
  seen: number,
  subscription: NewSubscription,
): Promise<{ id: number } | undefined> {
  const [row] = await db.query<{ id: number }>(
    `update notice_subscriptions set channel_id = $1::int, user_id = $2::int, role = $3::text, kinds = $4::text[], level = $5::text,
       districts = $6::text[], quiet_from = $7::int, quiet_to = $8::int, digest_at = $9::int, language = $10::text, updated_by = $11::text,
       updated_at = $12::timestamptz, version = version + 1
     where id = $13::int and version = $14::int and ended_at is null returning id`,
    [...subscriptionParams(subscription), new Date(subscription.nowMs), id, seen],
    { priority: 'write' },
  );
  return row;
}

/** Ends a subscription; what waits in the outbox is still sent. */
export async function endSubscription(db: Db, id: number, by: string, nowMs: number): Promise<{ id: number } | undefined> {
  const [row] = await db.query<{ id: number }>(
    'update notice_subscriptions set ended_at = $2::timestamptz, updated_by = $3::text, version = version + 1 where id = $1::int and ended_at is null returning id',
    [id, new Date(nowMs), by],
    { priority: 'write' },
  );
  return row;
}

import type { Db, Step } from '../db.ts';
import type { Districts } from './districts.ts';
import { within } from './districts.ts';
import { leaseOf } from './lease.ts';
import type { ChannelKind, NoticeKind } from './notice-settings.ts';

/** The lease of scanning and sending: one process at a time. */
export const { take: takeNoticeLease, holdStep: holdNoticeLeaseStep, giveBack: returnNoticeLease } = leaseOf('notice_worker');

/** A message to write down. Times are epoch milliseconds; minutes are of the Beijing day. */
export interface NewMessage {
  /** SHA-256 of channel, recipient and cause. */
  readonly key: string;
  readonly messageId: string;
  readonly subscriptionId: number;
  readonly channelId: number;
  readonly recipient: string;
  readonly kind: string;
  readonly subject: string;
  readonly body: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly vehicleId: number | null;
  readonly createdMs: number;
  readonly nextMs: number;
  readonly quietFrom: number | null;
  readonly quietTo: number | null;
}

/** Which of these keys are in the outbox already. */
export async function knownKeys(db: Db, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await db.query<{ key: string }>('select key from notice_outbox where key = any($1::text[])', [[...keys]], {
    priority: 'job',
  });
  return new Set(rows.map(({ key }) => key));
}

/** Writes messages down; one whose key is known is left out. */
export function insertMessagesStep(messages: readonly NewMessage[]): Step {
  const rows = messages.map((m) => ({
    key: m.key,
    message_id: m.messageId,
    subscription_id: m.subscriptionId,
    channel_id: m.channelId,
    recipient: m.recipient,
    kind: m.kind,
    subject: m.subject,
    body: m.body,
    event: m.event,
    vehicle_id: m.vehicleId,
    created_at: new Date(m.createdMs).toISOString(),
    next_at: new Date(m.nextMs).toISOString(),
    quiet_from: m.quietFrom,
    quiet_to: m.quietTo,
  }));
  return {
    sql: `insert into notice_outbox (key, message_id, subscription_id, channel_id, recipient, kind, subject, body, event, vehicle_id, created_at, next_at, quiet_from, quiet_to)
      select key, message_id, subscription_id, channel_id, recipient, kind, subject, body, event, vehicle_id, created_at, next_at, quiet_from, quiet_to
      from jsonb_to_recordset($1::jsonb) as r (key text, message_id text, subscription_id int, channel_id int, recipient text, kind text, subject text,
        body text, event jsonb, vehicle_id int, created_at timestamptz, next_at timestamptz, quiet_from int, quiet_to int)
      on conflict (key) do nothing`,
    params: [JSON.stringify(rows)],
  };
}

/** A message that is to be sent now. */
export interface DueMessage {
  id: number;
  message_id: string;
  channel_id: number;
  recipient: string;
  subject: string;
  body: string;
  event: Record<string, unknown>;
  attempts: number;
  created_at: Date;
  quiet_from: number | null;
  quiet_to: number | null;
}

/** Messages whose time has come, the longest waiting first. Those of a channel that is switched off, or is among `withoutChannels`, wait. */
export async function dueMessages(
  db: Db,
  nowMs: number,
  limit: number,
  withoutChannels: readonly number[],
): Promise<DueMessage[]> {
  return await db.query<DueMessage>(
    `select o.id, o.message_id, o.channel_id, o.recipient, o.subject, o.body, o.event, o.attempts, o.created_at, o.quiet_from, o.quiet_to
     from notice_outbox o join notice_channels c on c.id = o.channel_id
     where o.state = 'waiting' and o.next_at <= $1::timestamptz and c.enabled and not (o.channel_id = any($3::int[]))
     order by o.next_at, o.id limit $2::int`,
    [new Date(nowMs), limit, [...withoutChannels]],
    { priority: 'job' },
  );
}

/** Puts a message off, for its quiet hours. */
export function holdMessageStep(id: number, nextMs: number): Step {
  return {
    sql: `update notice_outbox set next_at = $2::timestamptz where id = $1::int8 and state = 'waiting'`,
    params: [id, new Date(nextMs)],
  };
}

/** Notes that an attempt begins, before anything leaves; should the process end, the next one follows at `nextMs`. */
export function beginAttemptSteps(message: DueMessage, nowMs: number, nextMs: number): Step[] {
  return [
    {
      sql: `update notice_outbox set attempts = attempts + 1, next_at = $3::timestamptz where id = $1::int8 and attempts = $2::int and state = 'waiting'`,
      params: [message.id, message.attempts, new Date(nextMs)],
      expect: 1,
    },
    {
      sql: 'insert into notice_attempts (outbox_id, n, at) values ($1::int8, $2::int, $3::timestamptz)',
      params: [message.id, message.attempts + 1, new Date(nowMs)],
    },
  ];
}

/** How an attempt ended. */
export interface AttemptEnd {
  readonly id: number;
  readonly n: number;
  readonly ok: boolean;
  readonly answer: string;
  readonly tookMs: number;
  readonly state: 'waiting' | 'sent' | 'givenUp';
  readonly nowMs: number;
  /** When the next attempt follows. */
  readonly nextMs: number;
}

/** Notes how an attempt ended and what follows. */
export function endAttemptSteps(end: AttemptEnd): Step[] {
  return [
    {
      sql: 'update notice_attempts set ok = $3::boolean, answer = $4::text, took_ms = $5::int where outbox_id = $1::int8 and n = $2::int',
      params: [end.id, end.n, end.ok, end.answer, end.tookMs],
    },
    {
      sql: `update notice_outbox set state = $2::text, next_at = $3::timestamptz, finished_at = case when $2::text = 'waiting' then null else $4::timestamptz end
        where id = $1::int8`,
      params: [end.id, end.state, new Date(end.nextMs), new Date(end.nowMs)],
    },
  ];
}

/** Has a message sent now, whatever became of it. Undefined: there is no such message. */
export async function resendMessage(db: Db, id: number, nowMs: number): Promise<{ id: number } | undefined> {
  const [row] = await db.query<{ id: number }>(
    `update notice_outbox set state = 'waiting', next_at = $2::timestamptz, finished_at = null, quiet_from = null, quiet_to = null where id = $1::int8 returning id`,
    [id, new Date(nowMs)],
    { priority: 'write' },
  );
  return row;
}

/** A message as the outbox page lists it, with its attempts as JSON. */
export interface OutboxRow {
  id: number;
  message_id: string;
  channel: string;
  channel_kind: ChannelKind;
  channel_enabled: boolean;
  recipient: string;
  kind: NoticeKind;
  subject: string;
  body: string;
  event: Record<string, unknown>;
  vehicle_id: number | null;
  created_at: Date;
  state: 'waiting' | 'sent' | 'givenUp';
  attempts: number;
  next_at: Date;
  finished_at: Date | null;
  tries: readonly { n: number; at: string; ok: boolean | null; answer: string | null; tookMs: number | null }[];
}

/** What of the outbox is asked for. */
export interface OutboxQuery {
  readonly state: string | undefined;
  readonly kind: string | undefined;
  readonly before: number | undefined;
  readonly districts: Districts;
  readonly limit: number;
}

/** Messages, the newest first. Who has districts sees those about trucks in them. */
export async function listOutbox(db: Db, q: OutboxQuery): Promise<OutboxRow[]> {
  return await db.query<OutboxRow>(
    `select o.id, o.message_id, c.name as channel, c.kind as channel_kind, c.enabled as channel_enabled, o.recipient, o.kind, o.subject, o.body, o.event, o.vehicle_id,
       o.created_at, o.state, o.attempts, o.next_at, o.finished_at,
       coalesce((select jsonb_agg(jsonb_build_object('n', a.n, 'at', a.at, 'ok', a.ok, 'answer', a.answer, 'tookMs', a.took_ms) order by a.n)
         from notice_attempts a where a.outbox_id = o.id), '[]') as tries
     from notice_outbox o join notice_channels c on c.id = o.channel_id left join vehicles v on v.id = o.vehicle_id
     where ${within('v.district', '$1')} and ($2::text is null or o.state = $2::text) and ($3::text is null or o.kind = $3::text)
       and ($4::int8 is null or o.id < $4::int8)
     order by o.id desc limit $5::int`,
    [q.districts === null ? null : [...q.districts], q.state ?? null, q.kind ?? null, q.before ?? null, q.limit],
    { priority: 'read' },
  );
}

/** How many messages there are by state, and since when the oldest waits whose time has come. */
export async function countOutbox(
  db: Db,
  nowMs: number,
): Promise<{ waiting: number; held: number; sent: number; givenUp: number; oldestMs: number | null }> {
  const [row] = await db.query<{ waiting: number; held: number; sent: number; given_up: number; oldest: Date | null }>(
    `select count(*) filter (where state = 'waiting')::int as waiting, count(*) filter (where state = 'waiting' and next_at > $1::timestamptz and attempts = 0)::int as held,
       count(*) filter (where state = 'sent')::int as sent, count(*) filter (where state = 'givenUp')::int as given_up,
       min(created_at) filter (where state = 'waiting' and (attempts > 0 or next_at <= $1::timestamptz)) as oldest from notice_outbox`,
    [new Date(nowMs)],
    { priority: 'job' },
  );
  return {
    waiting: row?.waiting ?? 0,
    held: row?.held ?? 0,
    sent: row?.sent ?? 0,
    givenUp: row?.given_up ?? 0,
    oldestMs: row?.oldest?.getTime() ?? null,
  };
}

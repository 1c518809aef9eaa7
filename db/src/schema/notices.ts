import { boolean, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { identity, int8, LEVELS, moment } from './columns.ts';

// What is told to whom, and over which channel.

export const notice_addresses = pgTable('notice_addresses', {
  user_id: integer('user_id').primaryKey(),
  email: text('email'),
  phone: text('phone'),
  updated_at: moment('updated_at').notNull().defaultNow(),
  updated_by: text('updated_by').notNull(),
});

export const notice_channels = pgTable('notice_channels', {
  id: integer('id').generatedAlwaysAsIdentity().primaryKey(),
  kind: text('kind', { enum: ['email', 'webhook', 'sms', 'wecom'] }).notNull(),
  name: text('name').notNull(),
  config: jsonb('config').$type<Record<string, unknown>>().notNull(),
  secret: text('secret'),
  enabled: boolean('enabled').notNull().default(true),
  version: integer('version').notNull().default(1),
  updated_at: moment('updated_at').notNull().defaultNow(),
  updated_by: text('updated_by').notNull(),
});

export const notice_subscriptions = pgTable('notice_subscriptions', {
  id: integer('id').generatedAlwaysAsIdentity().primaryKey(),
  channel_id: integer('channel_id').notNull(),
  user_id: integer('user_id'),
  role: text('role', { enum: ['officer', 'analyst', 'administrator', 'auditor'] }),
  kinds: text('kinds').array().notNull(),
  level: text('level', { enum: LEVELS }).notNull().default('probable'),
  districts: text('districts').array(),
  quiet_from: integer('quiet_from'),
  quiet_to: integer('quiet_to'),
  digest_at: integer('digest_at').notNull().default(480),
  language: text('language', { enum: ['zh', 'en'] })
    .notNull()
    .default('zh'),
  created_at: moment('created_at').notNull().defaultNow(),
  version: integer('version').notNull().default(1),
  updated_at: moment('updated_at').notNull().defaultNow(),
  updated_by: text('updated_by').notNull(),
  ended_at: moment('ended_at'),
});

export const notice_outbox = pgTable('notice_outbox', {
  id: identity(),
  key: text('key').notNull(),
  message_id: text('message_id').notNull(),
  subscription_id: integer('subscription_id').notNull(),
  channel_id: integer('channel_id').notNull(),
  recipient: text('recipient').notNull(),
  kind: text('kind').notNull(),
  subject: text('subject').notNull(),
  body: text('body').notNull(),
  event: jsonb('event').$type<Record<string, unknown>>().notNull(),
  vehicle_id: integer('vehicle_id'),
  created_at: moment('created_at').notNull(),
  state: text('state', { enum: ['waiting', 'sent', 'givenUp'] })
    .notNull()
    .default('waiting'),
  attempts: integer('attempts').notNull().default(0),
  next_at: moment('next_at').notNull(),
  finished_at: moment('finished_at'),
  quiet_from: integer('quiet_from'),
  quiet_to: integer('quiet_to'),
});

export const notice_attempts = pgTable(
  'notice_attempts',
  {
    outbox_id: int8('outbox_id').notNull(),
    n: integer('n').notNull(),
    at: moment('at').notNull(),
    ok: boolean('ok'),
    answer: text('answer'),
    took_ms: integer('took_ms'),
  },
  (table) => [primaryKey({ columns: [table.outbox_id, table.n] })],
);

export const notice_troubles = pgTable('notice_troubles', {
  name: text('name').primaryKey(),
  since: moment('since').notNull(),
  detail: text('detail').notNull(),
});

export const notice_worker = pgTable('notice_worker', {
  one: boolean('one').primaryKey().default(true),
  holder: text('holder').notNull(),
  until: moment('until').notNull(),
});

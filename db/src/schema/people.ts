import { boolean, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea, identity, int8, moment } from './columns.ts';

// Who may do what, what was set, and the trail of it.

export const sessions = pgTable('sessions', {
  token_hash: bytea('token_hash').primaryKey(),
  created_at: moment('created_at').notNull().defaultNow(),
  last_seen_at: moment('last_seen_at').notNull().defaultNow(),
  expires_at: moment('expires_at').notNull(),
  id: int8('id').notNull().generatedAlwaysAsIdentity(),
  user_id: integer('user_id'),
  address: text('address'),
  user_agent: text('user_agent'),
});

export const users = pgTable('users', {
  id: integer('id').generatedAlwaysAsIdentity().primaryKey(),
  name: text('name').notNull(),
  display_name: text('display_name').notNull(),
  role: text('role', { enum: ['officer', 'analyst', 'administrator', 'auditor'] }).notNull(),
  districts: text('districts').array(),
  password_hash: text('password_hash'),
  password_history: text('password_history').array().notNull().default([]),
  password_set_at: moment('password_set_at'),
  enrolled_at: moment('enrolled_at'),
  disabled_at: moment('disabled_at'),
  link_hash: bytea('link_hash'),
  link_expires_at: moment('link_expires_at'),
  totp_secret: bytea('totp_secret'),
  totp_confirmed_at: moment('totp_confirmed_at'),
  totp_last_step: int8('totp_last_step').notNull().default(0),
  last_sign_in_at: moment('last_sign_in_at'),
  created_at: moment('created_at').notNull().defaultNow(),
  version: integer('version').notNull().default(1),
});

export const recovery_codes = pgTable(
  'recovery_codes',
  { user_id: integer('user_id').notNull(), code_hash: bytea('code_hash').notNull(), used_at: moment('used_at') },
  (table) => [primaryKey({ columns: [table.user_id, table.code_hash] })],
);

export const devices = pgTable(
  'devices',
  {
    token_hash: bytea('token_hash').notNull(),
    user_id: integer('user_id').notNull(),
    created_at: moment('created_at').notNull().defaultNow(),
    last_used_at: moment('last_used_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.token_hash, table.user_id] })],
);

export const api_tokens = pgTable('api_tokens', {
  id: identity(),
  user_id: integer('user_id').notNull(),
  name: text('name').notNull(),
  token_hash: bytea('token_hash').notNull(),
  permissions: text('permissions').array().notNull(),
  created_at: moment('created_at').notNull().defaultNow(),
  expires_at: moment('expires_at').notNull(),
  last_used_at: moment('last_used_at'),
  last_address: text('last_address'),
  revoked_at: moment('revoked_at'),
});

export const sign_in_throttle = pgTable('sign_in_throttle', {
  key: bytea('key').primaryKey(),
  kind: text('kind', { enum: ['pair', 'address', 'account', 'device'] }).notNull(),
  user_id: integer('user_id'),
  failures: integer('failures').notNull(),
  last_at: moment('last_at').notNull(),
  blocked_until: moment('blocked_until'),
});

export const settings = pgTable('settings', {
  key: text('key').primaryKey(),
  value: jsonb('value').$type<unknown>().notNull(),
  version: integer('version').notNull().default(1),
  updated_at: moment('updated_at').notNull().defaultNow(),
  updated_by: text('updated_by').notNull(),
});

export const saved_views = pgTable('saved_views', {
  id: identity(),
  owner: text('owner').notNull(),
  name: text('name').notNull(),
  page: text('page', { enum: ['explorer', 'ranking', 'map', 'guidance'] }).notNull(),
  query: text('query').notNull(),
  shared: boolean('shared').notNull().default(false),
  created_at: moment('created_at').notNull().defaultNow(),
  updated_at: moment('updated_at').notNull().defaultNow(),
});

export const audit_head = pgTable('audit_head', {
  one: boolean('one').primaryKey().default(true),
  seq: int8('seq').notNull(),
  hash: bytea('hash').notNull(),
});

export const audit = pgTable('audit', {
  seq: int8('seq').primaryKey(),
  at: moment('at').notNull(),
  actor_kind: text('actor_kind', { enum: ['person', 'token', 'setup', 'service', 'stranger', 'system'] }).notNull(),
  actor_id: int8('actor_id'),
  actor: text('actor').notNull(),
  address: text('address'),
  action: text('action').notNull(),
  object_kind: text('object_kind'),
  object_id: text('object_id'),
  outcome: text('outcome', { enum: ['done', 'refused'] }).notNull(),
  detail: text('detail').notNull().default('{}'),
  prev_hash: bytea('prev_hash').notNull(),
  hash: bytea('hash').notNull(),
});

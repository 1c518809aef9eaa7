import { boolean, date, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { bytea, identity, int8, moment } from './columns.ts';

// Trucks, their terminals, when they are laid up, and the demonstration.

export const vehicles = pgTable('vehicles', {
  id: integer('id').generatedAlwaysAsIdentity().primaryKey(),
  vin: text('vin').notNull(),
  plate: text('plate').notNull(),
  plate_color: text('plate_color'),
  district: text('district'),
  enterprise: text('enterprise'),
  use_type: text('use_type'),
  fitted_at: moment('fitted_at').notNull().defaultNow(),
  demo: boolean('demo').notNull().default(false),
  created_at: moment('created_at').notNull().defaultNow(),
});

export const vehicle_parameters = pgTable('vehicle_parameters', {
  id: identity(),
  vehicle_id: integer('vehicle_id').notNull(),
  valid_from: moment('valid_from').notNull(),
  recorded_at: moment('recorded_at').notNull().defaultNow(),
  recorded_by: text('recorded_by').notNull(),
  values: jsonb('values').$type<Record<string, string | number>>().notNull(),
});

export const terminals = pgTable('terminals', {
  id: text('id').primaryKey(),
  secret_hash: bytea('secret_hash').notNull(),
  previous_secret_hash: bytea('previous_secret_hash'),
  previous_valid_until: moment('previous_valid_until'),
  vendor: text('vendor'),
  model: text('model'),
  firmware: text('firmware'),
  iccid: text('iccid'),
  profile: jsonb('profile').$type<Record<string, unknown>>().notNull().default({}),
  demo: boolean('demo').notNull().default(false),
  created_at: moment('created_at').notNull().defaultNow(),
  revoked_at: moment('revoked_at'),
});

export const assignments = pgTable('assignments', {
  id: identity(),
  terminal_id: text('terminal_id').notNull(),
  vehicle_id: integer('vehicle_id').notNull(),
  valid_from: moment('valid_from').notNull(),
  valid_to: moment('valid_to'),
});

export const registry_state = pgTable('registry_state', {
  one: boolean('one').primaryKey().default(true),
  version: int8('version').notNull(),
});

export const lay_ups = pgTable('lay_ups', {
  id: identity(),
  vehicle_id: integer('vehicle_id').notNull(),
  valid_from: date('valid_from').notNull(),
  valid_to: date('valid_to'),
  reason: text('reason').notNull(),
  recorded_by: text('recorded_by').notNull(),
  recorded_at: moment('recorded_at').notNull().defaultNow(),
  note: text('note'),
  version: integer('version').notNull().default(1),
});

export const lay_up_events = pgTable('lay_up_events', {
  id: identity(),
  lay_up_id: int8('lay_up_id').notNull(),
  vehicle_id: integer('vehicle_id').notNull(),
  at: moment('at').notNull(),
  actor: text('actor').notNull(),
  kind: text('kind', { enum: ['entered', 'changed', 'removed'] }).notNull(),
  valid_from: date('valid_from').notNull(),
  valid_to: date('valid_to'),
  reason: text('reason').notNull(),
  note: text('note'),
});

export const demo = pgTable('demo', {
  one: boolean('one').primaryKey().default(true),
  wanted: boolean('wanted').notNull(),
  seed: integer('seed').notNull(),
  history_from: moment('history_from').notNull(),
  live_from: moment('live_from').notNull(),
  written: text('written').array().notNull(),
});

import { date, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { identity, int8, LEVELS, moment } from './columns.ts';

// What was found, what officers decided on it, and the evidence of it.

export const findings = pgTable('findings', {
  id: text('id').primaryKey(),
  vehicle_id: integer('vehicle_id').notNull(),
  rule: text('rule').notNull(),
  day: date('day').notNull(),
  level: text('level', { enum: LEVELS }).notNull(),
  cause: text('cause').notNull(),
  version: text('version').notNull(),
  class: text('class', { enum: ['A', 'B', 'C'] }),
  detail: jsonb('detail').$type<Record<string, unknown>>().notNull(),
  opened_at: moment('opened_at').notNull().defaultNow(),
  updated_at: moment('updated_at').notNull().defaultNow(),
  withdrawn_at: moment('withdrawn_at'),
  withdrawn_why: jsonb('withdrawn_why').$type<Record<string, unknown>>(),
});

export const leads = pgTable('leads', {
  id: text('id').primaryKey(),
  vehicle_id: integer('vehicle_id').notNull(),
  cause: text('cause').notNull(),
  level: text('level', { enum: LEVELS }).notNull(),
  first_day: date('first_day').notNull(),
  last_day: date('last_day').notNull(),
  findings: text('findings').array().notNull(),
  state: text('state', { enum: ['open', 'closed', 'withdrawn'] }).notNull(),
  closed_day: date('closed_day'),
  clear_days: integer('clear_days').notNull().default(0),
  opened_at: moment('opened_at').notNull().defaultNow(),
  updated_at: moment('updated_at').notNull().defaultNow(),
});

export const lead_events = pgTable('lead_events', {
  id: identity(),
  lead_id: text('lead_id').notNull(),
  vehicle_id: integer('vehicle_id').notNull(),
  at: moment('at').notNull().defaultNow(),
  kind: text('kind', { enum: ['opened', 'extended', 'withdrawn', 'closed', 'reopened'] }).notNull(),
  reason: text('reason').notNull(),
  detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
});

export const lead_decisions = pgTable('lead_decisions', {
  id: identity(),
  at: moment('at').notNull(),
  actor: text('actor').notNull(),
  kind: text('kind', { enum: ['confirm', 'dismiss', 'reopen', 'assign', 'note', 'snooze', 'undo'] }).notNull(),
  lead_id: text('lead_id').notNull(),
  vehicle_id: integer('vehicle_id').notNull(),
  findings: text('findings').array().notNull(),
  reason: text('reason'),
  note: text('note'),
  assignee: text('assignee'),
  until: date('until'),
  undoes: int8('undoes'),
});

export const finding_triage = pgTable('finding_triage', {
  finding_id: text('finding_id').primaryKey(),
  decision: text('decision', { enum: ['confirmed', 'dismissed'] }),
  reason: text('reason'),
  assignee: text('assignee'),
  snoozed_until: date('snoozed_until'),
  last_id: int8('last_id').notNull(),
  previous: jsonb('previous').$type<Record<string, unknown>>().notNull(),
});

export const evidence_packs = pgTable('evidence_packs', {
  seq: int8('seq').primaryKey(),
  id: text('id').notNull(),
  finding_id: text('finding_id').notNull(),
  created_at: moment('created_at').notNull().defaultNow(),
  created_by: text('created_by').notNull(),
  reason: text('reason').notNull(),
  sha256: text('sha256').notNull(),
  prev_sha256: text('prev_sha256').notNull(),
  file: text('file').notNull(),
});

import { integer, jsonb, pgTable, real, text } from 'drizzle-orm/pg-core';
import { bytea, identity, int8, moment } from './columns.ts';

// Long work that was ordered, and the files that came of it.

export const jobs = pgTable('jobs', {
  id: identity(),
  kind: text('kind').notNull(),
  arguments: jsonb('arguments').$type<Record<string, unknown>>().notNull().default({}),
  state: text('state', { enum: ['queued', 'running', 'done', 'failed', 'cancelled'] })
    .notNull()
    .default('queued'),
  progress: real('progress').notNull().default(0),
  note: text('note'),
  result: jsonb('result').$type<unknown>(),
  error: text('error'),
  created_at: moment('created_at').notNull().defaultNow(),
  started_at: moment('started_at'),
  finished_at: moment('finished_at'),
  ordered_by: text('ordered_by'),
  ordered_by_user: integer('ordered_by_user'),
  attempts: integer('attempts').notNull().default(0),
  due_at: moment('due_at'),
});

export const exports_ = pgTable('exports', {
  job_id: int8('job_id').primaryKey(),
  file: text('file').notNull(),
  name: text('name').notNull(),
  rows: int8('rows').notNull(),
  bytes: int8('bytes').notNull(),
  sha256: bytea('sha256').notNull(),
  columns: jsonb('columns').$type<unknown[]>().notNull(),
  notes: jsonb('notes').$type<string[]>().notNull().default([]),
  made_at: moment('made_at').notNull().defaultNow(),
  expires_at: moment('expires_at').notNull(),
  removed_at: moment('removed_at'),
});

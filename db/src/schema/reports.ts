import { boolean, date, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { identity, int8, moment } from './columns.ts';

// Reports and their frozen revisions.

export const reports = pgTable('reports', {
  id: identity(),
  kind: text('kind', { enum: ['day', 'month', 'year'] }).notNull(),
  from_day: date('from_day').notNull(),
  to_day: date('to_day').notNull(),
  district: text('district'),
  enterprise: text('enterprise'),
  created_at: moment('created_at').notNull().defaultNow(),
  look_at: moment('look_at').notNull(),
  looked_at: moment('looked_at'),
  changed: boolean('changed').notNull().default(false),
  settled_sha256: text('settled_sha256'),
});

export const report_revisions = pgTable('report_revisions', {
  id: identity(),
  report_id: int8('report_id').notNull(),
  revision: integer('revision').notNull(),
  issued_at: moment('issued_at').notNull(),
  issued_by: text('issued_by').notNull(),
  content: text('content').notNull(),
  sha256: text('sha256').notNull(),
  basis: jsonb('basis').$type<unknown>().notNull(),
  basis_sha256: text('basis_sha256').notNull(),
  note: jsonb('note').$type<unknown>(),
});

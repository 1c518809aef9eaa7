import { date, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { identity, int8, moment } from './columns.ts';

// Documents that were issued, and their templates.

const DOCUMENT_KINDS = ['repairNotice', 'rectification', 'caseReport', 'evidenceSheet'] as const;

export const document_templates = pgTable('document_templates', {
  id: identity(),
  kind: text('kind', { enum: DOCUMENT_KINDS }).notNull(),
  version: integer('version').notNull(),
  body: text('body').notNull(),
  note: text('note').notNull(),
  recorded_by: text('recorded_by').notNull(),
  recorded_at: moment('recorded_at').notNull(),
});

export const document_series = pgTable(
  'document_series',
  { kind: text('kind').notNull(), year: integer('year').notNull(), last: integer('last').notNull() },
  (table) => [primaryKey({ columns: [table.kind, table.year] })],
);

export const documents = pgTable('documents', {
  id: identity(),
  case_id: integer('case_id').notNull(),
  kind: text('kind', { enum: DOCUMENT_KINDS }).notNull(),
  number: text('number'),
  series_year: integer('series_year'),
  series_no: integer('series_no'),
  template_version: integer('template_version').notNull(),
  title: text('title').notNull(),
  day: date('day').notNull(),
  issued_at: moment('issued_at').notNull(),
  issued_by: text('issued_by').notNull(),
  working_days: integer('working_days'),
  deadline: date('deadline'),
  pack_id: text('pack_id'),
  facts: jsonb('facts').$type<unknown>().notNull(),
});

export const document_files = pgTable(
  'document_files',
  {
    document_id: int8('document_id').notNull(),
    format: text('format', { enum: ['html', 'docx', 'pdf'] }).notNull(),
    sha256: text('sha256').notNull(),
    bytes: integer('bytes').notNull(),
    made_at: moment('made_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.document_id, table.format] })],
);

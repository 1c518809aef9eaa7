import { boolean, date, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { identity, moment } from './columns.ts';

// Cases from opening to closing, inspections, stations, and the calendar that deadlines are counted by.

export const stations = pgTable('stations', {
  id: integer('id').generatedAlwaysAsIdentity().primaryKey(),
  kind: text('kind', { enum: ['M', 'I'] }).notNull(),
  name: text('name').notNull(),
  licence: text('licence'),
  district: text('district'),
  address: text('address'),
  contact: text('contact'),
  phone: text('phone'),
  retired_at: moment('retired_at'),
  version: integer('version').notNull().default(1),
  created_at: moment('created_at').notNull().defaultNow(),
});

export const calendar_years = pgTable('calendar_years', {
  year: integer('year').primaryKey(),
  source: text('source').notNull(),
  verified: boolean('verified').notNull(),
  updated_at: moment('updated_at').notNull().defaultNow(),
  updated_by: text('updated_by').notNull(),
});

export const calendar_days = pgTable('calendar_days', {
  day: date('day').primaryKey(),
  kind: text('kind', { enum: ['off', 'work'] }).notNull(),
  name_zh: text('name_zh').notNull(),
  name_en: text('name_en').notNull(),
  updated_at: moment('updated_at').notNull().defaultNow(),
  updated_by: text('updated_by').notNull(),
});

export const cases = pgTable('cases', {
  id: integer('id').generatedAlwaysAsIdentity().primaryKey(),
  year: integer('year').notNull(),
  number: integer('number').notNull(),
  vehicle_id: integer('vehicle_id').notNull(),
  type: text('type').notNull(),
  origin: text('origin').notNull(),
  origin_id: text('origin_id'),
  source: text('source').notNull(),
  state: text('state').notNull(),
  priority: text('priority').notNull(),
  officer: text('officer'),
  opened_day: date('opened_day').notNull(),
  opened_at: moment('opened_at').notNull(),
  opened_by: text('opened_by').notNull(),
  due_day: date('due_day'),
  due_for: text('due_for'),
  close_by: date('close_by'),
  objection_due: date('objection_due'),
  closed_day: date('closed_day'),
  closed_reason: text('closed_reason'),
  reopened: integer('reopened').notNull().default(0),
  version: integer('version').notNull().default(1),
  progress: jsonb('progress').$type<unknown>().notNull(),
  trigger: jsonb('trigger').$type<unknown>().notNull(),
  vehicle: jsonb('vehicle').$type<unknown>().notNull(),
  terminal: jsonb('terminal').$type<unknown>(),
  updated_at: moment('updated_at').notNull(),
});

export const case_steps = pgTable('case_steps', {
  id: identity(),
  case_id: integer('case_id').notNull(),
  seq: integer('seq').notNull(),
  kind: text('kind').notNull(),
  day: date('day').notNull(),
  recorded_at: moment('recorded_at').notNull(),
  actor: text('actor').notNull(),
  from_state: text('from_state'),
  to_state: text('to_state').notNull(),
  values: jsonb('values').$type<Record<string, unknown>>().notNull().default({}),
  note: text('note'),
  due_day: date('due_day'),
  due_for: text('due_for'),
});

export const case_findings = pgTable('case_findings', {
  finding_id: text('finding_id').primaryKey(),
  case_id: integer('case_id').notNull(),
  lead_id: text('lead_id').notNull(),
  seq: integer('seq').notNull(),
});

export const case_files = pgTable('case_files', {
  id: text('id').primaryKey(),
  case_id: integer('case_id').notNull(),
  seq: integer('seq').notNull(),
  name: text('name').notNull(),
  type: text('type').notNull(),
  bytes: integer('bytes').notNull(),
  sha256: text('sha256').notNull(),
  at: moment('at').notNull(),
  actor: text('actor').notNull(),
});

export const inspections = pgTable('inspections', {
  id: integer('id').generatedAlwaysAsIdentity().primaryKey(),
  vehicle_id: integer('vehicle_id').notNull(),
  kind: text('kind').notNull(),
  day: date('day').notNull(),
  at_time: text('at_time'),
  place: text('place'),
  organisation: text('organisation').notNull(),
  method: text('method').notNull(),
  values: jsonb('values').$type<unknown>().notNull(),
  measured: text('measured').array().notNull(),
  over: text('over').array().notNull(),
  result: text('result').notNull(),
  report_no: text('report_no'),
  note: text('note'),
  voided: boolean('voided').notNull().default(false),
  version: integer('version').notNull().default(1),
  created_at: moment('created_at').notNull(),
  created_by: text('created_by').notNull(),
  updated_at: moment('updated_at').notNull(),
  updated_by: text('updated_by').notNull(),
});

export const inspection_versions = pgTable(
  'inspection_versions',
  {
    inspection_id: integer('inspection_id').notNull(),
    version: integer('version').notNull(),
    recorded_at: moment('recorded_at').notNull(),
    actor: text('actor').notNull(),
    reason: text('reason'),
    voided: boolean('voided').notNull(),
    facts: jsonb('facts').$type<unknown>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.inspection_id, table.version] })],
);

export const inspection_files = pgTable('inspection_files', {
  id: text('id').primaryKey(),
  inspection_id: integer('inspection_id').notNull(),
  name: text('name').notNull(),
  type: text('type').notNull(),
  bytes: integer('bytes').notNull(),
  sha256: text('sha256').notNull(),
  at: moment('at').notNull(),
  actor: text('actor').notNull(),
});

export const road_checks = pgTable('road_checks', {
  id: integer('id').generatedAlwaysAsIdentity().primaryKey(),
  case_id: integer('case_id').notNull(),
  repaired_day: date('repaired_day').notNull(),
  computed_at: moment('computed_at').notNull(),
  computed_by: text('computed_by').notNull(),
  version: text('version').notNull(),
  verdict: text('verdict').notNull(),
  reason: text('reason').notNull(),
  days_before: integer('days_before').notNull(),
  days_after: integer('days_after').notNull(),
  days_missing: integer('days_missing'),
  inputs: jsonb('inputs').$type<unknown>().notNull(),
  inputs_sha256: text('inputs_sha256').notNull(),
  result: jsonb('result').$type<unknown>().notNull(),
});

import { boolean, date, integer, jsonb, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { SAMPLE_COLUMNS } from '../sample-columns.ts';
import { bytea, identity, int8, moment } from './columns.ts';

// What terminals sent: samples, messages, and what became of each record.

/** The signal columns follow the list that the writer uses. */
const signalColumns = Object.fromEntries(
  SAMPLE_COLUMNS.map(({ name, type }) => [name, type === 'int8' ? int8(name) : integer(name)]),
);

export const samples = pgTable(
  'samples',
  {
    vehicle_id: integer('vehicle_id').notNull(),
    time: moment('time').notNull(),
    ...signalColumns,
    quality: bytea('quality').notNull(),
  },
  (table) => [primaryKey({ columns: [table.vehicle_id, table.time] })],
);

export const vehicle_latest = pgTable('vehicle_latest', {
  vehicle_id: integer('vehicle_id').primaryKey(),
  time: moment('time').notNull(),
  received_at: moment('received_at').notNull(),
  signals: jsonb('signals').$type<Record<string, [raw: number, timeSec: number]>>().notNull(),
});

export const frames = pgTable('frames', {
  terminal_id: text('terminal_id').notNull(),
  received_at: moment('received_at').notNull(),
  first_time: moment('first_time'),
  last_time: moment('last_time'),
  transport: text('transport').notNull(),
  bytes: bytea('bytes').notNull(),
});

export const obd_readings = pgTable(
  'obd_readings',
  {
    vehicle_id: integer('vehicle_id').notNull(),
    time: moment('time').notNull(),
    terminal_id: text('terminal_id').notNull(),
    received_at: moment('received_at').notNull(),
    obd_protocol: smallint('obd_protocol'),
    mil: boolean('mil'),
    supported: integer('supported'),
    ready: integer('ready'),
    vin: text('vin'),
    cal_id: text('cal_id'),
    cvn: bytea('cvn'),
    iupr: integer('iupr').array(),
    dtcs: text('dtcs').array(),
    body: bytea('body').notNull(),
  },
  (table) => [primaryKey({ columns: [table.vehicle_id, table.time] })],
);

export const terminal_events = pgTable('terminal_events', {
  id: identity(),
  terminal_id: text('terminal_id').notNull(),
  vehicle_id: integer('vehicle_id'),
  kind: text('kind', { enum: ['login', 'logout', 'timeSync', 'status', 'tamper'] }).notNull(),
  time: moment('time').notNull(),
  seq: integer('seq'),
  received_at: moment('received_at').notNull(),
  detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
});

export const ledger = pgTable('ledger', {
  id: identity(),
  received_at: moment('received_at').notNull(),
  terminal_id: text('terminal_id').notNull(),
  transport: text('transport').notNull(),
  disposition: text('disposition', { enum: ['rejected', 'quarantined'] }).notNull(),
  code: text('code').notNull(),
  field: text('field').notNull(),
  reason: text('reason').notNull(),
  records: integer('records').notNull(),
  vehicle_id: integer('vehicle_id'),
  vin: text('vin'),
  first_time: moment('first_time'),
  last_time: moment('last_time'),
  byte_count: integer('byte_count').notNull(),
  sha256: bytea('sha256').notNull(),
  bytes: bytea('bytes'),
  decoder: text('decoder').notNull(),
  resolved_at: moment('resolved_at'),
  resolution: text('resolution'),
});

const total = (name: string) => int8(name).notNull().default(0);

export const link_hours = pgTable(
  'link_hours',
  {
    terminal_id: text('terminal_id').notNull(),
    hour: moment('hour').notNull(),
    messages: total('messages'),
    bytes: total('bytes'),
    received: total('received'),
    stored: total('stored'),
    merged: total('merged'),
    duplicate: total('duplicate'),
    rejected: total('rejected'),
    late: total('late'),
    undecoded_bytes: total('undecoded_bytes'),
    unknown_keys: total('unknown_keys'),
    placeholder_vins: total('placeholder_vins'),
  },
  (table) => [primaryKey({ columns: [table.terminal_id, table.hour] })],
);

export const day_conflicts = pgTable(
  'day_conflicts',
  { vehicle_id: integer('vehicle_id').notNull(), day: date('day').notNull(), conflicts: int8('conflicts').notNull() },
  (table) => [primaryKey({ columns: [table.vehicle_id, table.day] })],
);

export const incidents = pgTable('incidents', {
  id: identity(),
  first_at: moment('first_at').notNull(),
  last_at: moment('last_at').notNull(),
  kind: text('kind').notNull(),
  terminal_id: text('terminal_id'),
  address: text('address'),
  detail: text('detail').notNull(),
  count: integer('count').notNull(),
});

export const retention_floors = pgTable('retention_floors', {
  tier: text('tier', { enum: ['frames', 'samples', 'minutes', 'days'] }).primaryKey(),
  before: date('before').notNull(),
  set_at: moment('set_at').notNull().defaultNow(),
  set_by: text('set_by').notNull(),
});

export const writers = pgTable('writers', {
  writer: text('writer').primaryKey(),
  batch: int8('batch').notNull(),
  written_at: moment('written_at').notNull().defaultNow(),
});

import {
  bigint,
  boolean,
  customType,
  date,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import { SAMPLE_COLUMNS } from './sample-columns.ts';

/**
 * The tables for typed queries. The numbered SQL files in migrations/ make them; a test holds both against each other, column by column.
 * Property names are the column names.
 */
const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const int8 = (name: string) => bigint(name, { mode: 'number' });
const identity = () => int8('id').generatedAlwaysAsIdentity().primaryKey();

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

export const sessions = pgTable('sessions', {
  token_hash: bytea('token_hash').primaryKey(),
  created_at: moment('created_at').notNull().defaultNow(),
  last_seen_at: moment('last_seen_at').notNull().defaultNow(),
  expires_at: moment('expires_at').notNull(),
});

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
});

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

export const dirty_days = pgTable(
  'dirty_days',
  {
    vehicle_id: integer('vehicle_id').notNull(),
    day: date('day').notNull(),
    reason: text('reason').notNull(),
    marked_at: moment('marked_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.vehicle_id, table.day] })],
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

export const writers = pgTable('writers', {
  writer: text('writer').primaryKey(),
  batch: int8('batch').notNull(),
  written_at: moment('written_at').notNull().defaultNow(),
});

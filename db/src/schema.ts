import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  date,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import { MINUTE_COLUMNS } from './minute-columns.ts';
import { SAMPLE_COLUMNS } from './sample-columns.ts';
import { SLICE_SUMS, type SliceSum } from './slice-columns.ts';

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
    open_until: moment('open_until'),
    attempts: integer('attempts').notNull().default(0),
    error: text('error'),
    retry_at: moment('retry_at'),
    ordered: boolean('ordered').notNull().default(false),
    judge_until: date('judge_until'),
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

export const truck_minute = pgTable(
  'truck_minute',
  {
    vehicle_id: integer('vehicle_id').notNull(),
    time: moment('time').notNull(),
    ...Object.fromEntries(MINUTE_COLUMNS.map((name) => [name, real(name)])),
    method_class: text('method_class', { enum: ['A', 'B', 'C'] }),
    formula: text('formula').notNull(),
  },
  (table) => [primaryKey({ columns: [table.vehicle_id, table.time] })],
);

const LEVELS = ['event', 'attention', 'fault', 'suspected', 'probable'] as const;

export const truck_day = pgTable(
  'truck_day',
  {
    vehicle_id: integer('vehicle_id').notNull(),
    day: date('day').notNull(),
    until: moment('until').notNull(),
    samples: integer('samples').notNull(),
    first_time: moment('first_time'),
    last_time: moment('last_time'),
    engine_on_s: doublePrecision('engine_on_s'),
    nox_valid_s: doublePrecision('nox_valid_s'),
    distance_km: doublePrecision('distance_km'),
    work_kwh: doublePrecision('work_kwh'),
    fuel_kg: doublePrecision('fuel_kg'),
    nox_g: doublePrecision('nox_g'),
    co2_g: doublePrecision('co2_g'),
    transmission_rate: doublePrecision('transmission_rate'),
    nox_valid_share: doublePrecision('nox_valid_share'),
    p90_g_per_kwh: doublePrecision('p90_g_per_kwh'),
    method_class: text('method_class', { enum: ['A', 'B', 'C'] }),
    conflicts: integer('conflicts').notNull().default(0),
    worst_level: text('worst_level', { enum: LEVELS }),
    formula: text('formula'),
    rules_version: text('rules_version').notNull(),
    settings_id: int8('settings_id'),
    reference_id: text('reference_id'),
    summary: jsonb('summary').$type<unknown>(),
    summary_sha256: bytea('summary_sha256'),
    minutes_sha256: bytea('minutes_sha256'),
    outcomes: jsonb('outcomes').$type<readonly unknown[]>().notNull(),
    outcomes_sha256: bytea('outcomes_sha256').notNull(),
    verdicts: jsonb('verdicts').$type<readonly unknown[]>().notNull(),
    evaluated_at: moment('evaluated_at').notNull().defaultNow(),
    received: integer('received'),
    due: doublePrecision('due'),
    nox_valid_samples: integer('nox_valid_samples'),
    limit_judged: boolean('limit_judged').notNull(),
    over_limit: boolean('over_limit').notNull(),
    over_limit_day: boolean('over_limit_day').notNull(),
    quality: jsonb('quality').$type<unknown>().generatedAlwaysAs(sql`summary -> 'quality'`),
    nox_effective_rate: doublePrecision('nox_effective_rate').generatedAlwaysAs(
      sql`(summary #>> '{quality,channels,noxDownPpm,effectiveRate}')::double precision`,
    ),
    late_share: doublePrecision('late_share').generatedAlwaysAs(sql`(summary #>> '{quality,lateShare}')::double precision`),
    clock_error_s: doublePrecision('clock_error_s').generatedAlwaysAs(
      sql`(summary #>> '{quality,clockErrorS}')::double precision`,
    ),
  },
  (table) => [primaryKey({ columns: [table.vehicle_id, table.day] })],
);

export const truck_sums = pgTable(
  'truck_sums',
  {
    span: text('span', { enum: ['day', 'month'] }).notNull(),
    kind: text('kind').notNull(),
    day: date('day').notNull(),
    vehicle_id: integer('vehicle_id').notNull(),
    bin: smallint('bin').notNull(),
    days: integer('days').notNull(),
    nox_days: integer('nox_days').notNull(),
    ...(Object.fromEntries(SLICE_SUMS.map(([name]) => [name, doublePrecision(name)])) as Record<
      SliceSum,
      ReturnType<typeof doublePrecision<SliceSum>>
    >),
  },
  (table) => [primaryKey({ columns: [table.span, table.kind, table.day, table.vehicle_id, table.bin] })],
);

export const truck_cells = pgTable(
  'truck_cells',
  {
    span: text('span', { enum: ['day', 'month'] }).notNull(),
    day: date('day').notNull(),
    vehicle_id: integer('vehicle_id').notNull(),
    x: integer('x').array().notNull(),
    y: integer('y').array().notNull(),
    hour: integer('hour').array().notNull(),
    passes: integer('passes').array().notNull(),
    seconds: real('seconds').array().notNull(),
    valid_s: real('valid_s').array().notNull(),
    nox_g: real('nox_g').array().notNull(),
    km: real('km').array().notNull(),
    dropped_s: doublePrecision('dropped_s').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.span, table.day, table.vehicle_id] })],
);

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

export const rule_settings = pgTable('rule_settings', {
  id: identity(),
  overrides: jsonb('overrides').$type<Record<string, number>>().notNull(),
  valid_from: date('valid_from').notNull(),
  recorded_by: text('recorded_by').notNull(),
  recorded_at: moment('recorded_at').notNull().defaultNow(),
  note: text('note').notNull().default(''),
});

export const reference_months = pgTable('reference_months', {
  month: text('month').primaryKey(),
  made_at: moment('made_at').notNull().defaultNow(),
  truck_days: integer('truck_days').notNull(),
  formula: text('formula').notNull(),
});

export const fleet_references = pgTable('fleet_references', {
  id: text('id').primaryKey(),
  month: text('month').notNull(),
  engine_model: text('engine_model').notNull(),
  stage: text('stage').notNull(),
  trucks: integer('trucks').notNull(),
  truck_days: integer('truck_days').notNull(),
  reference: jsonb('reference').$type<unknown>().notNull(),
});

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

export const alarms = pgTable('alarms', {
  id: text('id').primaryKey(),
  vehicle_id: integer('vehicle_id').notNull(),
  kind: text('kind', { enum: ['tamper', 'fuelTheft', 'noxSustained', 'ureaEmpty'] }).notNull(),
  started_at: moment('started_at').notNull(),
  raised_at: moment('raised_at').notNull().defaultNow(),
  ended_at: moment('ended_at'),
  detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
});

export const alarm_watch = pgTable('alarm_watch', {
  vehicle_id: integer('vehicle_id').primaryKey(),
  state: jsonb('state').$type<unknown>().notNull(),
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

export const demo = pgTable('demo', {
  one: boolean('one').primaryKey().default(true),
  wanted: boolean('wanted').notNull(),
  seed: integer('seed').notNull(),
  history_from: moment('history_from').notNull(),
  live_from: moment('live_from').notNull(),
  written: text('written').array().notNull(),
});

export const evaluator_state = pgTable('evaluator_state', {
  one: boolean('one').primaryKey().default(true),
  holder: text('holder').notNull(),
  until: moment('until').notNull(),
  scanned_until: date('scanned_until'),
});

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

import { sql } from 'drizzle-orm';
import { boolean, date, doublePrecision, integer, jsonb, pgTable, primaryKey, real, smallint, text } from 'drizzle-orm/pg-core';
import { MINUTE_COLUMNS } from '../minute-columns.ts';
import { SLICE_SUMS, type SliceSum } from '../slice-columns.ts';
import { bytea, identity, int8, LEVELS, moment } from './columns.ts';

// What the evaluator makes of the records, day by day.

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

export const evaluator_state = pgTable('evaluator_state', {
  one: boolean('one').primaryKey().default(true),
  holder: text('holder').notNull(),
  until: moment('until').notNull(),
  scanned_until: date('scanned_until'),
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

-- What terminals sent: original bytes, samples, OBD blocks, control messages. Chunk lengths are set when the database is opened (by engine).
create table samples (
  vehicle_id int4 not null,
  time timestamptz not null,
  "speedKmh" int4,
  "baroKpa" int4,
  "netTorquePct" int4,
  "frictionTorquePct" int4,
  "engineRpm" int4,
  "fuelRateLph" int4,
  "noxUpPpm" int4,
  "noxDownPpm" int4,
  "ureaLevelPct" int4,
  "airFlowKgh" int4,
  "scrInTempC" int4,
  "scrOutTempC" int4,
  "dpfDeltaKpa" int4,
  "coolantTempC" int4,
  "fuelLevelPct" int4,
  "lonDeg" int4,
  "latDeg" int4,
  "odometerKm" int8,
  "pmMgM3" int4,
  "opacityPct" int4,
  "lightAbsorptionPerM" int4,
  "ambientTempC" int4,
  "torqueMode" int4,
  "acceleratorPct" int4,
  "fuelTotalL" int8,
  "ureaTankTempC" int4,
  "ureaInjectionMlh" int8,
  "ureaTotalG" int8,
  "dpfTempC" int4,
  quality bytea not null,
  primary key (vehicle_id, time)
);
--> statement-breakpoint
comment on table samples is 'One truck, one second (time: terminal''s clock, floored to the second, UTC). Integers in the signal''s own resolution (docs/signals.md); samples_units has them in units. A row is written once and only ever gains values.';
--> statement-breakpoint
comment on column samples.quality is '3 bits a signal in catalogue order, least significant first: 0 ok, 1 notSent, 2 na, 3 error, 4 reserved, 5 notReady, 6 outOfRange';
--> statement-breakpoint
select create_hypertable('samples', by_range('time', interval '6 hours'), create_default_indexes => false);
--> statement-breakpoint
create view samples_units as select
  vehicle_id, time,
  "speedKmh" / 256::float8 as "speedKmh",
  "baroKpa" / 2::float8 as "baroKpa",
  "netTorquePct" - 125 as "netTorquePct",
  "frictionTorquePct" - 125 as "frictionTorquePct",
  "engineRpm" / 8::float8 as "engineRpm",
  "fuelRateLph" / 20::float8 as "fuelRateLph",
  ("noxUpPpm" - 4000) / 20::float8 as "noxUpPpm",
  ("noxDownPpm" - 4000) / 20::float8 as "noxDownPpm",
  "ureaLevelPct" * 2 / 5::float8 as "ureaLevelPct",
  "airFlowKgh" / 20::float8 as "airFlowKgh",
  ("scrInTempC" - 8736) / 32::float8 as "scrInTempC",
  ("scrOutTempC" - 8736) / 32::float8 as "scrOutTempC",
  "dpfDeltaKpa" / 10::float8 as "dpfDeltaKpa",
  "coolantTempC" - 40 as "coolantTempC",
  "fuelLevelPct" * 2 / 5::float8 as "fuelLevelPct",
  "lonDeg" / 1000000::float8 as "lonDeg",
  "latDeg" / 1000000::float8 as "latDeg",
  "odometerKm" / 10::float8 as "odometerKm",
  "pmMgM3" / 10::float8 as "pmMgM3",
  "opacityPct" / 10::float8 as "opacityPct",
  "lightAbsorptionPerM" / 100::float8 as "lightAbsorptionPerM",
  ("ambientTempC" - 8736) / 32::float8 as "ambientTempC",
  "torqueMode" as "torqueMode",
  "acceleratorPct" * 2 / 5::float8 as "acceleratorPct",
  "fuelTotalL" / 2::float8 as "fuelTotalL",
  "ureaTankTempC" - 40 as "ureaTankTempC",
  "ureaInjectionMlh" / 100::float8 as "ureaInjectionMlh",
  "ureaTotalG" as "ureaTotalG",
  ("dpfTempC" - 8736) / 32::float8 as "dpfTempC",
  quality
from samples;
--> statement-breakpoint
comment on view samples_units is 'samples in units: km/h, kPa, %, rpm, L/h, ppm, kg/h, °C, degrees WGS-84, km, mg/m³, m⁻¹, L, mL/h, g';
--> statement-breakpoint
create table vehicle_latest (
  vehicle_id int primary key references vehicles (id),
  time timestamptz not null,
  received_at timestamptz not null,
  signals jsonb not null
) with (fillfactor = 50);
--> statement-breakpoint
comment on table vehicle_latest is 'Newest sample time of each truck and, per signal, [newest raw integer, its time in epoch seconds]. Derived from samples; repaired when the service starts.';
--> statement-breakpoint
create table frames (
  terminal_id text not null,
  received_at timestamptz not null,
  first_time timestamptz,
  last_time timestamptz,
  transport text not null,
  bytes bytea not null
);
--> statement-breakpoint
comment on table frames is 'Original bytes of every message that stored at least one record; first_time and last_time span its sample times';
--> statement-breakpoint
select create_hypertable('frames', by_range('received_at', interval '6 hours'), create_default_indexes => false);
--> statement-breakpoint
create index frames_terminal on frames (terminal_id, received_at);
--> statement-breakpoint
create table obd_readings (
  vehicle_id int not null references vehicles (id),
  time timestamptz not null,
  terminal_id text not null,
  received_at timestamptz not null,
  obd_protocol int2,
  mil boolean,
  supported int4,
  ready int4,
  vin text,
  cal_id text,
  cvn bytea,
  iupr int4[],
  dtcs text[],
  body bytea not null,
  primary key (vehicle_id, time)
);
--> statement-breakpoint
comment on column obd_readings.body is 'The block as sent (GB 17691-2018 Annex Q type 01, 96 + 4n bytes): what duplicate and conflict are decided on';
--> statement-breakpoint
create view dtc_events as
  select vehicle_id, regexp_replace(dtc, ' (OC|status) \w+$', '') as code, min(time) as first_seen, max(time) as last_seen, count(*)::int as readings
  from obd_readings cross join lateral unnest(dtcs) as dtc group by 1, 2;
--> statement-breakpoint
comment on view dtc_events is 'Each trouble code a truck ever reported, without its occurrence count and status: first and last time seen, number of OBD readings that carried it';
--> statement-breakpoint
create table terminal_events (
  id bigint generated always as identity primary key,
  terminal_id text not null,
  vehicle_id int,
  kind text not null check (kind in ('login', 'logout', 'timeSync', 'status', 'tamper')),
  time timestamptz not null,
  seq int,
  received_at timestamptz not null,
  detail jsonb not null default '{}',
  unique nulls not distinct (terminal_id, kind, time, seq)
);
--> statement-breakpoint
create index terminal_events_time on terminal_events (received_at);

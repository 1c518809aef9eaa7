-- What statistics rest on: the sums of trucks by day and by month, divided by hour, speed, power, mode and temperature; what a day says of its
-- quality and of limits, as columns; the views that people keep.
create table truck_sums (
  span text not null check (span in ('day', 'month')),
  kind text not null check (kind in ('day', 'hour', 'speed', 'power', 'operation', 'mode', 'ambient')),
  day date not null,
  vehicle_id int not null references vehicles (id),
  bin int2 not null,
  days int not null,
  nox_days int not null,
  engine_on_s float8,
  nox_valid_s float8,
  nox_g float8,
  co2_g float8,
  fuel_kg float8,
  work_kwh float8,
  distance_km float8,
  nox_of_work_g float8,
  work_of_nox_kwh float8,
  nox_of_fuel_g float8,
  fuel_of_nox_kg float8,
  nox_of_distance_g float8,
  distance_of_nox_km float8,
  idle_nox_g float8,
  idle_nox_s float8,
  filled_nox_g float8,
  filled_s float8,
  unfilled_s float8,
  primary key (span, kind, day, vehicle_id, bin)
);
--> statement-breakpoint
comment on table truck_sums is 'Sums of a truck over a Beijing day, and over a month under its first day, by kind and bin. Written by the evaluator in the transaction of the truck-day, months as the sums of their days: a late record reaches both at once. A sum that is not known is null.';
--> statement-breakpoint
comment on column truck_sums.kind is 'day: the whole (bin 0). hour: of the Beijing day. speed: 0 standstill, then steps of 10 km/h. power: 0 overrun, then tenths of the rated. operation: standstill, then 3 power classes in each of 4 speed classes. mode: MOVES operating mode. ambient: lower bound ÷ 5 °C';
--> statement-breakpoint
comment on column truck_sums.days is 'Days with samples in this bin, and of these with a valid NOx mass (nox_days)';
--> statement-breakpoint
comment on column truck_sums.filled_nox_g is 'NOx [g] that missing seconds were filled with (emissions §2.8), of whole days only; filled_s: these seconds; unfilled_s: seconds without a basis to fill';
--> statement-breakpoint
alter table truck_day
  add column received int generated always as ((summary -> 'quality' ->> 'received')::int) stored,
  add column due float8 generated always as ((summary -> 'quality' ->> 'due')::float8) stored,
  add column nox_valid_samples int generated always as ((summary -> 'quality' -> 'channels' -> 'noxDownPpm' -> 'counts' ->> 'valid')::int) stored,
  add column limit_judged boolean not null generated always as (verdicts @> '[{"rule": "R-A3", "outcome": "found"}]' or verdicts @> '[{"rule": "R-A3", "outcome": "clear"}]'
    or verdicts @> '[{"rule": "R-C3", "outcome": "found"}]' or verdicts @> '[{"rule": "R-C3", "outcome": "clear"}]') stored,
  add column over_limit boolean not null generated always as (verdicts @> '[{"rule": "R-A3", "outcome": "found"}]' or verdicts @> '[{"rule": "R-C3", "outcome": "found"}]') stored,
  add column over_limit_day boolean not null generated always as (verdicts @> '[{"rule": "R-A2", "outcome": "found"}]') stored;
--> statement-breakpoint
comment on column truck_day.received is 'Samples of the running engine that came; due: that were due; nox_valid_samples: those that came with a valid downstream NOx';
--> statement-breakpoint
comment on column truck_day.limit_judged is 'R-A3 or R-C3 could be judged; over_limit: one of them spoke; over_limit_day: R-A2 (the day alone) spoke';
--> statement-breakpoint
create index truck_day_quality on truck_day (day, vehicle_id) include (samples, received, due, nox_valid_samples, limit_judged, over_limit, over_limit_day, engine_on_s, nox_valid_s, transmission_rate, nox_valid_share, p90_g_per_kwh);
--> statement-breakpoint
create table saved_views (
  id bigint generated always as identity primary key,
  owner text not null,
  name text not null check (name <> ''),
  page text not null check (page in ('explorer', 'ranking', 'map', 'guidance')),
  query text not null check (length(query) <= 2000),
  shared boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (owner, name)
);
--> statement-breakpoint
comment on table saved_views is 'Views of the statistics that a person keeps: the page and its query. A shared one is seen by everybody who may see statistics, each within the own districts.';

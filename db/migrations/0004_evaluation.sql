-- What the evaluator makes of stored records: minutes and days of trucks, findings, leads, alarms; what it rests on that a person or a month
-- decides: settings, references, lay-ups; evidence packs. All but settings, lay-ups, references and packs can be computed again.
alter table dirty_days add column open_until timestamptz, add column attempts int not null default 0, add column error text, add column retry_at timestamptz,
  add column ordered boolean not null default false, add column judge_until date;
--> statement-breakpoint
alter table dirty_days set (fillfactor = 50);
--> statement-breakpoint
comment on table dirty_days is 'Beijing calendar days of a truck whose records, registry facts or rules may have changed since they were evaluated. The writer marks a day with the records of it that it stores; the evaluator removes a mark that stood unchanged while it read.';
--> statement-breakpoint
comment on column dirty_days.open_until is 'Until then more records of the day may be stored under this mark; null: a mark of its own comes with them';
--> statement-breakpoint
comment on column dirty_days.error is 'Why the last attempt failed; the mark stays, and the day is tried again at retry_at';
--> statement-breakpoint
comment on column dirty_days.ordered is 'A person waits for it: its turn comes at once';
--> statement-breakpoint
comment on column dirty_days.judge_until is 'New figures of this day are written and what they mean for the days after it, up to this one, is not: owed until the mark goes';
--> statement-breakpoint
create function beijing_day(at timestamptz) returns date language sql immutable parallel safe as $$ select (at at time zone interval '8 hours')::date $$;
--> statement-breakpoint
comment on function beijing_day(timestamptz) is 'The Beijing calendar day (UTC+8 throughout) of a time';
--> statement-breakpoint
create table truck_minute (
  vehicle_id int4 not null,
  time timestamptz not null,
  "samples" real,
  "engineOnS" real,
  "noxValidS" real,
  "noxG" real,
  "co2G" real,
  "fuelKg" real,
  "workKwh" real,
  "distanceKm" real,
  "noxOfWorkG" real,
  "workOfNoxKwh" real,
  "noxOfFuelG" real,
  "fuelOfNoxKg" real,
  "noxOfDistanceG" real,
  "distanceOfNoxKm" real,
  "ureaL" real,
  "speedMin" real,
  "speedMean" real,
  "speedMax" real,
  "rpmMin" real,
  "rpmMean" real,
  "rpmMax" real,
  "noxUpMin" real,
  "noxUpMean" real,
  "noxUpMax" real,
  "noxDownMin" real,
  "noxDownMean" real,
  "noxDownMax" real,
  "scrInTempMin" real,
  "scrInTempMean" real,
  "scrInTempMax" real,
  "scrOutTempMin" real,
  "scrOutTempMean" real,
  "scrOutTempMax" real,
  "coolantTempMin" real,
  "coolantTempMean" real,
  "coolantTempMax" real,
  "powerMin" real,
  "powerMean" real,
  "powerMax" real,
  "ureaLevelMin" real,
  "ureaLevelMean" real,
  "ureaLevelMax" real,
  "fuelLevelMin" real,
  "fuelLevelMean" real,
  "fuelLevelMax" real,
  "pmMin" real,
  "pmMean" real,
  "pmMax" real,
  "lonDeg" real,
  "latDeg" real,
  method_class text check (method_class in ('A', 'B', 'C')),
  formula text not null,
  primary key (vehicle_id, time)
);
--> statement-breakpoint
comment on table truck_minute is 'One truck, one minute (UTC) with samples: sums and means of its samples; null where not known. Written whole a Beijing day by the evaluator.';
--> statement-breakpoint
select create_hypertable('truck_minute', by_range('time', interval '7 days'), create_default_indexes => false);
--> statement-breakpoint
create table truck_day (
  vehicle_id int not null references vehicles (id),
  day date not null,
  until timestamptz not null,
  samples int not null,
  first_time timestamptz,
  last_time timestamptz,
  engine_on_s float8,
  nox_valid_s float8,
  distance_km float8,
  work_kwh float8,
  fuel_kg float8,
  nox_g float8,
  co2_g float8,
  transmission_rate float8,
  nox_valid_share float8,
  p90_g_per_kwh float8,
  method_class text check (method_class in ('A', 'B', 'C')),
  conflicts int not null default 0,
  worst_level text check (worst_level in ('event', 'attention', 'fault', 'suspected', 'probable')),
  formula text,
  rules_version text not null,
  settings_id bigint,
  reference_id text,
  summary jsonb,
  summary_sha256 bytea,
  minutes_sha256 bytea,
  outcomes jsonb not null,
  outcomes_sha256 bytea not null,
  verdicts jsonb not null,
  evaluated_at timestamptz not null default now(),
  primary key (vehicle_id, day)
);
--> statement-breakpoint
create index truck_day_day on truck_day (day, vehicle_id);
--> statement-breakpoint
comment on table truck_day is 'One truck, one Beijing calendar day: the summary of its samples (stage 1), one outcome for each rule (stage 2), and key figures of the summary as columns. A day without records has outcomes only.';
--> statement-breakpoint
comment on column truck_day.until is 'End of the time that was looked at: the end of the day, or when the day under way was evaluated';
--> statement-breakpoint
comment on column truck_day.summary_sha256 is 'SHA-256 of the summary as canonical JSON (keys sorted, no spaces)';
--> statement-breakpoint
comment on column truck_day.minutes_sha256 is 'SHA-256 of the rows of truck_minute, as written';
--> statement-breakpoint
comment on column truck_day.verdicts is 'Of each outcome what leads are folded from: outcome, rule, level, cause';
--> statement-breakpoint
comment on column truck_day.engine_on_s is 'Seconds with the engine on';
--> statement-breakpoint
comment on column truck_day.nox_valid_s is 'Seconds of these with a valid NOx mass';
--> statement-breakpoint
comment on column truck_day.distance_km is 'Distance [km]';
--> statement-breakpoint
comment on column truck_day.work_kwh is 'Work of the engine [kWh]';
--> statement-breakpoint
comment on column truck_day.fuel_kg is 'Fuel [kg]';
--> statement-breakpoint
comment on column truck_day.nox_g is 'NOx as NO2 over the seconds with a valid reading [g]';
--> statement-breakpoint
comment on column truck_day.co2_g is 'CO2 [g]';
--> statement-breakpoint
comment on column truck_day.transmission_rate is 'Samples received ÷ samples due, 0 … 1';
--> statement-breakpoint
comment on column truck_day.nox_valid_share is 'Seconds with a valid downstream NOx ÷ seconds with the engine on and the coolant at 70 °C or more, 0 … 1';
--> statement-breakpoint
comment on column truck_day.p90_g_per_kwh is '90th percentile of the valid work windows [g NOx/kWh]; null without valid windows';
--> statement-breakpoint
comment on column truck_day.worst_level is 'Highest level of the day''s findings; null: none';
--> statement-breakpoint
create table rule_settings (
  id bigint generated always as identity primary key,
  overrides jsonb not null,
  valid_from date not null,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  note text not null default ''
);
--> statement-breakpoint
comment on table rule_settings is 'History of what the site changed in the rules'' parameters, by group.name. A Beijing day is judged with the newest recorded row whose valid_from is not after it; without one, with the parameters of the product. Rows are never changed.';
--> statement-breakpoint
create table reference_months (
  month text primary key check (month ~ '^\d{4}-\d{2}$'),
  made_at timestamptz not null default now(),
  truck_days int not null,
  formula text not null
);
--> statement-breakpoint
comment on table reference_months is 'Months whose fleet references were made from the days of the month before. Once made they stay; a month without trucks to compare has none.';
--> statement-breakpoint
create table fleet_references (
  id text primary key,
  month text not null references reference_months (month),
  engine_model text not null,
  stage text not null,
  trucks int not null,
  truck_days int not null,
  reference jsonb not null,
  unique (month, engine_model, stage)
);
--> statement-breakpoint
comment on table fleet_references is 'What trucks of one engine model and stage did in the month before: what some rules compare with. Used from the fourth day of the month to the third of the next.';
--> statement-breakpoint
create table findings (
  id text primary key,
  vehicle_id int not null references vehicles (id),
  rule text not null,
  day date not null,
  level text not null check (level in ('event', 'attention', 'fault', 'suspected', 'probable')),
  cause text not null,
  version text not null,
  class text check (class in ('A', 'B', 'C')),
  detail jsonb not null,
  opened_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  withdrawn_why jsonb,
  unique (vehicle_id, rule, day)
);
--> statement-breakpoint
create index findings_day on findings (day, vehicle_id) where withdrawn_at is null;
--> statement-breakpoint
comment on table findings is 'What a rule found on a truck and a Beijing day. The id is the first 16 hex digits of SHA-256(VIN|rule|day). One that a later evaluation no longer finds is withdrawn, never deleted.';
--> statement-breakpoint
comment on column findings.detail is 'limit, figures, days, stretches, caveats as the rule gave them';
--> statement-breakpoint
comment on column findings.withdrawn_why is 'what caused the evaluation, the outcome that took the finding''s place, the figures before and after';
--> statement-breakpoint
create table leads (
  id text primary key references findings (id),
  vehicle_id int not null references vehicles (id),
  cause text not null,
  level text not null check (level in ('event', 'attention', 'fault', 'suspected', 'probable')),
  first_day date not null,
  last_day date not null,
  findings text[] not null,
  state text not null check (state in ('open', 'closed', 'withdrawn')),
  closed_day date,
  clear_days int not null default 0,
  opened_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
--> statement-breakpoint
create index leads_vehicle on leads (vehicle_id, last_day);
--> statement-breakpoint
create index leads_open on leads (last_day, level) where state = 'open';
--> statement-breakpoint
comment on table leads is 'Findings of one cause on one truck folded into what an officer sees as one row. The id is that of its first finding.';
--> statement-breakpoint
comment on column leads.clear_days is 'Evaluated days without a finding since last_day; after enough of them the lead closes, on closed_day';
--> statement-breakpoint
create table lead_events (
  id bigint generated always as identity primary key,
  lead_id text not null references leads (id),
  vehicle_id int not null references vehicles (id),
  at timestamptz not null default now(),
  kind text not null check (kind in ('opened', 'extended', 'withdrawn', 'closed', 'reopened')),
  reason text not null,
  detail jsonb not null default '{}'
);
--> statement-breakpoint
create index lead_events_lead on lead_events (lead_id, id);
--> statement-breakpoint
comment on table lead_events is 'What became of a lead, in order, with the reason';
--> statement-breakpoint
create table alarms (
  id text primary key,
  vehicle_id int not null references vehicles (id),
  kind text not null check (kind in ('tamper', 'fuelTheft', 'noxSustained', 'ureaEmpty')),
  started_at timestamptz not null,
  raised_at timestamptz not null default now(),
  ended_at timestamptz,
  detail jsonb not null default '{}'
);
--> statement-breakpoint
create index alarms_vehicle on alarms (vehicle_id, started_at);
--> statement-breakpoint
create index alarms_in_force on alarms (kind, vehicle_id) where ended_at is null;
--> statement-breakpoint
comment on table alarms is 'What had to be seen at once, from live samples alone: started_at and ended_at by sample time (null: still in force), raised_at by the server''s clock';
--> statement-breakpoint
create table alarm_watch (
  vehicle_id int primary key references vehicles (id),
  state jsonb not null
) with (fillfactor = 50);
--> statement-breakpoint
comment on table alarm_watch is 'What the live watch of a truck carries from one look to the next, saved once a minute: a restart does not make it forget a tank that stands';
--> statement-breakpoint
create table lay_ups (
  id bigint generated always as identity primary key,
  vehicle_id int not null references vehicles (id),
  valid_from date not null,
  valid_to date,
  reason text not null,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  check (valid_to is null or valid_to > valid_from)
);
--> statement-breakpoint
create index lay_ups_vehicle on lay_ups (vehicle_id, valid_from);
--> statement-breakpoint
comment on table lay_ups is 'Trucks reported laid up (报停): from valid_from until valid_to (exclusive; null: still), Beijing days. They are not called offline.';
--> statement-breakpoint
create table evidence_packs (
  seq bigint primary key,
  id text not null unique,
  finding_id text not null references findings (id),
  created_at timestamptz not null default now(),
  created_by text not null,
  reason text not null,
  sha256 text not null,
  prev_sha256 text not null unique,
  file text not null
);
--> statement-breakpoint
create index evidence_packs_finding on evidence_packs (finding_id);
--> statement-breakpoint
comment on table evidence_packs is 'Packs made of findings, each chained to the one before by its SHA-256; rows are never changed or removed';
--> statement-breakpoint
create table evaluator_state (
  one boolean primary key default true check (one),
  holder text not null,
  until timestamptz not null,
  scanned_until date
) with (fillfactor = 50);
--> statement-breakpoint
comment on table evaluator_state is 'Which process evaluates until when, one at a time: each of its transactions first sees to it that the lease is still its own';
--> statement-breakpoint
comment on column evaluator_state.scanned_until is 'Up to this day no truck has samples of a day that was neither evaluated nor marked';
--> statement-breakpoint
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed', tg_table_name using errcode = '55000';
end $$;
--> statement-breakpoint
create trigger rule_settings_frozen before update or delete on rule_settings for each row execute function refuse_change();
--> statement-breakpoint
create trigger fleet_references_frozen before update on fleet_references for each row execute function refuse_change();
--> statement-breakpoint
create trigger evidence_packs_frozen before update or delete on evidence_packs for each row execute function refuse_change();
--> statement-breakpoint
create function mark_evaluated_days(truck int, first_day date, end_day date, why text) returns void language sql as $$
  -- First those that wait: one that is being evaluated from the facts as they were is not done with that.
  update dirty_days set marked_at = clock_timestamp() where vehicle_id = truck and day >= first_day and day < end_day;
  insert into dirty_days (vehicle_id, day, reason)
  select vehicle_id, day, why from truck_day where vehicle_id = truck and day >= first_day and day < end_day
  on conflict (vehicle_id, day) do update set reason = excluded.reason, marked_at = now(), attempts = 0, error = null, retry_at = null
$$;
--> statement-breakpoint
comment on function mark_evaluated_days(int, date, date, text) is 'Marks the evaluated days of a truck from first_day to before end_day, and those that wait anew, after a fact that they rest on was changed';
--> statement-breakpoint
create function mark_after_parameters() returns trigger language plpgsql as $$
begin
  -- The row that begins first holds for the time before it too.
  perform mark_evaluated_days(new.vehicle_id,
    case when exists (select 1 from vehicle_parameters p where p.vehicle_id = new.vehicle_id and p.valid_from < new.valid_from)
      then beijing_day(new.valid_from) else '-infinity' end,
    'infinity', 'facts of the truck were corrected');
  return null;
end $$;
--> statement-breakpoint
create trigger vehicle_parameters_mark after insert on vehicle_parameters for each row execute function mark_after_parameters();
--> statement-breakpoint
create function mark_after_assignment() returns trigger language plpgsql as $$
declare
  why constant text := 'the terminal''s truck was corrected';
begin
  if tg_op <> 'INSERT' then
    perform mark_evaluated_days(old.vehicle_id, beijing_day(old.valid_from), coalesce(beijing_day(old.valid_to) + 1, 'infinity'), why);
  end if;
  if tg_op <> 'DELETE' then
    perform mark_evaluated_days(new.vehicle_id, beijing_day(new.valid_from), coalesce(beijing_day(new.valid_to) + 1, 'infinity'), why);
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger assignments_mark after insert or update or delete on assignments for each row execute function mark_after_assignment();
--> statement-breakpoint
create function mark_after_lay_up() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    perform mark_evaluated_days(old.vehicle_id, old.valid_from, coalesce(old.valid_to, 'infinity'), 'a lay-up was corrected');
  end if;
  if tg_op <> 'DELETE' then
    perform mark_evaluated_days(new.vehicle_id, new.valid_from, coalesce(new.valid_to, 'infinity'), 'a lay-up was corrected');
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger lay_ups_mark after insert or update or delete on lay_ups for each row execute function mark_after_lay_up();

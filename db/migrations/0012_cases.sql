-- The case, from notice to closing: what the officers follow a truck by. Steps are append-only; the row of a case is what its steps amount to,
-- and its version is their number. Beside it the calendar that deadlines are counted by, and the stations that repair and test.
create table stations (
  id int generated always as identity primary key,
  kind text not null check (kind in ('M', 'I')),
  name text not null,
  licence text,
  district text,
  address text,
  contact text,
  phone text,
  retired_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now()
);
--> statement-breakpoint
create unique index stations_name on stations (kind, name) where retired_at is null;
--> statement-breakpoint
comment on table stations is 'Repair stations (M站) and inspection stations (I站). One that has closed is retired, never removed: cases name it.';
--> statement-breakpoint
comment on column stations.licence is 'Number of its qualification or record with the authority';
--> statement-breakpoint
create table calendar_years (
  year int primary key,
  source text not null,
  verified boolean not null,
  updated_at timestamptz not null default now(),
  updated_by text not null
);
--> statement-breakpoint
comment on table calendar_years is 'Years whose holidays are entered. Of any other year Saturdays and Sundays are taken to be the days off, and answers say so.';
--> statement-breakpoint
comment on column calendar_years.source is 'Where its days come from';
--> statement-breakpoint
comment on column calendar_years.verified is 'Whether somebody held it against the notice itself';
--> statement-breakpoint
create table calendar_days (
  day date primary key,
  kind text not null check (kind in ('off', 'work')),
  name_zh text not null,
  name_en text not null,
  updated_at timestamptz not null default now(),
  updated_by text not null
);
--> statement-breakpoint
comment on table calendar_days is 'Days that differ from the week, or are named: off (法定节假日及调休放假) and work (调休上班)';
--> statement-breakpoint
insert into calendar_years (year, source, verified, updated_by)
select y, '国务院办公厅关于' || y || '年部分节假日安排的通知 (taken from chinese-days 1.5.7, MIT)', false, 'plume' from generate_series(2023, 2026) y;
--> statement-breakpoint
insert into calendar_days (day, kind, name_zh, name_en, updated_by)
select d.day::date, d.kind, d.name_zh, d.name_en, 'plume' from (values
  ('2023-01-01', 'off', '元旦', 'New Year''s Day'),
  ('2023-01-02', 'off', '元旦', 'New Year''s Day'),
  ('2023-01-21', 'off', '春节', 'Spring Festival'),
  ('2023-01-22', 'off', '春节', 'Spring Festival'),
  ('2023-01-23', 'off', '春节', 'Spring Festival'),
  ('2023-01-24', 'off', '春节', 'Spring Festival'),
  ('2023-01-25', 'off', '春节', 'Spring Festival'),
  ('2023-01-26', 'off', '春节', 'Spring Festival'),
  ('2023-01-27', 'off', '春节', 'Spring Festival'),
  ('2023-01-28', 'work', '春节', 'Spring Festival'),
  ('2023-01-29', 'work', '春节', 'Spring Festival'),
  ('2023-04-05', 'off', '清明节', 'Tomb-sweeping Day'),
  ('2023-04-23', 'work', '劳动节', 'Labour Day'),
  ('2023-04-29', 'off', '劳动节', 'Labour Day'),
  ('2023-04-30', 'off', '劳动节', 'Labour Day'),
  ('2023-05-01', 'off', '劳动节', 'Labour Day'),
  ('2023-05-02', 'off', '劳动节', 'Labour Day'),
  ('2023-05-03', 'off', '劳动节', 'Labour Day'),
  ('2023-05-06', 'work', '劳动节', 'Labour Day'),
  ('2023-06-22', 'off', '端午节', 'Dragon Boat Festival'),
  ('2023-06-23', 'off', '端午节', 'Dragon Boat Festival'),
  ('2023-06-24', 'off', '端午节', 'Dragon Boat Festival'),
  ('2023-06-25', 'work', '端午节', 'Dragon Boat Festival'),
  ('2023-09-29', 'off', '中秋节', 'Mid-autumn Festival'),
  ('2023-09-30', 'off', '国庆节', 'National Day'),
  ('2023-10-01', 'off', '国庆节', 'National Day'),
  ('2023-10-02', 'off', '国庆节', 'National Day'),
  ('2023-10-03', 'off', '国庆节', 'National Day'),
  ('2023-10-04', 'off', '国庆节', 'National Day'),
  ('2023-10-05', 'off', '国庆节', 'National Day'),
  ('2023-10-06', 'off', '国庆节', 'National Day'),
  ('2023-10-07', 'work', '国庆节', 'National Day'),
  ('2023-10-08', 'work', '国庆节', 'National Day'),
  ('2024-01-01', 'off', '元旦', 'New Year''s Day'),
  ('2024-02-04', 'work', '春节', 'Spring Festival'),
  ('2024-02-10', 'off', '春节', 'Spring Festival'),
  ('2024-02-11', 'off', '春节', 'Spring Festival'),
  ('2024-02-12', 'off', '春节', 'Spring Festival'),
  ('2024-02-13', 'off', '春节', 'Spring Festival'),
  ('2024-02-14', 'off', '春节', 'Spring Festival'),
  ('2024-02-15', 'off', '春节', 'Spring Festival'),
  ('2024-02-16', 'off', '春节', 'Spring Festival'),
  ('2024-02-17', 'off', '春节', 'Spring Festival'),
  ('2024-02-18', 'work', '春节', 'Spring Festival'),
  ('2024-04-04', 'off', '清明节', 'Tomb-sweeping Day'),
  ('2024-04-05', 'off', '清明节', 'Tomb-sweeping Day'),
  ('2024-04-06', 'off', '清明节', 'Tomb-sweeping Day'),
  ('2024-04-07', 'work', '清明节', 'Tomb-sweeping Day'),
  ('2024-04-28', 'work', '劳动节', 'Labour Day'),
  ('2024-05-01', 'off', '劳动节', 'Labour Day'),
  ('2024-05-02', 'off', '劳动节', 'Labour Day'),
  ('2024-05-03', 'off', '劳动节', 'Labour Day'),
  ('2024-05-04', 'off', '劳动节', 'Labour Day'),
  ('2024-05-05', 'off', '劳动节', 'Labour Day'),
  ('2024-05-11', 'work', '劳动节', 'Labour Day'),
  ('2024-06-10', 'off', '端午节', 'Dragon Boat Festival'),
  ('2024-09-14', 'work', '中秋节', 'Mid-autumn Festival'),
  ('2024-09-15', 'off', '中秋节', 'Mid-autumn Festival'),
  ('2024-09-16', 'off', '中秋节', 'Mid-autumn Festival'),
  ('2024-09-17', 'off', '中秋节', 'Mid-autumn Festival'),
  ('2024-09-29', 'work', '国庆节', 'National Day'),
  ('2024-10-01', 'off', '国庆节', 'National Day'),
  ('2024-10-02', 'off', '国庆节', 'National Day'),
  ('2024-10-03', 'off', '国庆节', 'National Day'),
  ('2024-10-04', 'off', '国庆节', 'National Day'),
  ('2024-10-05', 'off', '国庆节', 'National Day'),
  ('2024-10-06', 'off', '国庆节', 'National Day'),
  ('2024-10-07', 'off', '国庆节', 'National Day'),
  ('2024-10-12', 'work', '国庆节', 'National Day'),
  ('2025-01-01', 'off', '元旦', 'New Year''s Day'),
  ('2025-01-26', 'work', '春节', 'Spring Festival'),
  ('2025-01-28', 'off', '春节', 'Spring Festival'),
  ('2025-01-29', 'off', '春节', 'Spring Festival'),
  ('2025-01-30', 'off', '春节', 'Spring Festival'),
  ('2025-01-31', 'off', '春节', 'Spring Festival'),
  ('2025-02-01', 'off', '春节', 'Spring Festival'),
  ('2025-02-02', 'off', '春节', 'Spring Festival'),
  ('2025-02-03', 'off', '春节', 'Spring Festival'),
  ('2025-02-04', 'off', '春节', 'Spring Festival'),
  ('2025-02-08', 'work', '春节', 'Spring Festival'),
  ('2025-04-04', 'off', '清明节', 'Tomb-sweeping Day'),
  ('2025-04-05', 'off', '清明节', 'Tomb-sweeping Day'),
  ('2025-04-06', 'off', '清明节', 'Tomb-sweeping Day'),
  ('2025-04-27', 'work', '劳动节', 'Labour Day'),
  ('2025-05-01', 'off', '劳动节', 'Labour Day'),
  ('2025-05-02', 'off', '劳动节', 'Labour Day'),
  ('2025-05-03', 'off', '劳动节', 'Labour Day'),
  ('2025-05-04', 'off', '劳动节', 'Labour Day'),
  ('2025-05-05', 'off', '劳动节', 'Labour Day'),
  ('2025-05-31', 'off', '端午节', 'Dragon Boat Festival'),
  ('2025-06-01', 'off', '端午节', 'Dragon Boat Festival'),
  ('2025-06-02', 'off', '端午节', 'Dragon Boat Festival'),
  ('2025-09-28', 'work', '国庆节', 'National Day'),
  ('2025-10-01', 'off', '国庆节', 'National Day'),
  ('2025-10-02', 'off', '国庆节', 'National Day'),
  ('2025-10-03', 'off', '国庆节', 'National Day'),
  ('2025-10-04', 'off', '国庆节', 'National Day'),
  ('2025-10-05', 'off', '国庆节', 'National Day'),
  ('2025-10-06', 'off', '中秋节', 'Mid-autumn Festival'),
  ('2025-10-07', 'off', '国庆节', 'National Day'),
  ('2025-10-08', 'off', '国庆节', 'National Day'),
  ('2025-10-11', 'work', '国庆节', 'National Day'),
  ('2026-01-01', 'off', '元旦', 'New Year''s Day'),
  ('2026-01-02', 'off', '元旦', 'New Year''s Day'),
  ('2026-01-03', 'off', '元旦', 'New Year''s Day'),
  ('2026-01-04', 'work', '元旦', 'New Year''s Day'),
  ('2026-02-14', 'work', '春节', 'Spring Festival'),
  ('2026-02-15', 'off', '春节', 'Spring Festival'),
  ('2026-02-16', 'off', '春节', 'Spring Festival'),
  ('2026-02-17', 'off', '春节', 'Spring Festival'),
  ('2026-02-18', 'off', '春节', 'Spring Festival'),
  ('2026-02-19', 'off', '春节', 'Spring Festival'),
  ('2026-02-20', 'off', '春节', 'Spring Festival'),
  ('2026-02-21', 'off', '春节', 'Spring Festival'),
  ('2026-02-22', 'off', '春节', 'Spring Festival'),
  ('2026-02-23', 'off', '春节', 'Spring Festival'),
  ('2026-02-28', 'work', '春节', 'Spring Festival'),
  ('2026-04-04', 'off', '清明节', 'Tomb-sweeping Day'),
  ('2026-04-05', 'off', '清明节', 'Tomb-sweeping Day'),
  ('2026-04-06', 'off', '清明节', 'Tomb-sweeping Day'),
  ('2026-05-01', 'off', '劳动节', 'Labour Day'),
  ('2026-05-02', 'off', '劳动节', 'Labour Day'),
  ('2026-05-03', 'off', '劳动节', 'Labour Day'),
  ('2026-05-04', 'off', '劳动节', 'Labour Day'),
  ('2026-05-05', 'off', '劳动节', 'Labour Day'),
  ('2026-05-09', 'work', '劳动节', 'Labour Day'),
  ('2026-06-19', 'off', '端午节', 'Dragon Boat Festival'),
  ('2026-06-20', 'off', '端午节', 'Dragon Boat Festival'),
  ('2026-06-21', 'off', '端午节', 'Dragon Boat Festival'),
  ('2026-09-20', 'work', '国庆节', 'National Day'),
  ('2026-09-25', 'off', '中秋节', 'Mid-autumn Festival'),
  ('2026-09-26', 'off', '中秋节', 'Mid-autumn Festival'),
  ('2026-09-27', 'off', '中秋节', 'Mid-autumn Festival'),
  ('2026-10-01', 'off', '国庆节', 'National Day'),
  ('2026-10-02', 'off', '国庆节', 'National Day'),
  ('2026-10-03', 'off', '国庆节', 'National Day'),
  ('2026-10-04', 'off', '国庆节', 'National Day'),
  ('2026-10-05', 'off', '国庆节', 'National Day'),
  ('2026-10-06', 'off', '国庆节', 'National Day'),
  ('2026-10-07', 'off', '国庆节', 'National Day'),
  ('2026-10-10', 'work', '国庆节', 'National Day')
) as d (day, kind, name_zh, name_en);
--> statement-breakpoint
create table cases (
  id int generated always as identity primary key,
  year int not null,
  number int not null,
  vehicle_id int not null references vehicles (id),
  type text not null check (type in ('overLimit', 'urea', 'tank', 'tamper', 'offline', 'fault')),
  origin text not null check (origin in ('lead', 'inspection', 'hand')),
  origin_id text check ((origin_id is not null) = (origin = 'inspection')),
  source text not null check (source in ('remoteObd', 'remoteSensing', 'annualTest', 'roadside', 'depotCheck', 'blackSmoke', 'report', 'other')),
  state text not null check (state in ('verify', 'notice', 'repair', 'retest', 'roadCheck', 'closing', 'penalty', 'laidUp', 'closed')),
  priority text not null check (priority in ('high', 'normal', 'low')),
  officer text,
  opened_day date not null,
  opened_at timestamptz not null,
  opened_by text not null,
  due_day date,
  due_for text,
  close_by date,
  objection_due date,
  closed_day date,
  closed_reason text,
  reopened int not null default 0,
  version int not null default 1,
  progress jsonb not null,
  trigger jsonb not null,
  vehicle jsonb not null,
  terminal jsonb,
  updated_at timestamptz not null,
  unique (year, number),
  check ((closed_day is not null) = (state = 'closed')),
  check ((closed_reason is not null) = (state = 'closed')),
  check ((due_day is null) = (due_for is null))
) with (fillfactor = 70);
--> statement-breakpoint
create unique index cases_one_open on cases (vehicle_id, type) where state <> 'closed';
--> statement-breakpoint
create index cases_vehicle on cases (vehicle_id, opened_day);
--> statement-breakpoint
create index cases_due on cases (due_day) where state <> 'closed';
--> statement-breakpoint
create unique index cases_inspection on cases (origin_id) where origin = 'inspection';
--> statement-breakpoint
comment on table cases is 'One truck, one kind of trouble, from notice to closing. The row is what its steps amount to; of one kind a truck has at most one that is not closed.';
--> statement-breakpoint
comment on column cases.origin is 'What it was opened from: leads of the remote OBD data, the record of an inspection (origin_id), or nothing but an officer''s word';
--> statement-breakpoint
comment on column cases.opened_day is 'Beijing day on which it was opened for the first time';
--> statement-breakpoint
comment on column cases.due_day is 'Beijing day by whose end what due_for names is to be done; null: nothing has a deadline now';
--> statement-breakpoint
comment on column cases.close_by is 'Beijing day by whose end the case is to be closed; null while the truck is laid up';
--> statement-breakpoint
comment on column cases.objection_due is 'Beijing day by whose end the owner''s objection is to be answered; null: none is open';
--> statement-breakpoint
comment on column cases.reopened is 'How often it was opened again after closing';
--> statement-breakpoint
comment on column cases.version is 'Number of its steps: who adds one names the version they saw';
--> statement-breakpoint
comment on column cases.progress is 'What the next step is checked against and no list asks for';
--> statement-breakpoint
comment on column cases.trigger is 'What set it off: pollutant, limit with unit, rule and its version, days, figures, shares of valid data, place, evidence and its hash';
--> statement-breakpoint
comment on column cases.vehicle is 'The truck as it was registered when the case was opened, and what officers added';
--> statement-breakpoint
comment on column cases.terminal is 'The terminal on it then; null: none';
--> statement-breakpoint
create trigger cases_kept before delete on cases for each row execute function refuse_change();
--> statement-breakpoint
create table case_steps (
  id bigint generated always as identity primary key,
  case_id int not null references cases (id),
  seq int not null,
  kind text not null,
  day date not null,
  recorded_at timestamptz not null,
  actor text not null,
  from_state text,
  to_state text not null,
  "values" jsonb not null default '{}',
  note text,
  due_day date,
  due_for text,
  unique (case_id, seq)
);
--> statement-breakpoint
create index case_steps_day on case_steps (day, kind);
--> statement-breakpoint
comment on table case_steps is 'Everything that was done in a case, in order; rows are never changed or removed';
--> statement-breakpoint
comment on column case_steps.day is 'Beijing day on which it happened; recorded_at is when it was entered';
--> statement-breakpoint
comment on column case_steps."values" is 'The fields of its kind, as docs/cases.md lists them';
--> statement-breakpoint
comment on column case_steps.due_day is 'The deadline that was in force after it';
--> statement-breakpoint
create trigger case_steps_frozen before update or delete on case_steps for each row execute function refuse_change();
--> statement-breakpoint
create table case_findings (
  finding_id text primary key references findings (id),
  case_id int not null references cases (id),
  lead_id text not null references findings (id),
  seq int not null,
  foreign key (case_id, seq) references case_steps (case_id, seq)
);
--> statement-breakpoint
create index case_findings_case on case_findings (case_id);
--> statement-breakpoint
comment on table case_findings is 'Findings that a case rests on, with the lead that they were folded into then and the step that brought them; a finding belongs to one case';
--> statement-breakpoint
create trigger case_findings_frozen before update or delete on case_findings for each row execute function refuse_change();
--> statement-breakpoint
create table case_files (
  id text primary key check (id ~ '^[0-9a-f]{32}$'),
  case_id int not null references cases (id),
  seq int not null,
  name text not null,
  type text not null,
  bytes int not null check (bytes > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  at timestamptz not null,
  actor text not null,
  foreign key (case_id, seq) references case_steps (case_id, seq)
);
--> statement-breakpoint
create index case_files_case on case_files (case_id);
--> statement-breakpoint
comment on table case_files is 'Attachments of steps; the bytes lie in files/cases of the data directory under the id';
--> statement-breakpoint
create trigger case_files_frozen before update or delete on case_files for each row execute function refuse_change();

-- Inspections other than the remote OBD data: roadside (路检), remote sensing (遥感), annual (年检), depot (入户), black smoke (黑烟抓拍). A record is
-- corrected or voided, never removed: what it said before stays in inspection_versions. Cases can be opened from it, and its result is held
-- against what the OBD data of the same truck said.
create table inspections (
  id int generated always as identity primary key,
  vehicle_id int not null references vehicles (id),
  kind text not null check (kind in ('roadside', 'remoteSensing', 'annualTest', 'depotCheck', 'blackSmoke')),
  day date not null,
  at_time text check (at_time ~ '^\d{2}:\d{2}$'),
  place text,
  organisation text not null,
  method text not null,
  "values" jsonb not null,
  measured text[] not null,
  over text[] not null check (over <@ measured),
  result text not null check (result in ('passed', 'failed', 'invalid')),
  report_no text,
  note text,
  voided boolean not null default false,
  version int not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null
) with (fillfactor = 80);
--> statement-breakpoint
create unique index inspections_once on inspections (vehicle_id, kind, day, coalesce(at_time, ''), coalesce(report_no, '')) where not voided;
--> statement-breakpoint
create index inspections_day on inspections (day, id);
--> statement-breakpoint
comment on table inspections is 'Inspections of trucks other than the remote OBD data, as they stand after all corrections';
--> statement-breakpoint
comment on column inspections.day is 'Beijing day of the inspection; at_time: HH:mm on a Beijing clock, null: not known';
--> statement-breakpoint
comment on column inspections.organisation is 'Station, team or operator that inspected';
--> statement-breakpoint
comment on column inspections."values" is 'Measured values: item, value, limit, limitSource; units are those of the items (docs/inspections.md)';
--> statement-breakpoint
comment on column inspections.measured is 'Pollutants measured against a limit; over: those of them above it. Computed from values.';
--> statement-breakpoint
comment on column inspections.voided is 'Taken back: entered by mistake. It stays, and counts nowhere.';
--> statement-breakpoint
create trigger inspections_kept before delete on inspections for each row execute function refuse_change();
--> statement-breakpoint
create table inspection_versions (
  inspection_id int not null references inspections (id),
  version int not null,
  recorded_at timestamptz not null,
  actor text not null,
  reason text check ((reason is null) = (version = 1)),
  voided boolean not null,
  facts jsonb not null,
  primary key (inspection_id, version)
);
--> statement-breakpoint
comment on table inspection_versions is 'Everything that a record of an inspection ever said, in order; rows are never changed or removed';
--> statement-breakpoint
create trigger inspection_versions_frozen before update or delete on inspection_versions for each row execute function refuse_change();
--> statement-breakpoint
create table inspection_files (
  id text primary key check (id ~ '^[0-9a-f]{32}$'),
  inspection_id int not null references inspections (id),
  name text not null,
  type text not null,
  bytes int not null check (bytes > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  at timestamptz not null,
  actor text not null
);
--> statement-breakpoint
create index inspection_files_of on inspection_files (inspection_id);
--> statement-breakpoint
comment on table inspection_files is 'Attachments of inspections; the bytes lie in files/inspections of the data directory under the id';
--> statement-breakpoint
create trigger inspection_files_frozen before update or delete on inspection_files for each row execute function refuse_change();
--> statement-breakpoint
create function inspection_moment(day date, at_time text, id int) returns text language sql immutable parallel safe as $$
  select to_char(day, 'YYYYMMDD') || coalesce(at_time, '00:00') || lpad(id::text, 10, '0')
$$;
--> statement-breakpoint
comment on function inspection_moment(date, text, int) is 'Orders the inspections of a truck: by day, time, number';
--> statement-breakpoint
create or replace function refuse_change() returns trigger language plpgsql as $$
declare
  truck int;
begin
  if tg_op = 'DELETE' and current_setting('plume.removing_demo', true) = 'on' then
    truck := (to_jsonb(old) ->> 'vehicle_id')::int;
    -- The history of a case names the case alone, a file its document alone, a version its inspection alone.
    if truck is null and to_jsonb(old) ? 'case_id' then
      select c.vehicle_id into truck from cases c where c.id = (to_jsonb(old) ->> 'case_id')::int;
    end if;
    if truck is null and to_jsonb(old) ? 'document_id' then
      select c.vehicle_id into truck from documents d join cases c on c.id = d.case_id where d.id = (to_jsonb(old) ->> 'document_id')::bigint;
    end if;
    if truck is null and to_jsonb(old) ? 'inspection_id' then
      select i.vehicle_id into truck from inspections i where i.id = (to_jsonb(old) ->> 'inspection_id')::int;
    end if;
    if exists (select 1 from vehicles where id = truck and demo) then
      return old;
    end if;
  end if;
  raise exception 'rows of % are never changed', tg_table_name using errcode = '55000';
end $$;

-- Periods in which a truck is laid up, with everything that was done about them; and what the data quality page reads of a day, beside the
-- summary that it comes from. The second rewrites truck_day once (a site of 36 trucks and a year: some seconds).
alter table lay_ups add column note text;
--> statement-breakpoint
alter table lay_ups add column version int not null default 1;
--> statement-breakpoint
comment on column lay_ups.reason is 'winter, workshop, sold or other';
--> statement-breakpoint
create function refuse_overlapping_lay_up() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from lay_ups l
    where l.id <> new.id and l.vehicle_id = new.vehicle_id
      and l.valid_from < coalesce(new.valid_to, 'infinity'::date) and new.valid_from < coalesce(l.valid_to, 'infinity'::date)
  ) then
    raise exception 'truck % is already laid up at that time', new.vehicle_id using errcode = '23P01';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger lay_ups_no_overlap after insert or update on lay_ups for each row execute function refuse_overlapping_lay_up();
--> statement-breakpoint
create table lay_up_events (
  id bigint generated always as identity primary key,
  lay_up_id bigint not null,
  vehicle_id int not null references vehicles (id),
  at timestamptz not null,
  actor text not null,
  kind text not null check (kind in ('entered', 'changed', 'removed')),
  valid_from date not null,
  valid_to date,
  reason text not null,
  note text
);
--> statement-breakpoint
create index lay_up_events_vehicle on lay_up_events (vehicle_id, id);
--> statement-breakpoint
comment on table lay_up_events is 'Everything that was done about lay-ups, each time as the period stood afterwards (removed: before); rows are never changed';
--> statement-breakpoint
create function note_lay_up() returns trigger language plpgsql as $$
begin
  -- A site that is copied brings its history along.
  if tg_op = 'INSERT' and exists (select 1 from lay_up_events where lay_up_id = new.id) then
    return null;
  end if;
  insert into lay_up_events (lay_up_id, vehicle_id, at, actor, kind, valid_from, valid_to, reason, note)
  values (new.id, new.vehicle_id,
    case when tg_op = 'INSERT' or new.recorded_at is distinct from old.recorded_at then new.recorded_at else clock_timestamp() end,
    new.recorded_by, case tg_op when 'INSERT' then 'entered' else 'changed' end, new.valid_from, new.valid_to, new.reason, new.note);
  return null;
end $$;
--> statement-breakpoint
create trigger lay_ups_note after insert or update on lay_ups for each row execute function note_lay_up();
--> statement-breakpoint
create function next_lay_up_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
--> statement-breakpoint
create trigger lay_ups_version before update on lay_ups for each row execute function next_lay_up_version();
--> statement-breakpoint
insert into lay_up_events (lay_up_id, vehicle_id, at, actor, kind, valid_from, valid_to, reason)
select id, vehicle_id, recorded_at, recorded_by, 'entered', valid_from, valid_to, reason from lay_ups order by id;
--> statement-breakpoint
create trigger lay_up_events_frozen before update or delete on lay_up_events for each row execute function refuse_change();
--> statement-breakpoint
create function mark_lay_up_days(truck int, first_day date, end_day date) returns void language sql as $$
  -- A truck that is back counts as silent from that day on, until it sends: those days rest on the period too.
  select mark_evaluated_days(truck, first_day,
    coalesce((select min(day) from truck_day where vehicle_id = truck and day >= end_day and samples > 0), 'infinity'), 'a lay-up was corrected')
$$;
--> statement-breakpoint
comment on function mark_lay_up_days(int, date, date) is 'Marks the days that rest on a lay-up from first_day to before end_day (null: still): its own, and those after it until the truck sent again';
--> statement-breakpoint
create or replace function mark_after_lay_up() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    perform mark_lay_up_days(old.vehicle_id, old.valid_from, old.valid_to);
  end if;
  if tg_op <> 'DELETE' then
    perform mark_lay_up_days(new.vehicle_id, new.valid_from, new.valid_to);
  end if;
  return null;
end $$;
--> statement-breakpoint
alter table truck_day
  add column quality jsonb generated always as (summary -> 'quality') stored,
  add column nox_effective_rate double precision generated always as ((summary #>> '{quality,channels,noxDownPpm,effectiveRate}')::double precision) stored,
  add column late_share double precision generated always as ((summary #>> '{quality,lateShare}')::double precision) stored,
  add column clock_error_s double precision generated always as ((summary #>> '{quality,clockErrorS}')::double precision) stored;
--> statement-breakpoint
comment on column truck_day.quality is 'The summary''s part about completeness and punctuality, for pages that look at many days';
--> statement-breakpoint
comment on column truck_day.nox_effective_rate is 'Transmission × valid rate of downstream NOx with the engine on, 0 to 1';
--> statement-breakpoint
comment on column truck_day.late_share is 'Share of samples received more than 120 s after their time, 0 to 1';
--> statement-breakpoint
comment on column truck_day.clock_error_s is 'Terminal clock minus receiving clock, s';

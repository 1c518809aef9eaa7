-- The demonstration: which trucks a first start brings and since when they have a history, so that every start drives the same trucks; and the
-- one exception to histories that nobody changes: those of demonstration trucks go with the trucks.
create table demo (
  one boolean primary key default true check (one),
  wanted boolean not null,
  seed int not null,
  history_from timestamptz not null,
  live_from timestamptz not null,
  written text[] not null default '{}'
);
--> statement-breakpoint
comment on table demo is 'The demonstration of this site; no row: there never was one';
--> statement-breakpoint
comment on column demo.wanted is 'Whether a start with simulated trucks drives them; false after they were removed';
--> statement-breakpoint
comment on column demo.history_from is 'Begin of the simulated history, a Beijing midnight';
--> statement-breakpoint
comment on column demo.live_from is 'End of the simulated history: from here on the trucks speak for themselves';
--> statement-breakpoint
comment on column demo.written is 'Terminals whose history is written whole';
--> statement-breakpoint
alter table evidence_packs drop constraint evidence_packs_finding_id_fkey;
--> statement-breakpoint
comment on column evidence_packs.finding_id is 'The finding it was made for. A pack stays in the chain when the demonstration truck that it is about is removed with its findings.';
--> statement-breakpoint
create or replace function refuse_change() returns trigger language plpgsql as $$
declare
  truck int;
begin
  if tg_op = 'DELETE' and current_setting('plume.removing_demo', true) = 'on' then
    truck := (to_jsonb(old) ->> 'vehicle_id')::int;
    -- The history of a case names the case alone.
    if truck is null and to_jsonb(old) ? 'case_id' then
      select c.vehicle_id into truck from cases c where c.id = (to_jsonb(old) ->> 'case_id')::int;
    end if;
    if exists (select 1 from vehicles where id = truck and demo) then
      return old;
    end if;
  end if;
  raise exception 'rows of % are never changed', tg_table_name using errcode = '55000';
end $$;

-- What is no longer kept, tier by tier, and since when that is so.
create table retention_floors (
  tier text primary key check (tier in ('frames', 'samples', 'minutes', 'days')),
  before date not null,
  set_at timestamptz not null default now(),
  set_by text not null
);
--> statement-breakpoint
comment on table retention_floors is 'Per tier (original messages, samples, truck-minutes, truck-days) the Beijing day before which records were dropped, days that something rests on aside. It is written before the first record goes, and never falls.';
--> statement-breakpoint
-- The doors hold records back that would come to where nothing is kept: they learn of it as they do of the registry.
create trigger retention_floors_bump after insert or update on retention_floors for each statement execute function bump_registry();

-- Trucks, terminals and who carried which terminal when; sessions; the job table. Plain tables: small, and every result depends on them.
create table vehicles (
  id int generated always as identity primary key,
  vin text not null unique check (vin ~ '^[A-Z0-9]{17}$'),
  plate text not null check (plate <> ''),
  plate_color text,
  district text,
  enterprise text,
  use_type text,
  fitted_at timestamptz not null default now(),
  demo boolean not null default false,
  created_at timestamptz not null default now()
);
--> statement-breakpoint
comment on table vehicles is 'One truck a row: identity that does not change with time. What results depend on is in vehicle_parameters.';
--> statement-breakpoint
create table vehicle_parameters (
  id bigint generated always as identity primary key,
  vehicle_id int not null references vehicles (id),
  valid_from timestamptz not null,
  recorded_at timestamptz not null default now(),
  recorded_by text not null,
  "values" jsonb not null
);
--> statement-breakpoint
comment on table vehicle_parameters is 'History of registry facts that results depend on: stage, ratedPowerKw, referenceTorqueNm, fuelTankL, ureaTankL, engineModel. The newest recorded row valid at a sample''s time applies; rows are never changed.';
--> statement-breakpoint
create index vehicle_parameters_lookup on vehicle_parameters (vehicle_id, valid_from, recorded_at);
--> statement-breakpoint
create table terminals (
  id text primary key check (id ~ '^[A-Za-z0-9_-]{1,64}$'),
  secret_hash bytea not null,
  previous_secret_hash bytea,
  previous_valid_until timestamptz,
  vendor text,
  model text,
  firmware text,
  iccid text,
  profile jsonb not null default '{}',
  demo boolean not null default false,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
--> statement-breakpoint
comment on column terminals.secret_hash is 'SHA-256 of the 256-bit random device secret; the secret itself is shown once and never stored';
--> statement-breakpoint
comment on column terminals.profile is 'What is particular to this device: recordPeriodS (s), layout (recognition hint)';
--> statement-breakpoint
create table assignments (
  id bigint generated always as identity primary key,
  terminal_id text not null references terminals (id),
  vehicle_id int not null references vehicles (id),
  valid_from timestamptz not null,
  valid_to timestamptz,
  check (valid_to is null or valid_to > valid_from)
);
--> statement-breakpoint
comment on table assignments is 'Which truck carried which terminal: from valid_from (inclusive) until valid_to (exclusive; null: still)';
--> statement-breakpoint
create index assignments_terminal on assignments (terminal_id, valid_from);
--> statement-breakpoint
create index assignments_vehicle on assignments (vehicle_id, valid_from);
--> statement-breakpoint
create function refuse_overlapping_assignment() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from assignments a
    where a.id <> new.id and a.terminal_id = new.terminal_id
      and a.valid_from < coalesce(new.valid_to, 'infinity'::timestamptz) and new.valid_from < coalesce(a.valid_to, 'infinity'::timestamptz)
  ) then
    raise exception 'terminal % already has a truck at that time', new.terminal_id using errcode = '23P01';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger assignments_no_overlap after insert or update on assignments for each row execute function refuse_overlapping_assignment();
--> statement-breakpoint
create table registry_state (one boolean primary key default true check (one), version bigint not null);
--> statement-breakpoint
comment on table registry_state is 'Rises with every change of trucks, terminals or assignments; processes that cache the registry compare it';
--> statement-breakpoint
insert into registry_state (version) values (1);
--> statement-breakpoint
create function bump_registry() returns trigger language plpgsql as $$
begin
  update registry_state set version = version + 1;
  return null;
end $$;
--> statement-breakpoint
create trigger vehicles_bump after insert or update or delete on vehicles for each statement execute function bump_registry();
--> statement-breakpoint
create trigger terminals_bump after insert or update or delete on terminals for each statement execute function bump_registry();
--> statement-breakpoint
create trigger assignments_bump after insert or update or delete on assignments for each statement execute function bump_registry();
--> statement-breakpoint
create table sessions (
  token_hash bytea primary key,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
--> statement-breakpoint
comment on column sessions.token_hash is 'SHA-256 of the cookie''s 256-bit random value';
--> statement-breakpoint
create table jobs (
  id bigint generated always as identity primary key,
  kind text not null,
  arguments jsonb not null default '{}',
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  progress real not null default 0 check (progress between 0 and 1),
  note text,
  result jsonb,
  error text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);
--> statement-breakpoint
create index jobs_open on jobs (state, kind) where state in ('queued', 'running');

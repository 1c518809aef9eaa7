-- The road check after a repair (复核): each computation whose input differed from the one before it, with that input, so that it can be computed again
-- and cited by its hash.
create table road_checks (
  id int generated always as identity primary key,
  case_id int not null references cases (id),
  repaired_day date not null,
  computed_at timestamptz not null,
  computed_by text not null,
  version text not null,
  verdict text not null check (verdict in ('repaired', 'notRepaired', 'notYetDecidable')),
  reason text not null,
  days_before int not null,
  days_after int not null,
  days_missing int,
  inputs jsonb not null,
  inputs_sha256 text not null check (inputs_sha256 ~ '^[0-9a-f]{64}$'),
  result jsonb not null
);
--> statement-breakpoint
create index road_checks_case on road_checks (case_id, id);
--> statement-breakpoint
comment on table road_checks is 'Road checks of cases as they were computed; rows are never changed or removed. The newest of a repair is the one that holds.';
--> statement-breakpoint
comment on column road_checks.repaired_day is 'Beijing day on which the repair was completed that it is about';
--> statement-breakpoint
comment on column road_checks.version is 'Version of the method';
--> statement-breakpoint
comment on column road_checks.days_after is 'Valid days that were compared; days_missing: how many more are likely needed, null when decided or when days alone will not decide';
--> statement-breakpoint
comment on column road_checks.inputs is 'All that the result rests on: sums of each day by operating bin, controls, limit with its source, numbers of the method, seed';
--> statement-breakpoint
comment on column road_checks.inputs_sha256 is 'SHA-256 of the inputs as canonical JSON (keys sorted, no spaces)';
--> statement-breakpoint
create trigger road_checks_frozen before update or delete on road_checks for each row execute function refuse_change();

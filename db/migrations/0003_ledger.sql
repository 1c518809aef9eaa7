-- What was not stored and why, how the link behaves, which days must be judged again, who was refused.
create table ledger (
  id bigint generated always as identity primary key,
  received_at timestamptz not null,
  terminal_id text not null,
  transport text not null,
  disposition text not null check (disposition in ('rejected', 'quarantined')),
  code text not null,
  field text not null,
  reason text not null,
  records int not null check (records > 0),
  vehicle_id int,
  vin text,
  first_time timestamptz,
  last_time timestamptz,
  byte_count int not null,
  sha256 bytea not null,
  bytes bytea,
  decoder text not null,
  resolved_at timestamptz,
  resolution text
);
--> statement-breakpoint
comment on table ledger is 'One row per message and reason. rejected: could not be read; quarantined: read, but not trusted (kept whole, can be re-processed). Never deleted by the service before its retention.';
--> statement-breakpoint
comment on column ledger.bytes is 'The message: whole up to 64 KiB when quarantined, its first 4 KiB when rejected, null beyond 50 MB per terminal and day';
--> statement-breakpoint
create index ledger_received on ledger (received_at desc, id desc);
--> statement-breakpoint
create index ledger_terminal on ledger (terminal_id, received_at desc);
--> statement-breakpoint
create index ledger_open on ledger (code, terminal_id) where disposition = 'quarantined' and resolved_at is null;
--> statement-breakpoint
create table link_hours (
  terminal_id text not null,
  hour timestamptz not null,
  messages int8 not null default 0,
  bytes int8 not null default 0,
  received int8 not null default 0,
  stored int8 not null default 0,
  merged int8 not null default 0,
  duplicate int8 not null default 0,
  rejected int8 not null default 0,
  late int8 not null default 0,
  undecoded_bytes int8 not null default 0,
  unknown_keys int8 not null default 0,
  placeholder_vins int8 not null default 0,
  primary key (terminal_id, hour),
  check (received = stored + duplicate + rejected)
) with (fillfactor = 50);
--> statement-breakpoint
comment on table link_hours is 'Per terminal and hour of receipt, in records: received = stored + duplicate + rejected. stored counts merged (complements) too; rejected counts quarantined too. late: stored more than 120 s after their sample time.';
--> statement-breakpoint
create table dirty_days (
  vehicle_id int not null references vehicles (id),
  day date not null,
  reason text not null,
  marked_at timestamptz not null default now(),
  primary key (vehicle_id, day)
);
--> statement-breakpoint
comment on table dirty_days is 'Beijing calendar days of a truck whose stored records changed after they were live; the evaluator recomputes them and removes the mark';
--> statement-breakpoint
create table day_conflicts (
  vehicle_id int not null references vehicles (id),
  day date not null,
  conflicts int8 not null,
  primary key (vehicle_id, day)
) with (fillfactor = 50);
--> statement-breakpoint
comment on table day_conflicts is 'Records that contradicted a stored one, per truck and Beijing day; results of such a day say so';
--> statement-breakpoint
create table incidents (
  id bigint generated always as identity primary key,
  first_at timestamptz not null,
  last_at timestamptz not null,
  kind text not null,
  terminal_id text,
  address text,
  detail text not null,
  count int not null
);
--> statement-breakpoint
comment on table incidents is 'What the doors refused (wrong credential, foreign topic, oversized packet, …), folded per kind, terminal, address and minute';
--> statement-breakpoint
create index incidents_last on incidents (last_at desc);
--> statement-breakpoint
create table writers (writer text primary key, batch int8 not null, written_at timestamptz not null default now()) with (fillfactor = 50);
--> statement-breakpoint
comment on table writers is 'Last batch that each writing process committed: after a lost connection it tells whether the COMMIT went through';

-- Files that people ordered: who and when are in the job, what came of it is here. The bytes lie in files/exports of the data directory.
create table exports (
  job_id bigint primary key references jobs (id),
  file text not null unique,
  name text not null,
  rows bigint not null,
  bytes bigint not null,
  sha256 bytea not null,
  columns jsonb not null,
  notes jsonb not null default '[]',
  made_at timestamptz not null default now(),
  expires_at timestamptz not null,
  removed_at timestamptz
);
--> statement-breakpoint
comment on table exports is 'Finished exports. The file is deleted when it expires or a person removes it (removed_at); the row with its hash stays.';
--> statement-breakpoint
comment on column exports.file is 'Name of the file in files/exports of the data directory';
--> statement-breakpoint
comment on column exports.name is 'Name under which it is downloaded';
--> statement-breakpoint
comment on column exports.sha256 is 'SHA-256 of the file''s bytes';
--> statement-breakpoint
comment on column exports.columns is 'Columns with name, unit and definition, in their order';
--> statement-breakpoint
comment on column exports.notes is 'What a reader must know: steps taken, limits reached, sheets split';
--> statement-breakpoint
create index exports_expiring on exports (expires_at) where removed_at is null;
--> statement-breakpoint
create index jobs_exports on jobs (id) where kind = 'export';

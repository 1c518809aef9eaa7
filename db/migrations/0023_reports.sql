-- Reports of a day, a month or a year: each revision is frozen with its figures, their hash, what of the data they rest on, and why it was made.
create table reports (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('day', 'month', 'year')),
  from_day date not null,
  to_day date not null check (to_day >= from_day),
  district text,
  enterprise text,
  created_at timestamptz not null default now(),
  look_at timestamptz not null,
  looked_at timestamptz,
  changed boolean not null default false,
  settled_sha256 text,
  unique nulls not distinct (kind, from_day, district, enterprise)
);
--> statement-breakpoint
create index reports_look on reports (look_at);
--> statement-breakpoint
comment on table reports is 'A report of a period (Beijing days, both included) for the whole site, a district or an enterprise: one for each, with its revisions';
--> statement-breakpoint
comment on column reports.look_at is 'When the data of the period are next compared with those that the newest revision rests on; looked_at: when they last were; changed: they were others';
--> statement-breakpoint
comment on column reports.settled_sha256 is 'basis_sha256 of data with which the newest revision was computed anew and not one figure differed; null: that has not been so';
--> statement-breakpoint
create table report_revisions (
  id bigint generated always as identity primary key,
  report_id bigint not null references reports (id),
  revision int not null check (revision >= 1),
  issued_at timestamptz not null,
  issued_by text not null,
  content text not null,
  sha256 text not null check (sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex')),
  basis jsonb not null,
  basis_sha256 text not null,
  note jsonb,
  unique (report_id, revision),
  check ((revision = 1) = (note is null))
);
--> statement-breakpoint
comment on table report_revisions is 'What a report said when it was issued, for ever: content is canonical JSON (RFC 8785), sha256 that of its bytes; rows are never changed or removed';
--> statement-breakpoint
comment on column report_revisions.id is 'Data version: the number by which the figures are quoted; rises over all reports';
--> statement-breakpoint
comment on column report_revisions.basis is 'Fingerprints of what the figures were made of: trucks and their facts, truck-days by day (by month of a year), periods compared with, case steps, outages';
--> statement-breakpoint
comment on column report_revisions.note is 'Which figures differ from the revision before, from what to what, and why; null: the first';
--> statement-breakpoint
create trigger report_revisions_frozen before update or delete on report_revisions for each row execute function refuse_change();
--> statement-breakpoint
alter table notice_subscriptions drop constraint notice_subscriptions_kinds_check;
--> statement-breakpoint
alter table notice_subscriptions add constraint notice_subscriptions_kinds_check check (cardinality(kinds) > 0
  and kinds <@ array['lead', 'alarm', 'caseDue', 'caseOverdue', 'offline', 'dataQuality', 'service', 'digest', 'report']);

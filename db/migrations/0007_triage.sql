-- What officers decide on leads. A decision hangs on findings, whose ids stay the same through every evaluation, and not on the fold of
-- them that is a lead. The history is append-only; what holds now is one row a finding.
create table lead_decisions (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  kind text not null check (kind in ('confirm', 'dismiss', 'reopen', 'assign', 'note', 'snooze', 'undo')),
  lead_id text not null references findings (id),
  vehicle_id int not null references vehicles (id),
  findings text[] not null check (cardinality(findings) > 0),
  reason text check ((reason is not null) = (kind = 'dismiss')),
  note text check (kind <> 'note' or note is not null),
  assignee text,
  until date,
  undoes bigint references lead_decisions (id) check ((undoes is not null) = (kind = 'undo'))
);
--> statement-breakpoint
create index lead_decisions_findings on lead_decisions using gin (findings);
--> statement-breakpoint
comment on table lead_decisions is 'Everything that officers did about leads, in order; rows are never changed or removed';
--> statement-breakpoint
comment on column lead_decisions.lead_id is 'The lead as it was folded then';
--> statement-breakpoint
comment on column lead_decisions.findings is 'The findings that it is about: those that stood and were seen';
--> statement-breakpoint
comment on column lead_decisions.reason is 'dataAbnormal, sensorFault, falseAlarm, specialOperation, underRepair, duplicate or other';
--> statement-breakpoint
comment on column lead_decisions.assignee is 'User name of who is to look at it; null with kind assign: nobody any more';
--> statement-breakpoint
comment on column lead_decisions.until is 'Beijing date on which a snoozed lead comes back; null with kind snooze: it comes back now';
--> statement-breakpoint
create trigger lead_decisions_frozen before update or delete on lead_decisions for each row execute function refuse_change();
--> statement-breakpoint
create table finding_triage (
  finding_id text primary key references findings (id),
  decision text check (decision in ('confirmed', 'dismissed')),
  reason text,
  assignee text,
  snoozed_until date,
  last_id bigint not null references lead_decisions (id),
  previous jsonb not null
) with (fillfactor = 50);
--> statement-breakpoint
comment on table finding_triage is 'What holds of a finding after everything in lead_decisions; absent: nobody has decided anything';
--> statement-breakpoint
comment on column finding_triage.last_id is 'The newest decision about it. The version of a lead is the highest of its findings, 0 without any: who decides names the version they saw.';
--> statement-breakpoint
comment on column finding_triage.previous is 'decision, reason, assignee, snoozedUntil as they were before last_id: what undoing it brings back';

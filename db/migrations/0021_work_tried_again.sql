-- Work that cannot be done yet waits and is tried again: an evidence pack whose days are still to be evaluated, or for which the disk is full.
alter table jobs add column attempts int not null default 0;
--> statement-breakpoint
comment on column jobs.attempts is 'How often it was tried in vain and put back into the queue';
--> statement-breakpoint
alter table jobs add column due_at timestamptz;
--> statement-breakpoint
comment on column jobs.due_at is 'Not taken before; null: at once';
--> statement-breakpoint
create index jobs_of_finding on jobs ((arguments ->> 'findingId')) where kind = 'evidence';

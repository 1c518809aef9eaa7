-- The chain of evidence packs is held by the database itself: whatever process writes, a pack follows the newest one, without a gap.
create function append_evidence() returns trigger language plpgsql as $$
declare
  newest record;
begin
  -- Processes that make packs at once take turns until their transaction ends.
  perform pg_advisory_xact_lock(7319006);
  select seq, sha256 into newest from evidence_packs order by seq desc limit 1;
  if new.seq <> coalesce(newest.seq, 0) + 1 or new.prev_sha256 <> coalesce(newest.sha256, repeat('0', 64)) then
    raise exception 'evidence pack % does not follow pack %', new.seq, coalesce(newest.seq, 0) using errcode = '40001';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger evidence_packs_append before insert on evidence_packs for each row execute function append_evidence();
--> statement-breakpoint
create trigger evidence_packs_kept before truncate on evidence_packs execute function refuse_change();
--> statement-breakpoint
alter table evidence_packs add constraint evidence_packs_sha256 check (sha256 ~ '^[0-9a-f]{64}$' and prev_sha256 ~ '^[0-9a-f]{64}$');
--> statement-breakpoint
comment on column evidence_packs.prev_sha256 is 'sha256 of the pack before; 64 zeros for the first';
--> statement-breakpoint
comment on column evidence_packs.file is 'Name of its file in files/evidence of the data directory';

-- People: accounts, what a browser or a program presents, what slows guessing down, settings; and the trail of everything that was done,
-- append-only and chained by hash. Sessions without an account are those of a set-up link; they end with the first account.
create table users (
  id int generated always as identity primary key,
  name text not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{1,31}$'),
  display_name text not null check (display_name <> ''),
  role text not null check (role in ('officer', 'analyst', 'administrator', 'auditor')),
  districts text[] check (districts is null or role in ('officer', 'analyst')),
  password_hash text,
  password_history text[] not null default '{}',
  password_set_at timestamptz,
  enrolled_at timestamptz,
  disabled_at timestamptz,
  link_hash bytea unique,
  link_expires_at timestamptz,
  totp_secret bytea,
  totp_confirmed_at timestamptz,
  totp_last_step int8 not null default 0,
  last_sign_in_at timestamptz,
  created_at timestamptz not null default now(),
  version int not null default 1
);
--> statement-breakpoint
comment on table users is 'Accounts of people. Never deleted: the trail names them; one that is not wanted any more is disabled.';
--> statement-breakpoint
comment on column users.districts is 'Whose trucks the account may see and touch; null: all of the site';
--> statement-breakpoint
comment on column users.password_hash is 'argon2id as a PHC string; null: none was set yet, or a reset took it away';
--> statement-breakpoint
comment on column users.password_history is 'Hashes of earlier passwords, newest first, as many as the password rules ask for';
--> statement-breakpoint
comment on column users.enrolled_at is 'When the person first set a password';
--> statement-breakpoint
comment on column users.link_hash is 'SHA-256 of the one open one-time link by which a password can be set';
--> statement-breakpoint
comment on column users.totp_secret is 'RFC 6238 shared secret; in force once totp_confirmed_at is set';
--> statement-breakpoint
comment on column users.totp_last_step is 'Time step of the last code taken: no code is taken twice';
--> statement-breakpoint
comment on column users.version is 'Rises with every change of name, role, districts or state: who changes an account says which one they saw';
--> statement-breakpoint
create table recovery_codes (
  user_id int not null references users (id),
  code_hash bytea not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);
--> statement-breakpoint
comment on table recovery_codes is 'SHA-256 of the one-time codes that stand in for a lost second factor (80 random bits each)';
--> statement-breakpoint
alter table sessions
  add column id bigint generated always as identity unique,
  add column user_id int references users (id),
  add column address text,
  add column user_agent text;
--> statement-breakpoint
create index sessions_user on sessions (user_id);
--> statement-breakpoint
comment on column sessions.user_id is 'Whose session it is; null: of a set-up link, valid only while there is no account';
--> statement-breakpoint
create table devices (
  token_hash bytea not null,
  user_id int not null references users (id),
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  primary key (token_hash, user_id)
);
--> statement-breakpoint
create index devices_user on devices (user_id);
--> statement-breakpoint
comment on table devices is 'Browsers in which a person signed in before. The mark opens nothing; wrong passwords from elsewhere do not slow these down.';
--> statement-breakpoint
create table api_tokens (
  id bigint generated always as identity primary key,
  user_id int not null references users (id),
  name text not null,
  token_hash bytea not null unique,
  permissions text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,
  last_address text,
  revoked_at timestamptz
);
--> statement-breakpoint
create index api_tokens_user on api_tokens (user_id);
--> statement-breakpoint
comment on table api_tokens is 'Tokens of programs: SHA-256 of 256 random bits. They allow what is listed here and allowed to their owner now.';
--> statement-breakpoint
create table sign_in_throttle (
  key bytea primary key,
  kind text not null check (kind in ('pair', 'address', 'account', 'device')),
  user_id int,
  failures int not null,
  last_at timestamptz not null,
  blocked_until timestamptz
);
--> statement-breakpoint
comment on table sign_in_throttle is 'Failed sign-ins by account and address, address, account, and known device; keys are hashes, so that nothing typed by a stranger is kept';
--> statement-breakpoint
create index sign_in_throttle_user on sign_in_throttle (user_id);
--> statement-breakpoint
alter table jobs add column ordered_by text, add column ordered_by_user int references users (id);
--> statement-breakpoint
comment on column jobs.ordered_by is 'Who ordered it; null: the service itself';
--> statement-breakpoint
create table settings (
  key text primary key,
  value jsonb not null,
  version int not null default 1,
  updated_at timestamptz not null default now(),
  updated_by text not null
);
--> statement-breakpoint
create table audit_head (one boolean primary key default true check (one), seq int8 not null, hash bytea not null);
--> statement-breakpoint
comment on table audit_head is 'The newest row of the trail. Whoever adds a row holds this one until the commit, so that the trail has no gaps and no forks.';
--> statement-breakpoint
insert into audit_head (seq, hash) values (0, sha256('plume audit'::bytea));
--> statement-breakpoint
create table audit (
  seq int8 primary key,
  at timestamptz not null,
  actor_kind text not null check (actor_kind in ('person', 'token', 'setup', 'service', 'stranger', 'system')),
  actor_id int8,
  actor text not null,
  address text,
  action text not null,
  object_kind text,
  object_id text,
  outcome text not null check (outcome in ('done', 'refused')),
  detail text not null default '{}' check (detail::jsonb is not null),
  prev_hash bytea not null,
  hash bytea not null
);
--> statement-breakpoint
comment on table audit is 'Who did or was refused what, when and from where. Append-only; each row carries the hash of the one before.';
--> statement-breakpoint
comment on column audit.detail is 'JSON text exactly as it was hashed: what was before and after, without secrets';
--> statement-breakpoint
comment on column audit.hash is 'SHA-256 of prev_hash and the fields, each as its length in bytes, a colon, its UTF-8 text and a comma; "-," for null; at in epoch ms';
--> statement-breakpoint
create index audit_at on audit (at);
--> statement-breakpoint
create index audit_actor on audit (actor, seq);
--> statement-breakpoint
create index audit_object on audit (object_kind, object_id, seq);
--> statement-breakpoint
create function audit_field(value text) returns text language sql immutable as
$$ select case when value is null then '-,' else octet_length(value)::text || ':' || value || ',' end $$;
--> statement-breakpoint
create function chain_audit() returns trigger language plpgsql as $$
declare
  head audit_head%rowtype;
  computed bytea;
begin
  select * into head from audit_head for update;
  new.at := date_trunc('milliseconds', new.at);
  computed := sha256(head.hash || convert_to(
    audit_field((head.seq + 1)::text) || audit_field((extract(epoch from new.at) * 1000)::int8::text)
    || audit_field(new.actor_kind) || audit_field(new.actor_id::text) || audit_field(new.actor) || audit_field(new.address)
    || audit_field(new.action) || audit_field(new.object_kind) || audit_field(new.object_id) || audit_field(new.outcome)
    || audit_field(new.detail), 'UTF8'));
  -- A row that brings its place along is being copied from another database: it must be the very next one of the same trail.
  if (new.seq is not null and new.seq <> head.seq + 1) or (new.hash is not null and new.hash <> computed) then
    raise exception 'audit row % does not continue the trail at %', new.seq, head.seq using errcode = 'restrict_violation';
  end if;
  new.seq := head.seq + 1;
  new.prev_hash := head.hash;
  new.hash := computed;
  update audit_head set seq = new.seq, hash = new.hash;
  return new;
end $$;
--> statement-breakpoint
create trigger audit_chain before insert on audit for each row execute function chain_audit();
--> statement-breakpoint
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is append-only' using errcode = 'restrict_violation';
end $$;
--> statement-breakpoint
create trigger audit_append_only before update or delete or truncate on audit for each statement execute function refuse_audit_change();
--> statement-breakpoint
create trigger audit_head_stays before delete or truncate on audit_head for each statement execute function refuse_audit_change();
--> statement-breakpoint
create trigger users_stay before delete or truncate on users for each statement execute function refuse_audit_change();
--> statement-breakpoint
create function keep_an_administrator() returns trigger language plpgsql as $$
begin
  -- One change of accounts at a time, so that two administrators cannot take each other's duty away at once.
  perform 1 from audit_head for update;
  -- One who can sign in must remain where there was one; where all are only invited, one of these.
  if exists (select 1 from before_change where role = 'administrator' and disabled_at is null)
    and not exists (
      select 1 from users u where u.role = 'administrator' and u.disabled_at is null
        and (u.enrolled_at is not null or not exists (
          select 1 from before_change b where b.role = 'administrator' and b.disabled_at is null and b.enrolled_at is not null))
    ) then
    raise exception 'the last administrator must remain' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger users_keep_administrator after update on users referencing old table as before_change
  for each statement execute function keep_an_administrator();

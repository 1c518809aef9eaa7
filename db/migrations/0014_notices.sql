-- Who hears of what: channels, addresses, subscriptions; and the outbox, in which a message stands before anything is sent, once for each
-- cause and recipient, with every attempt to deliver it.
create table notice_addresses (
  user_id int primary key references users (id),
  email text check (email ~ '^[^\s@<>,;"]+@[^\s@<>,;"]+$'),
  phone text check (phone ~ '^\+?[0-9]{5,15}$'),
  updated_at timestamptz not null default now(),
  updated_by text not null
);
--> statement-breakpoint
comment on table notice_addresses is 'Where a person is reached; a person without an address gets nothing, and the page says so';
--> statement-breakpoint
create table notice_channels (
  id int generated always as identity primary key,
  kind text not null check (kind in ('email', 'webhook', 'sms', 'wecom')),
  name text not null unique check (name <> ''),
  config jsonb not null,
  secret text,
  enabled boolean not null default true,
  version int not null default 1,
  updated_at timestamptz not null default now(),
  updated_by text not null
);
--> statement-breakpoint
comment on table notice_channels is 'Ways out of the house: a mail server, a signed webhook, an SMS gateway, a WeCom robot';
--> statement-breakpoint
comment on column notice_channels.secret is 'Password of the mail server, key of the signature, or a token for the body; written, never read back';
--> statement-breakpoint
create table notice_subscriptions (
  id int generated always as identity primary key,
  channel_id int not null references notice_channels (id),
  user_id int references users (id),
  role text check (role in ('officer', 'analyst', 'administrator', 'auditor')),
  kinds text[] not null check (cardinality(kinds) > 0 and kinds <@ array['lead', 'alarm', 'caseDue', 'caseOverdue', 'offline', 'dataQuality', 'service', 'digest']),
  level text not null default 'probable' check (level in ('event', 'attention', 'fault', 'suspected', 'probable')),
  districts text[] check (cardinality(districts) > 0),
  quiet_from int check (quiet_from between 0 and 1439),
  quiet_to int check (quiet_to between 0 and 1439),
  digest_at int not null default 480 check (digest_at between 0 and 1439),
  language text not null default 'zh' check (language in ('zh', 'en')),
  created_at timestamptz not null default now(),
  version int not null default 1,
  updated_at timestamptz not null default now(),
  updated_by text not null,
  ended_at timestamptz,
  check (user_id is null or role is null),
  check ((quiet_from is null) = (quiet_to is null) and (quiet_from is null or quiet_from <> quiet_to))
);
--> statement-breakpoint
comment on table notice_subscriptions is 'Who is told what: a person, all with a duty, or the channel itself; never deleted, ended';
--> statement-breakpoint
comment on column notice_subscriptions.level is 'Leads below this level are not told';
--> statement-breakpoint
comment on column notice_subscriptions.quiet_from is 'Minute of the Beijing day from which messages wait, until quiet_to; null: never';
--> statement-breakpoint
comment on column notice_subscriptions.digest_at is 'Minute of the Beijing day at which the daily digest is made';
--> statement-breakpoint
create table notice_outbox (
  id bigint generated always as identity primary key,
  key text not null unique,
  message_id text not null unique,
  subscription_id int not null references notice_subscriptions (id),
  channel_id int not null references notice_channels (id),
  recipient text not null,
  kind text not null,
  subject text not null,
  body text not null,
  event jsonb not null,
  vehicle_id int references vehicles (id),
  created_at timestamptz not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'givenUp')),
  attempts int not null default 0,
  next_at timestamptz not null,
  finished_at timestamptz,
  quiet_from int,
  quiet_to int
) with (fillfactor = 70);
--> statement-breakpoint
create index notice_outbox_due on notice_outbox (next_at) where state = 'waiting';
--> statement-breakpoint
comment on table notice_outbox is 'Every message, written down before it is sent. Rows are never removed while the site stands.';
--> statement-breakpoint
comment on column notice_outbox.key is 'SHA-256 of channel, recipient and cause: one cause is told to one recipient once, whatever scans it again';
--> statement-breakpoint
comment on column notice_outbox.message_id is 'The same at every attempt: Message-ID of the mail, id of the CloudEvent, Idempotency-Key of the request';
--> statement-breakpoint
create table notice_attempts (
  outbox_id bigint not null references notice_outbox (id),
  n int not null,
  at timestamptz not null,
  ok boolean,
  answer text,
  took_ms int,
  primary key (outbox_id, n)
);
--> statement-breakpoint
comment on table notice_attempts is 'Written when the attempt begins; ok and answer are null while it runs, and stay so when the process ended meanwhile';
--> statement-breakpoint
create table notice_troubles (
  name text primary key,
  since timestamptz not null,
  detail text not null
);
--> statement-breakpoint
comment on table notice_troubles is 'Checks of the service that fail now, and since when: what makes one trouble one cause through restarts';
--> statement-breakpoint
create table notice_worker (
  one boolean primary key default true check (one),
  holder text not null,
  until timestamptz not null
) with (fillfactor = 50);
--> statement-breakpoint
comment on table notice_worker is 'Which process scans and sends until when, one at a time: each of its transactions first sees to it that the lease is still its own';

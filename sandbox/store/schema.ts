/**
 * Everything the sandbox remembers. Run on every start, so each statement must be harmless when it has run before; a
 * later version adds `alter table … add column if not exists` below.
 */
export const schema = `
create schema if not exists sandbox;

-- Every object of the API, of whatever kind: what is shown, and what the sandbox keeps to itself about it.
create table if not exists sandbox.objects (
  id text not null,
  seq bigint generated always as identity,
  kind text not null,
  created bigint not null,
  deleted boolean not null default false,
  shown jsonb not null,
  hidden jsonb not null,
  constraint pk_objects primary key (id)
);
create index if not exists ix_objects_kind on sandbox.objects (kind, seq);
create index if not exists ix_objects_shown on sandbox.objects using gin (shown jsonb_path_ops);
create unique index if not exists uq_objects_price_lookup_key
  on sandbox.objects ((shown ->> 'lookup_key'))
  where kind = 'price' and shown ->> 'lookup_key' is not null;

create table if not exists sandbox.deliveries (
  id bigint generated always as identity,
  event_id text not null,
  endpoint_id text not null,
  state text not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  last_result text,
  constraint pk_deliveries primary key (id),
  constraint uq_deliveries_event_endpoint unique (event_id, endpoint_id),
  constraint ck_deliveries_state
    check (state in ('pending', 'sending', 'held', 'dropped', 'delivered', 'failed'))
);
create index if not exists ix_deliveries_due on sandbox.deliveries (next_attempt_at) where state = 'pending';

create table if not exists sandbox.idempotency_keys (
  key text not null,
  endpoint text not null,
  fingerprint text not null,
  created bigint not null,
  status integer,
  body text,
  constraint pk_idempotency_keys primary key (key)
);

create table if not exists sandbox.jobs (
  id bigint generated always as identity,
  kind text not null,
  subject_id text not null,
  run_at timestamptz not null,
  constraint pk_jobs primary key (id)
);
create index if not exists ix_jobs_run_at on sandbox.jobs (run_at);
-- Those that wait for the time of a test clock, and not of the sandbox.
alter table sandbox.jobs add column if not exists test_clock_id text;

create table if not exists sandbox.faults (
  id bigint generated always as identity,
  method text not null,
  path text not null,
  path_pattern text not null,
  remaining integer not null,
  effect jsonb not null,
  constraint pk_faults primary key (id),
  constraint ck_faults_remaining_non_negative check (remaining >= 0)
);

create table if not exists sandbox.settings (
  name text not null,
  value jsonb not null,
  constraint pk_settings primary key (name)
);
`;

-- The classic design: a balance a customer, and a line for whatever changed it. Half-empty pages let the balance be
-- rewritten in place, which is the best that can be done for it.
create table balances (
  account_id text collate "C" primary key,
  balance    bigint not null check (balance >= 0)
) with (fillfactor = 50);

create table entries (
  id              bigint generated always as identity primary key,
  account_id      text collate "C" not null,
  amount          bigint not null,
  balance_after   bigint not null,
  idempotency_key text not null unique,
  created_at      timestamptz not null default now()
);

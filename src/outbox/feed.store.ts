import type { Tx } from '../database/database.js';

/*
 * How events get their numbers, and lose their place when they are old. Both hold the row of `event_feed`, so that of
 * all processes one at a time does.
 */

/** A process that stands still while it holds the feed is cut off, so that another one goes on. */
const STANDSTILL_MS = 10_000;

/** Locks the feed. Returns whether it could: otherwise another process numbers events just now. */
export async function lockFeed(tx: Tx): Promise<boolean> {
  await tx.query(`set local idle_in_transaction_session_timeout = ${STANDSTILL_MS}`);
  const locked: unknown[] = await tx.query('select from event_feed for no key update skip locked');
  return locked.length === 1;
}

interface NotedRow {
  account_id: string;
  ordinal: string;
  id: string;
  type: string;
  data: string;
  occurred_at: Date;
  recorded_at: Date;
}

/**
 * Moves the next events that the ledger has noted next to its books to all others, at most `limit`, and returns how
 * many there were: those of one account in their order. They may be on other machines, so each statement names one
 * table. The feed must be locked.
 */
export async function takeNoted(tx: Tx, limit: number): Promise<number> {
  const rows: NotedRow[] = await tx.query(
    `select account_id, ordinal, id, type, data::text as data, occurred_at, recorded_at
     from ledger_events
     order by account_id, ordinal
     limit $1`,
    [limit],
  );
  if (rows.length === 0) return 0;
  const accountIds = rows.map((row) => row.account_id);
  const ids = rows.map((row) => row.id);
  await tx.query(
    `insert into domain_events (id, type, account_id, data, cause, occurred_at, recorded_at)
     select *
     from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::text[], $6::timestamptz[], $7::timestamptz[])`,
    [
      ids,
      rows.map((row) => row.type),
      accountIds,
      rows.map((row) => row.data),
      rows.map((row) => `${row.account_id}:${row.ordinal}`),
      rows.map((row) => row.occurred_at),
      rows.map((row) => row.recorded_at),
    ],
  );
  await tx.query('delete from ledger_events where account_id = any($1::text[]) and id = any($2::text[])', [
    [...new Set(accountIds)],
    ids,
  ]);
  return rows.length;
}

/**
 * Numbers the next events, at most `limit`, in the order of `ordinal`, and returns how many there were. The feed must
 * be locked by a statement before this one: only what a snapshot behind that lock shows was never numbered.
 */
export async function numberNext(tx: Tx, limit: number): Promise<number> {
  const [{ count }]: [{ count: number }] = await tx.query(
    `with waiting as materialized (
       select id, ordinal
       from domain_events
       where number is null
       order by ordinal
       limit $1
     ),
     places as (
       select id, row_number() over (order by ordinal) as place
       from waiting
     ),
     numbered as (
       update domain_events
       set number = event_feed.last_number + places.place
       from places, event_feed
       where domain_events.id = places.id
       returning 1
     ),
     counted as (
       select count(*) as count
       from numbered
     ),
     moved as (
       update event_feed
       set last_number = last_number + counted.count
       from counted
       where counted.count > 0
     )
     select count::int as count
     from counted`,
    [limit],
  );
  return count;
}

/**
 * Deletes the oldest events of the feed as far as they were recorded before an instant, at most `limit`, and returns
 * how many there were. What is kept is always the end of the feed, without a gap. The feed must be locked.
 */
export async function deleteOldest(tx: Tx, before: Date, limit: number): Promise<number> {
  const [{ count }]: [{ count: number }] = await tx.query(
    `with oldest as materialized (
       select number, recorded_at
       from domain_events
       where number is not null
       order by number
       limit $2
     ),
     last as (
       select max(number) as number
       from oldest
       where number < coalesce((select min(number) from oldest where recorded_at >= $1), number + 1)
     ),
     deleted as (
       delete from domain_events
       using last
       where domain_events.number <= last.number
       returning 1
     ),
     moved as (
       update event_feed
       set first_number = last.number + 1
       from last
       where last.number is not null
     )
     select count(*)::int as count
     from deleted`,
    [before, limit],
  );
  return count;
}

import type { Tx } from '../database/database.js';

/*
 * How events get their numbers, and lose their place when they are old. Both hold the row of `event_feed`, so that of
 * all processes one at a time does.
 */

/** A process that stands still while it holds the feed is cut off, so that another one goes on. */
const STANDSTILL_MS = 10_000;

/** Locks the feed, and returns the last number that was given; undefined where another process holds it just now. */
export async function lockFeed(tx: Tx): Promise<number | undefined> {
  await tx.query(`set local idle_in_transaction_session_timeout = ${STANDSTILL_MS}`);
  const [feed]: { last_number: string }[] = await tx.query(
    'select last_number from event_feed for no key update skip locked',
  );
  return feed === undefined ? undefined : Number(feed.last_number);
}

/** Notes the last number that was given. The feed must be locked. */
export async function moveFeed(tx: Tx, lastNumber: number): Promise<void> {
  await tx.query('update event_feed set last_number = $1', [lastNumber]);
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

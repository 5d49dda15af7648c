import type { Database, Tx } from '../database/database.js';
import { boundedData } from './bounded-data.js';

/*
 * What is recorded and has no number yet: events of `domain_events`, and those of the ledger, which stand next to the
 * books of their account.
 */

/** When an event was recorded says where it stands among those of the other table. */
interface Waiting {
  id: string;
  recordedAt: Date;
}

/** An event of the ledger. */
export interface LedgerEvent extends Waiting {
  accountId: string;
  ordinal: string;
  type: string;
  data: Record<string, unknown>;
  occurredAt: Date;
}

/** Whether an event waits for its number. */
export async function isAnyWaiting(database: Database): Promise<boolean> {
  const found = await Promise.all([
    database.query('select from domain_events where number is null limit 1'),
    database.query('select from ledger_events limit 1'),
  ]);
  return found.some((rows) => rows.length > 0);
}

/** The next events of `domain_events`, in the order in which they were recorded. */
export function nextDomainEvents(tx: Tx, limit: number): Promise<Waiting[]> {
  return tx.query(
    `select id, recorded_at as "recordedAt"
     from domain_events
     where number is null
     order by ordinal
     limit $1`,
    [limit],
  );
}

/**
 * The next events of the ledger by when they were recorded, those of one account in their own order. To be read behind
 * those of `domain_events`: so whatever happened to an account before one of these is there as well.
 */
export function nextLedgerEvents(tx: Tx, limit: number): Promise<LedgerEvent[]> {
  return tx.query(
    `select id, account_id as "accountId", ordinal, type, data, occurred_at as "occurredAt", recorded_at as "recordedAt"
     from (
       select *, max(recorded_at) over (partition by account_id order by ordinal) as place
       from ledger_events
     ) as placed
     order by place, account_id, ordinal
     limit $1`,
    [limit],
  );
}

/** Numbers events of `domain_events`, each as `numbers` says by its id. */
export async function numberDomainEvents(
  tx: Tx,
  events: readonly Waiting[],
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  if (events.length === 0) return;
  await tx.query(
    `update domain_events
     set number = numbered.number
     from unnest($1::text[], $2::bigint[]) as numbered (id, number)
     where domain_events.id = numbered.id`,
    [events.map(({ id }) => id), events.map(({ id }) => numbers.get(id))],
  );
}

/** Moves events of the ledger, numbered in the same way, to `domain_events`. */
export async function moveLedgerEvents(
  tx: Tx,
  events: readonly LedgerEvent[],
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  if (events.length === 0) return;
  await tx.query(
    `insert into domain_events (id, number, type, account_id, data, cause, occurred_at, recorded_at)
     select id, number, type, account_id, data, id, occurred_at, recorded_at
     from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::jsonb[], $6::timestamptz[], $7::timestamptz[])
       as numbered (id, number, type, account_id, data, occurred_at, recorded_at)
     order by number`,
    [
      events.map(({ id }) => id),
      events.map(({ id }) => numbers.get(id)),
      events.map(({ type }) => type),
      events.map(({ accountId }) => accountId),
      events.map(({ data }) => boundedData(data)),
      events.map(({ occurredAt }) => occurredAt),
      events.map(({ recordedAt }) => recordedAt),
    ],
  );
  await tx.query('delete from ledger_events where account_id = any($1::text[]) and id = any($2::text[])', [
    events.map(({ accountId }) => accountId),
    events.map(({ id }) => id),
  ]);
}

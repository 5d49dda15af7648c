import type { Tx } from '../../database/database.js';
import { SPEND_CREATED } from '../endpoints/event-filter.js';

/** Since when spends are told of, and up to when all of them were that were visible. */
export interface Telling {
  readonly begunAt: Date;
  readonly toldThrough: Date;
}

interface TellingRow {
  begun_at: Date;
  told_through: Date;
}

/** Begins to tell of spends, from now on, unless that has begun. */
export async function beginTelling(tx: Tx, now: Date): Promise<void> {
  await tx.query(
    'insert into spend_telling (begun_at, told_through) values ($1, $1) on conflict (is_only) do nothing',
    [now],
  );
}

export async function isTelling(tx: Tx): Promise<boolean> {
  return (await tx.query('select from spend_telling')).length > 0;
}

/** Forgets how far spends were told of: whoever wants to be told again is told from then on. */
export async function endTelling(tx: Tx): Promise<void> {
  await tx.query('delete from spend_telling');
  await tx.query('delete from spends_told');
}

/** Locks how far spends were told of. Undefined when another process tells of some now, or nobody wants to be told. */
export async function lockTelling(tx: Tx): Promise<Telling | undefined> {
  const [row]: TellingRow[] = await tx.query('select begun_at, told_through from spend_telling for update skip locked');
  return row && { begunAt: row.begun_at, toldThrough: row.told_through };
}

export async function noteToldThrough(tx: Tx, toldThrough: Date): Promise<void> {
  await tx.query('update spend_telling set told_through = $1', [toldThrough]);
}

/** The number of the last entry of each account up to which its spends were told of; none for accounts without one. */
export async function toldOf(tx: Tx, accountIds: readonly string[]): Promise<Map<string, bigint>> {
  const rows: { account_id: string; seq: string }[] = await tx.query(
    'select account_id, seq from spends_told where account_id = any($1)',
    [accountIds],
  );
  return new Map(rows.map(({ account_id: accountId, seq }) => [accountId, BigInt(seq)]));
}

export async function noteTold(tx: Tx, told: readonly { accountId: string; to: bigint }[]): Promise<void> {
  await tx.query(
    `insert into spends_told (account_id, seq)
     select * from unnest($1::text[], $2::bigint[])
     on conflict (account_id) do update set seq = excluded.seq`,
    [told.map(({ accountId }) => accountId), told.map(({ to }) => `${to}`)],
  );
}

/** The endpoints that have asked for spends by name. */
export async function endpointsTold(tx: Tx): Promise<string[]> {
  const rows: { id: string }[] = await tx.query(
    `select id from webhook_endpoints where status = 'enabled' and $1 = any(events) order by id`,
    [SPEND_CREATED],
  );
  return rows.map(({ id }) => id);
}

/** How many batches wait for endpoints that take them: what waits for one that fails holds nobody up. */
export async function countWaiting(tx: Tx): Promise<number> {
  const [{ count }]: [{ count: number }] = await tx.query(
    `select count(*)::int as count
     from webhook_deliveries
     join webhook_endpoints on webhook_endpoints.id = endpoint_id
     where webhook_deliveries.status = 'waiting'
       and type = $1
       and failing_since is null`,
    [SPEND_CREATED],
  );
  return count;
}

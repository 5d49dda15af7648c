import { keyDigest } from '../../idempotency/idempotency-key.js';
import { spendIdOf } from '../book/spend-id.js';
import type { SqlRunner } from '../sql-runner.js';
import { type EventName, eventKeyOf } from './usage-events.js';

/**
 * The id of the spend that an event of an account became; undefined where none was accepted. That spend has the name of
 * the event for ever, so no lock is needed to find it. Of which spend it is the name now may change with each
 * correction, under the lock of the account: who needs that follows them from here.
 */
export async function findEventSpend(db: SqlRunner, accountId: string, name: EventName): Promise<string | undefined> {
  const [row]: { recorded_at: Date; seq: string; salt: number }[] = await db.query(
    `select recorded_at, seq, salt from entry_rows
     where key_digest = encode($1::bytea, 'hex')::uuid and account_id = $2`,
    [keyDigest(accountId, eventKeyOf(name)), accountId],
  );
  if (row === undefined) return undefined;
  return spendIdOf({ recordedMs: row.recorded_at.getTime(), seq: BigInt(row.seq), salt: row.salt });
}

import { keyDigest } from '../../idempotency/idempotency-key.js';
import { spendIdOf } from '../book/spend-id.js';
import type { SqlRunner } from '../sql-runner.js';
import { type EventName, eventKeyOf } from './usage-events.js';

/**
 * The id of the spend that an event of an account became; undefined where none was accepted. That spend has the name of
 * the event for ever, so no lock is needed to find it. Of which spend it is the name now may change with each
 * correction, under the lock of the account: see `lastCorrectionOf`.
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

/**
 * The id of the spend that stands in place of one by now, which is that one where it was not corrected. Another may
 * stand there when the account is locked: who goes on from here is refused then.
 */
export async function lastCorrectionOf(db: SqlRunner, accountId: string, spendId: string): Promise<string> {
  const [row]: { id: string }[] = await db.query(
    `with recursive standing (id, place) as (
       select $2::text, 0
       union all
       select r.lines->>'correctedBy', place + 1
       from standing
       join entry_rows r on r.account_id = $1 and r.source_type = 'spend' and r.source_id = standing.id and r.kind = 'r'
       where r.lines->>'correctedBy' is not null)
     select id from standing order by place desc limit 1`,
    [accountId, spendId],
  );
  return row?.id ?? spendId;
}

import type { OffSessionStop } from '../accounts/account.entity.js';
import { storeOffSessionStop } from '../accounts/accounts.store.js';
import type { Tx } from '../database/database.js';
import { CLEARED_STATUSES } from './dispute-lifecycle.js';

/**
 * Brings an account up to whether it may be charged while nobody is there: not while one of its payments is disputed or
 * was lost, and not after a warning of fraud. A dispute that is won clears itself and the warnings of the same order,
 * and a person can clear what is known (`ClearOffSessionStop`). Spending stays open. The account's balance must be
 * locked, so that two of these take turns.
 */
export async function applyOffSessionStop(tx: Tx, accountId: string, now: Date): Promise<void> {
  const [standing]: { stop: OffSessionStop | null }[] = await tx.query(
    `select case
       when exists (
         select
         from disputes
         where account_id = $1
           and status <> all($2::text[])
           and stop_cleared_at is null
       ) then 'dispute'
       when exists (
         select
         from fraud_warnings w
         where w.account_id = $1
           and w.stop_cleared_at is null
           and not exists (select from disputes d where d.order_id = w.order_id and d.status = 'won')
       ) then 'fraud_warning'
     end as stop`,
    [accountId, CLEARED_STATUSES],
  );
  await storeOffSessionStop(tx, { accountId, stop: standing?.stop ?? null }, now);
}

import type { Tx } from '../database/database.js';

/**
 * Keeps whose a customer was that its account has no longer, be it replaced, deleted, or of the other mode: what was
 * begun for it may have been paid, and may still be.
 */
export async function keepFormerCustomer(
  tx: Tx,
  { accountId, stripeCustomerId }: { accountId: string; stripeCustomerId: string },
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into former_customers (stripe_customer_id, account_id, replaced_at)
     values ($1, $2, $3)
     on conflict (stripe_customer_id) do nothing`,
    [stripeCustomerId, accountId, now],
  );
}

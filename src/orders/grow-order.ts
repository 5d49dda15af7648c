import type { Tx } from '../database/database.js';
import type { Credits } from '../kernel/credits.js';

export interface OrderGrowth {
  orderId: string;
  /** What was granted for it now. */
  credits: Credits;
  /** Its first grant, if that was made now. */
  grantId: string | null;
  /** What of its credits had lapsed, and was given anew now. */
  revivedCredits: Credits;
}

/** Notes what was granted for an order of an invoice: at once, or month by month. The account must be locked. */
export async function growOrder(tx: Tx, growth: OrderGrowth, now: Date): Promise<void> {
  const { orderId, credits, grantId, revivedCredits } = growth;
  await tx.query(
    `update orders
     set credits = credits + $2,
         grant_id = coalesce(grant_id, $3),
         revived_credits = revived_credits + $4,
         updated_at = $5
     where id = $1`,
    [orderId, credits.toString(), grantId, revivedCredits.toString(), now],
  );
}

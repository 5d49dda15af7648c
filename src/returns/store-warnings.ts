import type { Tx } from '../database/database.js';
import type { Order } from '../orders/order.entity.js';
import type { StripeFraudWarning } from '../stripe/objects/sale-objects.js';

/** Notes warnings of fraud, each once: what they say never changes. The order must be locked. */
export async function storeWarnings(
  tx: Tx,
  order: Order,
  fetched: readonly StripeFraudWarning[],
  now: Date,
): Promise<void> {
  for (const { stripeFraudWarningId, fraudType, warnedAt } of fetched)
    await tx.query(
      `insert into fraud_warnings (stripe_fraud_warning_id, order_id, account_id, fraud_type, warned_at, created_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (stripe_fraud_warning_id) do nothing`,
      [stripeFraudWarningId, order.id, order.accountId, fraudType, warnedAt, now],
    );
}

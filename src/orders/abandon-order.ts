import type { Tx } from '../database/database.js';
import { freeKey } from '../idempotency/reserved-keys.js';
import type { Order } from './order.js';
import { statusAfterPayment } from './order-lifecycle.js';

/**
 * Gives up an order that nobody was given a way to pay for, and frees its idempotency key. The order must be locked.
 */
export async function abandonOrder(tx: Tx, order: Order, now: Date): Promise<void> {
  await freeKey(tx, { accountId: order.accountId, digest: order.idempotencyDigest });
  await tx.query(
    `update orders
     set status = $2,
         idempotency_digest = null,
         idempotency_fingerprint = null,
         updated_at = $3
     where id = $1`,
    [order.id, statusAfterPayment(order.status, 'abandoned'), now],
  );
}

import type { Tx } from '../../database/database.js';
import { freeKey } from '../../idempotency/reserved-keys.js';
import type { PaymentLink } from './payment-link.js';

/** Gives up a link that nobody was given the address of, and frees its idempotency key. The link must be locked. */
export async function abandonPaymentLink(tx: Tx, link: PaymentLink, now: Date): Promise<void> {
  await freeKey(tx, { accountId: link.accountId ?? '', digest: link.idempotencyDigest });
  await tx.query(
    `update payment_links
     set idempotency_digest = null,
         idempotency_fingerprint = null,
         updated_at = $2
     where id = $1`,
    [link.id, now],
  );
}

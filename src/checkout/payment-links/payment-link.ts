import type { Tx } from '../../database/database.js';
import { credits } from '../../kernel/credits.js';
import { invariant } from '../../kernel/invariant.js';
import type { PaymentOptions, ProductSnapshot } from '../../orders/order.entity.js';
import type { Sale } from '../../orders/sale.js';

/** A page that can be paid any number of times; each payment becomes an order of its own, for what the link sells. */
export interface PaymentLink {
  id: string;
  /** Who gets the credits of every payment; null when each payment names its account. */
  accountId: string | null;
  /** What one payment buys, with the product as it was when the link was made. */
  sale: Sale;
  options: PaymentOptions;
  stripePaymentLinkId: string | null;
  url: string | null;
  idempotencyDigest: Buffer | null;
  idempotencyFingerprint: Buffer | null;
  /** When Stripe was last asked for the link and gave no answer; null once it is there. */
  unansweredAt: Date | null;
  livemode: boolean;
  createdAt: Date;
  /** When it was switched off by a call; null while it was not. */
  deactivatedAt: Date | null;
}

/** A row as the driver returns it: bigints as text, instants as Date. */
export interface PaymentLinkRow {
  id: string;
  account_id: string | null;
  product_key: string;
  product_snapshot: ProductSnapshot;
  quantity: number;
  credits: string;
  offer_amount_minor: string;
  currency: string;
  payment_options: PaymentOptions;
  stripe_payment_link_id: string | null;
  url: string | null;
  idempotency_digest: Buffer | null;
  idempotency_fingerprint: Buffer | null;
  unanswered_at: Date | null;
  livemode: boolean;
  created_at: Date;
  deactivated_at: Date | null;
}

export const PAYMENT_LINK_COLUMNS =
  'id, account_id, product_key, product_snapshot, quantity, credits, offer_amount_minor, currency, payment_options, ' +
  'stripe_payment_link_id, url, idempotency_digest, idempotency_fingerprint, unanswered_at, livemode, ' +
  'created_at, deactivated_at';

export function toPaymentLink(row: PaymentLinkRow): PaymentLink {
  return {
    id: row.id,
    accountId: row.account_id,
    sale: {
      productKey: row.product_key,
      product: row.product_snapshot,
      quantity: row.quantity,
      credits: credits(row.credits),
      amountMinor: BigInt(row.offer_amount_minor),
      currency: row.currency,
    },
    options: row.payment_options,
    stripePaymentLinkId: row.stripe_payment_link_id,
    url: row.url,
    idempotencyDigest: row.idempotency_digest,
    idempotencyFingerprint: row.idempotency_fingerprint,
    unansweredAt: row.unanswered_at,
    livemode: row.livemode,
    createdAt: row.created_at,
    deactivatedAt: row.deactivated_at,
  };
}

/** Locks a link that is known to exist and reads it. */
export async function lockPaymentLink(tx: Tx, paymentLinkId: string): Promise<PaymentLink> {
  const [row]: PaymentLinkRow[] = await tx.query(
    `select ${PAYMENT_LINK_COLUMNS} from payment_links where id = $1 for update`,
    [paymentLinkId],
  );
  invariant(row !== undefined, `payment link ${paymentLinkId} is there`);
  return toPaymentLink(row);
}

import type { Offer } from '../catalog/offer.js';
import type { Tx } from '../database/database.js';
import { type Credits, credits } from '../kernel/credits.js';
import { invariant } from '../kernel/invariant.js';
import type { Source } from '../ledger/book/model.js';
import type { PageOptions } from '../stripe/objects/sale-objects.js';
import type { OrderStatus } from './order-lifecycle.js';

/** The product as it was when the order was made. What is granted follows from this alone. */
export type ProductSnapshot = Pick<Offer, 'name' | 'kind' | 'credits' | 'validityDays' | 'features'> & Partial<Offer>;

/**
 * How an order is paid: on a page of its own, on the page of a payment link, in a form of the app's, or by an invoice
 * of the account's subscription.
 */
export type OrderChannel = 'checkout_session' | 'payment_link' | 'payment_intent' | 'subscription';

/** What the payment asks for beside the money, as it was when the order was made. */
export interface PaymentOptions extends PageOptions {
  /** Where Stripe sends the receipt. */
  receiptEmail: string | null;
}

const NO_OPTIONS: PaymentOptions = {
  promotionCodes: false,
  automaticTax: false,
  taxIds: false,
  terms: false,
  receiptEmail: null,
};

/** One purchase. Money in minor units of `currency`. */
export interface Order {
  id: string;
  accountId: string;
  channel: OrderChannel;
  /** The link that was paid, for an order that came of one. */
  paymentLinkId: string | null;
  productKey: string;
  product: ProductSnapshot;
  quantity: number;
  /** Of all units together. */
  credits: Credits;
  offerAmountMinor: bigint;
  currency: string;
  options: PaymentOptions;
  /** What was really charged, after discount and with tax; null until the order is paid. */
  chargedMinor: bigint | null;
  refundedMinor: bigint;
  /** Withdrawn by disputes and not given back. */
  disputedMinor: bigint;
  /** Disputes and inquiries that are not decided yet. */
  openDisputes: number;
  reversedCredits: Credits;
  lapsedCredits: Credits;
  shortfallCredits: Credits;
  status: OrderStatus;
  stripeCheckoutSessionId: string | null;
  checkoutUrl: string | null;
  checkoutExpiresAt: Date | null;
  /** Known from the beginning where the app has a form of its own, otherwise once the order is paid. */
  stripePaymentIntentId: string | null;
  /** When Stripe was asked what the payment has become, as far as the status says it; null for orders with a page. */
  paymentSeenAt: Date | null;
  /** What the purchase is keyed on in the ledger; null until the order is paid. */
  purchase: Source | null;
  grantId: string | null;
  /** The subscription that it began or that it was charged for. */
  stripeSubscriptionId: string | null;
  /** What of its credits has lapsed, and was given anew because it was to roll over. */
  revivedCredits: Credits;
  idempotencyDigest: Buffer | null;
  idempotencyFingerprint: Buffer | null;
  /** When Stripe was last asked for a way to pay and gave no answer; null once there is one. */
  unansweredAt: Date | null;
  livemode: boolean;
  successUrl: string;
  cancelUrl: string;
  createdAt: Date;
  fulfilledAt: Date | null;
  updatedAt: Date;
}

/** A row as the driver returns it: bigints as text, instants as Date. */
export interface OrderRow {
  id: string;
  account_id: string;
  channel: OrderChannel;
  payment_link_id: string | null;
  product_key: string;
  product_snapshot: ProductSnapshot;
  quantity: number;
  credits: string;
  offer_amount_minor: string;
  currency: string;
  payment_options: Partial<PaymentOptions>;
  charged_minor: string | null;
  refunded_minor: string;
  disputed_minor: string;
  open_disputes: number;
  reversed_credits: string;
  lapsed_credits: string;
  shortfall_credits: string;
  status: OrderStatus;
  checkout_session_id: string | null;
  checkout_url: string | null;
  checkout_expires_at: Date | null;
  payment_intent_id: string | null;
  payment_seen_at: Date | null;
  source_type: string | null;
  source_id: string | null;
  grant_id: string | null;
  stripe_subscription_id: string | null;
  revived_credits: string;
  idempotency_digest: Buffer | null;
  idempotency_fingerprint: Buffer | null;
  unanswered_at: Date | null;
  livemode: boolean;
  success_url: string;
  cancel_url: string;
  created_at: Date;
  fulfilled_at: Date | null;
  updated_at: Date;
}

export const ORDER_COLUMNS =
  'id, account_id, channel, payment_link_id, product_key, product_snapshot, quantity, credits, offer_amount_minor, ' +
  'currency, payment_options, charged_minor, refunded_minor, disputed_minor, open_disputes, reversed_credits, ' +
  'lapsed_credits, shortfall_credits, status, checkout_session_id, checkout_url, checkout_expires_at, ' +
  'payment_intent_id, payment_seen_at, source_type, source_id, grant_id, stripe_subscription_id, revived_credits, ' +
  'idempotency_digest, idempotency_fingerprint, unanswered_at, livemode, success_url, cancel_url, created_at, ' +
  'fulfilled_at, updated_at';

export function toOrder(row: OrderRow): Order {
  return {
    id: row.id,
    accountId: row.account_id,
    channel: row.channel,
    paymentLinkId: row.payment_link_id,
    productKey: row.product_key,
    product: row.product_snapshot,
    quantity: row.quantity,
    credits: credits(row.credits),
    offerAmountMinor: BigInt(row.offer_amount_minor),
    currency: row.currency,
    options: { ...NO_OPTIONS, ...row.payment_options },
    chargedMinor: row.charged_minor === null ? null : BigInt(row.charged_minor),
    refundedMinor: BigInt(row.refunded_minor),
    disputedMinor: BigInt(row.disputed_minor),
    openDisputes: row.open_disputes,
    reversedCredits: credits(row.reversed_credits),
    lapsedCredits: credits(row.lapsed_credits),
    shortfallCredits: credits(row.shortfall_credits),
    status: row.status,
    stripeCheckoutSessionId: row.checkout_session_id,
    checkoutUrl: row.checkout_url,
    checkoutExpiresAt: row.checkout_expires_at,
    stripePaymentIntentId: row.payment_intent_id,
    paymentSeenAt: row.payment_seen_at,
    purchase: row.source_type === null || row.source_id === null ? null : { type: row.source_type, id: row.source_id },
    grantId: row.grant_id,
    stripeSubscriptionId: row.stripe_subscription_id,
    revivedCredits: credits(row.revived_credits),
    idempotencyDigest: row.idempotency_digest,
    idempotencyFingerprint: row.idempotency_fingerprint,
    unansweredAt: row.unanswered_at,
    livemode: row.livemode,
    successUrl: row.success_url,
    cancelUrl: row.cancel_url,
    createdAt: row.created_at,
    fulfilledAt: row.fulfilled_at,
    updatedAt: row.updated_at,
  };
}

/** Once an order is paid, money of another payment that names it is not its own: it must be seen, not settled. */
export function assertOwnPayment({ id, purchase }: Order, stripePaymentIntentId: string): void {
  invariant(
    purchase === null || purchase.id === stripePaymentIntentId,
    `payment ${stripePaymentIntentId} is not that of order ${id}`,
  );
}

/**
 * Locks an order that is known to exist and reads it. When credits are to move, the account's balance is locked first,
 * with `Ledger.open`: always the account, then the order, then its refunds.
 */
export async function lockOrder(tx: Tx, orderId: string): Promise<Order> {
  const [row]: OrderRow[] = await tx.query(`select ${ORDER_COLUMNS} from orders where id = $1 for update`, [orderId]);
  invariant(row !== undefined, `order ${orderId} is there`);
  return toOrder(row);
}

/** Locks the order of an account that its idempotency key names, and reads it; undefined when none is known by it. */
export async function lockOrderOfKey(
  tx: Tx,
  { accountId, digest }: { accountId: string; digest: Buffer },
): Promise<Order | undefined> {
  const [row]: OrderRow[] = await tx.query(
    `select ${ORDER_COLUMNS} from orders where idempotency_digest = $1 and account_id = $2 for update`,
    [digest, accountId],
  );
  return row === undefined ? undefined : toOrder(row);
}

import { IsNull } from 'typeorm';
import type { Tx } from '../database/database.js';
import { freeKey } from '../idempotency/idempotency-keys.store.js';
import type { Credits } from '../kernel/credits.js';
import { invariant } from '../kernel/invariant.js';
import type { Source } from '../ledger/book/model.js';
import type { ReturnedCredits } from '../ledger/decisions/reach-target.js';
import { StripeRefused } from '../stripe/client/stripe.problems.js';
import type { StripeInvoice } from '../stripe/objects/billing-objects.js';
import type { StripeCheckout, StripeIntent } from '../stripe/objects/sale-objects.js';
import { InvoicePayment, Order, type OrderChannel, type PaymentOptions } from './order.entity.js';
import { statusAfterPayment } from './order-lifecycle.js';
import type { Sale } from './sale.js';

/*
 * Every way in which a row of `orders` and `invoice_payments` is locked and written. Each function changes one order
 * with one statement, in the transaction that it is given. What an order becomes by its money is decided by verbs with
 * files of their own, which end here.
 */

/**
 * Locks an order that is known to exist and reads it. When credits are to move, the account's balance is locked first,
 * with `Ledger.open`: always the account, then the order, then its refunds.
 */
export async function lockOrder(tx: Tx, orderId: string): Promise<Order> {
  const order = await lockOrderBy(tx, { id: orderId });
  invariant(order !== undefined, `order ${orderId} is there`);
  return order;
}

/** What an order can be locked by: each names one at most. */
type Known = Pick<Order, 'id'> | { stripeInvoiceId: string } | { accountId: string; idempotencyDigest: Buffer };

/** Locks the order that is known by this and reads it; undefined while there is none. */
export async function lockOrderBy(tx: Tx, known: Known): Promise<Order | undefined> {
  return (await tx.findOne(Order, { where: known, lock: { mode: 'pessimistic_write' } })) ?? undefined;
}

export interface NewOrder {
  id: string;
  accountId: string;
  channel: OrderChannel;
  sale: Sale;
  options: PaymentOptions;
  livemode: boolean;
  successUrl: string;
  cancelUrl: string;
  idempotency?: { digest: Buffer; fingerprint: Buffer };
  /** What an order is known by that was paid before it was made. */
  paidBy?: { paymentLinkId: string; stripeCheckoutSessionId: string };
  /** The invoice that charged it. */
  ofInvoice?: Pick<StripeInvoice, 'stripeInvoiceId' | 'stripeSubscriptionId' | 'reason'>;
}

/** Writes a pending order. One that was paid before it was made is not written where its checkout session has one. */
export async function insertOrder(tx: Tx, order: NewOrder, now: Date): Promise<void> {
  const { sale, idempotency, paidBy, ofInvoice } = order;
  const insert = tx.createQueryBuilder().insert().into(Order).values({
    id: order.id,
    accountId: order.accountId,
    channel: order.channel,
    productKey: sale.productKey,
    product: sale.product,
    quantity: sale.quantity,
    credits: sale.credits,
    offerAmountMinor: sale.amountMinor,
    currency: sale.currency,
    options: order.options,
    status: 'pending',
    idempotencyDigest: idempotency?.digest,
    idempotencyFingerprint: idempotency?.fingerprint,
    paymentLinkId: paidBy?.paymentLinkId,
    stripeCheckoutSessionId: paidBy?.stripeCheckoutSessionId,
    livemode: order.livemode,
    successUrl: order.successUrl,
    cancelUrl: order.cancelUrl,
    stripeInvoiceId: ofInvoice?.stripeInvoiceId,
    stripeSubscriptionId: ofInvoice?.stripeSubscriptionId,
    billingReason: ofInvoice?.reason,
    createdAt: now,
    updatedAt: now,
  });
  // Its id is new and nothing else of it is unique, so the session is all that it can be known by already.
  await (paidBy === undefined ? insert : insert.orIgnore()).execute();
}

/** Gives up an order that nobody was given a way to pay for, and frees its key. The order must be locked. */
export async function abandonOrder(tx: Tx, order: Order, now: Date): Promise<void> {
  const { id, accountId, idempotencyDigest: digest } = order;
  await freeKey(tx, { accountId, digest });
  const status = statusAfterPayment(order.status, 'abandoned');
  await tx.update(Order, { id }, { status, idempotencyDigest: null, idempotencyFingerprint: null, updatedAt: now });
}

/**
 * Notes that Stripe gave no way to pay for an order. A refusal ends the order and frees its key; where Stripe gave no
 * answer the order waits for the same request to come again. Locks the order.
 */
export async function noteNoAnswer(tx: Tx, orderId: string, error: unknown, now: Date): Promise<void> {
  const order = await lockOrder(tx, orderId);
  if (order.checkoutUrl !== null || order.stripePaymentIntentId !== null) return;
  if (error instanceof StripeRefused) return abandonOrder(tx, order, now);
  await tx.update(Order, { id: orderId }, { unansweredAt: now });
}

export interface StoredCheckout {
  order: Order;
  /** Whether it was stored now; another process may have been quicker. */
  isNew: boolean;
}

/** Notes where the order is paid, and returns the order with it. Locks the order. */
export async function storeCheckout(
  tx: Tx,
  orderId: string,
  checkout: StripeCheckout,
  now: Date,
): Promise<StoredCheckout> {
  const order = await lockOrder(tx, orderId);
  if (order.checkoutUrl !== null) return { order, isNew: false };
  invariant(checkout.url !== null, 'a checkout session that was just opened has an address');
  const stored = {
    stripeCheckoutSessionId: checkout.stripeCheckoutSessionId,
    checkoutUrl: checkout.url,
    checkoutExpiresAt: checkout.expiresAt,
    unansweredAt: null,
  };
  await tx.update(Order, { id: orderId }, { ...stored, updatedAt: now });
  return { order: Object.assign(order, stored), isNew: true };
}

/** Notes with which payment the order is paid; returns whether that is news. Locks the order. */
export async function storeIntent(
  tx: Tx,
  orderId: string,
  { stripePaymentIntentId }: StripeIntent,
  now: Date,
): Promise<boolean> {
  const { stripePaymentIntentId: known } = await lockOrder(tx, orderId);
  invariant(known === null || known === stripePaymentIntentId, `order ${orderId} is paid with one payment`);
  await tx.update(Order, { id: orderId }, { stripePaymentIntentId, unansweredAt: null, updatedAt: now });
  return known === null;
}

/** Notes what is known of the payment of an order that is not paid. The order must be locked. */
export async function storePaymentNews(
  tx: Tx,
  { id }: Order,
  news: Partial<Pick<Order, 'stripePaymentIntentId' | 'paymentSeenAt' | 'status' | 'updatedAt'>>,
): Promise<void> {
  await tx.update(Order, { id }, news);
}

/** What an order is paid with: what was charged, and what the purchase is keyed on in the ledger. */
export type OrderPayment = Pick<Order, 'currency' | 'stripePaymentIntentId'> & {
  chargedMinor: bigint;
  taxMinor: bigint;
  purchase: Source;
};

/** What else is known of an order by its payment: the page it was paid on with its grant, or its invoice. */
type KnownByPayment = Partial<
  Pick<
    Order,
    'stripeCheckoutSessionId' | 'grantId' | 'credits' | 'stripeSubscriptionId' | 'stripeInvoiceId' | 'billingReason'
  >
>;

/** Makes an order a paid one. The account and the order must be locked. */
export async function storePayment(
  tx: Tx,
  order: Order,
  { purchase, ...paid }: OrderPayment & KnownByPayment,
  now: Date,
): Promise<void> {
  await tx.update(
    Order,
    { id: order.id },
    {
      ...paid,
      status: statusAfterPayment(order.status, 'paid'),
      sourceType: purchase.type,
      sourceId: purchase.id,
      fulfilledAt: now,
      updatedAt: now,
    },
  );
}

/** Notes what an invoice was paid with, once; the order itself is known by the first. */
export async function storeInvoicePayments(
  tx: Tx,
  orderId: string,
  { stripeInvoiceId, stripePaymentIntentIds }: StripeInvoice,
  now: Date,
): Promise<void> {
  if (stripePaymentIntentIds.length === 0) return;
  const payments = stripePaymentIntentIds.map((stripePaymentIntentId) => ({
    stripePaymentIntentId,
    stripeInvoiceId,
    orderId,
    recordedAt: now,
  }));
  await tx.createQueryBuilder().insert().into(InvoicePayment).values(payments).orIgnore().execute();
}

/**
 * Notes which subscription an order has begun. Grants nothing and opens nothing: that follows from the subscription
 * itself and from its paid invoices, however they are heard of.
 */
export async function linkSubscription(
  tx: Tx,
  orderId: string,
  stripeSubscriptionId: string,
  now: Date,
): Promise<void> {
  const unlinked = { id: orderId, stripeSubscriptionId: IsNull() };
  await tx.update(Order, unlinked, { stripeSubscriptionId, updatedAt: now });
}

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
  await tx
    .createQueryBuilder()
    .update(Order)
    .set({
      credits: () => 'credits + :given',
      grantId: () => 'coalesce(grant_id, :first)',
      revivedCredits: () => 'revived_credits + :revived',
      updatedAt: now,
    })
    .where({ id: orderId })
    .setParameters({ given: credits.toString(), first: grantId, revived: revivedCredits.toString() })
    .execute();
}

/** Where the money and the credits of an order stand: what follows from its refunds and disputes. */
export type OrderStanding = Pick<Order, 'refundedMinor' | 'disputedMinor' | 'openDisputes' | 'status'> &
  ReturnedCredits;

/** Notes where an order stands, when that is news. The account and the order must be locked. */
export async function storeStanding(tx: Tx, order: Order, standing: OrderStanding, now: Date): Promise<void> {
  const names = Object.keys(standing) as (keyof OrderStanding)[];
  if (names.every((name) => order[name] === standing[name])) return;
  await tx.update(Order, { id: order.id }, { ...standing, updatedAt: now });
}

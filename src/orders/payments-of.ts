import type { Tx } from '../database/database.js';

/**
 * Which orders these payments (`$1`, an array) have paid, as `order_id` and `payment`. An invoice can be paid with
 * several; its order is known by the first, and what it gives is keyed on that one.
 */
export const PAID_WITH = `
  select id as order_id, payment_intent_id as payment
  from orders
  where payment_intent_id = any($1::text[])
  union
  select order_id, stripe_payment_intent_id
  from invoice_payments
  where stripe_payment_intent_id = any($1::text[])`;

/** The first payment of the order's invoice when this one is another of it; or else this one. */
export async function firstPaymentOf(tx: Tx, orderId: string, stripePaymentIntentId: string): Promise<string> {
  const [row]: { payment_intent_id: string }[] = await tx.query(
    `select orders.payment_intent_id
     from invoice_payments
     join orders on orders.id = invoice_payments.order_id
     where invoice_payments.order_id = $1
       and invoice_payments.stripe_payment_intent_id = $2`,
    [orderId, stripePaymentIntentId],
  );
  return row?.payment_intent_id ?? stripePaymentIntentId;
}

export interface PaidOrder {
  orderId: string;
  accountId: string;
  stripePaymentIntentId: string;
}

const PAID_ORDER = 'id as "orderId", account_id as "accountId"';

/** The orders that these payments have paid, one for each payment. */
export function ordersPaidWith(tx: Tx, intents: readonly string[]): Promise<PaidOrder[]> {
  return tx.query(
    `select ${PAID_ORDER}, payment as "stripePaymentIntentId"
     from orders
     join (${PAID_WITH}) paid on paid.order_id = orders.id
     order by id, payment`,
    [intents],
  );
}

/** Those of these orders of which money is back, with their first payment. */
export async function ordersWithReturns(tx: Tx, orderIds: readonly string[]): Promise<PaidOrder[]> {
  if (orderIds.length === 0) return [];
  return tx.query(
    `select ${PAID_ORDER}, payment_intent_id as "stripePaymentIntentId"
     from orders
     where id = any($1::text[])
       and payment_intent_id is not null
       and refunded_minor + disputed_minor > 0
     order by id`,
    [orderIds],
  );
}

import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import type { StripeCheckout } from '../../stripe/objects/sale-objects.js';

/**
 * The account that a payment of a link is for, as SQL over its reference, its customer and the account that it was
 * attributed to: whom somebody has named comes before whom the payment's address names, and that before the customer.
 */
export const ACCOUNT_OF_PARKED = `
  select coalesce(
    attributed,
    (select id from accounts where id = named),
    (select id from accounts where stripe_customer_id = customer))`;

const AT_A_TIME = 100;

/**
 * Payments of links that no account is known for: their address named none, or one that is not there. They are credited
 * as soon as there is one, and are a finding of every reconciliation until then.
 */
@Injectable()
export class ParkedPayments {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The payment must be locked, where it has one. */
  async park(tx: Tx, paymentLinkId: string, checkout: StripeCheckout): Promise<void> {
    await tx.query(
      `insert into parked_payments (stripe_checkout_session_id, stripe_payment_intent_id, payment_link_id,
         stripe_customer_id, reference, parked_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (stripe_checkout_session_id) do nothing`,
      [
        checkout.stripeCheckoutSessionId,
        checkout.stripePaymentIntentId,
        paymentLinkId,
        checkout.stripeCustomerId,
        checkout.reference,
        this.clock.now(),
      ],
    );
  }

  /** Lets what a customer has paid be an account's. Answers the sessions of it. */
  async attribute(tx: Tx, stripeCustomerId: string, accountId: string): Promise<string[]> {
    const [rows]: [{ id: string }[], number] = await tx.query(
      `update parked_payments
       set account_id = $2
       where stripe_customer_id = $1
       returning stripe_checkout_session_id as id`,
      [stripeCustomerId, accountId],
    );
    return rows.map(({ id }) => id);
  }

  /** The sessions of payments that an account is known for by now, behind `after`, in order. */
  async listAttributable(after: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select stripe_checkout_session_id as id
       from parked_payments
       cross join lateral (select account_id, reference, stripe_customer_id) p (attributed, named, customer)
       where stripe_checkout_session_id > $1
         and (${ACCOUNT_OF_PARKED}) is not null
       order by stripe_checkout_session_id
       limit $2`,
      [after, AT_A_TIME],
    );
    return rows.map(({ id }) => id);
  }
}

/** The account that a payment of a link is for; undefined while there is none. */
export async function accountOfLinkPayment(tx: Tx, checkout: StripeCheckout): Promise<string | undefined> {
  const [row]: { id: string | null }[] = await tx.query(
    `select (${ACCOUNT_OF_PARKED}) as id
     from (values ((select account_id from parked_payments where stripe_checkout_session_id = $1), $2::text, $3::text))
       p (attributed, named, customer)`,
    [checkout.stripeCheckoutSessionId, checkout.reference, checkout.stripeCustomerId],
  );
  return row?.id ?? undefined;
}

/** It is an order now. */
export async function unpark(tx: Tx, stripeCheckoutSessionId: string): Promise<void> {
  await tx.query('delete from parked_payments where stripe_checkout_session_id = $1', [stripeCheckoutSessionId]);
}

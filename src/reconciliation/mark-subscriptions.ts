import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { ListedPayment } from '../stripe/listed-objects.js';
import { StripeBilling } from '../stripe/stripe-billing.js';
import { BillingNow } from '../subscriptions/billing-now.js';

/**
 * Marks payments of subscriptions of ours that the books do not know. Nothing in a payment says that it is for an invoice,
 * so Stripe is asked, one question each; only about payments of our own customers, and none that the books know. Must not
 * be called in a transaction. @throws StripeUnavailable, StripeRefused
 */
@Injectable()
export class MarkSubscriptions {
  constructor(
    private readonly database: Database,
    private readonly stripe: StripeBilling,
    private readonly billingNow: BillingNow,
  ) {}

  async run(listed: readonly ListedPayment[]): Promise<ListedPayment[]> {
    const unknown = await this.unknownOf(listed);
    const marked: ListedPayment[] = [];
    // One after the other: a page has a hundred, and Stripe takes fewer calls a second.
    for (const payment of listed) marked.push(unknown.has(payment.stripeId) ? await this.mark(payment) : payment);
    return marked;
  }

  private async mark(payment: ListedPayment): Promise<ListedPayment> {
    const stripeSubscriptionId = await this.stripe.findSubscriptionOf(payment.stripeId);
    if (stripeSubscriptionId === null) return payment;
    const isOurs = (await this.billingNow.fetch(stripeSubscriptionId)) !== undefined;
    return isOurs ? { ...payment, marker: { orderId: null, paymentLinkId: null, stripeSubscriptionId } } : payment;
  }

  private async unknownOf(listed: readonly ListedPayment[]): Promise<Set<string>> {
    const asked = listed.filter(
      ({ marker, isPaid, stripeId, stripePaymentIntentId }) =>
        marker === null && isPaid && stripeId === stripePaymentIntentId,
    );
    if (asked.length === 0) return new Set();
    const rows = await this.database.query<{ payment: string }>(
      `select payment
       from unnest($1::text[], $2::text[]) k (payment, customer)
       join accounts on accounts.stripe_customer_id = k.customer
       where not exists (select from orders where payment_intent_id = k.payment)
         and not exists (select from invoice_payments where stripe_payment_intent_id = k.payment)`,
      [asked.map(({ stripeId }) => stripeId), asked.map(({ stripeCustomerId }) => stripeCustomerId)],
    );
    return new Set(rows.map(({ payment }) => payment));
  }
}

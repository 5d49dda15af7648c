import type { Tx } from '../../database/database.js';
import type { StripeCheckout } from '../../stripe/objects/sale-objects.js';
import { ParkedPayment } from './parked-payment.entity.js';

/** Parks a payment of a link, once. The payment must be locked, where it has one. */
export async function parkPayment(tx: Tx, paymentLinkId: string, checkout: StripeCheckout, now: Date): Promise<void> {
  const { stripeCheckoutSessionId, stripePaymentIntentId, stripeCustomerId, reference } = checkout;
  await tx
    .createQueryBuilder()
    .insert()
    .into(ParkedPayment)
    .values({
      stripeCheckoutSessionId,
      stripePaymentIntentId,
      paymentLinkId,
      stripeCustomerId,
      reference,
      parkedAt: now,
    })
    .orIgnore()
    .updateEntity(false)
    .execute();
}

/** Lets what a customer has paid be an account's. Returns the checkout sessions of it. */
export async function attributePayments(tx: Tx, stripeCustomerId: string, accountId: string): Promise<string[]> {
  const { raw } = await tx.update(
    ParkedPayment,
    { stripeCustomerId },
    { accountId },
    { returning: ['stripeCheckoutSessionId'] },
  );
  return (raw as { stripe_checkout_session_id: string }[]).map((row) => row.stripe_checkout_session_id);
}

/** Takes out a payment that is an order now. */
export async function unparkPayment(tx: Tx, stripeCheckoutSessionId: string): Promise<void> {
  await tx.delete(ParkedPayment, { stripeCheckoutSessionId });
}

import Stripe from 'stripe';
import type { StripeConnection } from '../../config/config.module.js';
import { askStripe } from '../client/ask-stripe.js';
import { createOnce } from '../client/create-once.js';
import { ORDER_ID } from '../client/metadata-keys.js';
import { StripeRefused } from '../client/stripe.problems.js';
import { createStripeClient } from '../client/stripe-client.js';
import { type NewOffSessionCharge, type OffSessionCharge, toOffSessionCharge } from '../objects/off-session.js';

const NEWEST = { limit: 100 };

/**
 * Charges of what a customer has saved, while they are not there. A decline is an outcome and no error: what Stripe
 * has made of the payment is returned. No method may be called inside a transaction. All throw StripeUnavailable and
 * StripeRefused.
 */
export class StripeOffSession {
  private readonly stripe: Stripe;

  constructor(connection: StripeConnection) {
    this.stripe = createStripeClient(connection);
  }

  /** Charges once per order, however often it is asked: the order's id is Stripe's idempotency key. */
  async charge(charge: NewOffSessionCharge): Promise<OffSessionCharge> {
    const intent = await createOnce({
      idempotencyKey: `off-session:${charge.orderId}`,
      create: (idempotencyKey) =>
        this.stripe.paymentIntents.create(chargeParams(charge), { idempotencyKey }).catch(declinedIntent),
      find: () => this.findIntent(charge),
    });
    return toOffSessionCharge(intent);
  }

  /** What was made for the order before, which Stripe still knows when it has forgotten the key. */
  async find(order: Pick<NewOffSessionCharge, 'orderId' | 'stripeCustomerId'>): Promise<OffSessionCharge | undefined> {
    const intent = await askStripe(() => this.findIntent(order));
    return intent && toOffSessionCharge(intent);
  }

  async fetch(stripePaymentIntentId: string): Promise<OffSessionCharge> {
    return toOffSessionCharge(await askStripe(() => this.stripe.paymentIntents.retrieve(stripePaymentIntentId)));
  }

  /** Tries the payment with its holder there, who may be sent to their bank. */
  async confirm(
    stripePaymentIntentId: string,
    { stripePaymentMethodId, returnUrl }: { stripePaymentMethodId: string; returnUrl: string },
  ): Promise<OffSessionCharge> {
    const asked = { payment_method: stripePaymentMethodId, return_url: returnUrl };
    return toOffSessionCharge(
      await askStripe(() => this.stripe.paymentIntents.confirm(stripePaymentIntentId, asked).catch(declinedIntent)),
    );
  }

  /** Takes a payment back that is not paid yet. Returns what it is then: it may have been paid a moment ago. */
  async cancel(stripePaymentIntentId: string): Promise<OffSessionCharge> {
    try {
      return toOffSessionCharge(await askStripe(() => this.stripe.paymentIntents.cancel(stripePaymentIntentId)));
    } catch (error) {
      if (!(error instanceof StripeRefused) || error.isOfConfiguration) throw error;
      return this.fetch(stripePaymentIntentId);
    }
  }

  private async findIntent({
    orderId,
    stripeCustomerId: customer,
  }: Pick<NewOffSessionCharge, 'orderId' | 'stripeCustomerId'>): Promise<Stripe.PaymentIntent | undefined> {
    const { data } = await this.stripe.paymentIntents.list({ customer, ...NEWEST });
    return data.find(({ metadata }) => metadata[ORDER_ID] === orderId);
  }
}

/** `error_on_requires_action` is for those who handle no action. */
function chargeParams(charge: NewOffSessionCharge): Stripe.PaymentIntentCreateParams {
  const { orderId, stripeCustomerId, stripePaymentMethodId, amountMinor, currency, receiptEmail, returnUrl } = charge;
  return {
    amount: Number(amountMinor),
    currency,
    customer: stripeCustomerId,
    payment_method: stripePaymentMethodId,
    off_session: true,
    confirm: true,
    return_url: returnUrl,
    metadata: { [ORDER_ID]: orderId },
    ...(receiptEmail !== null && { receipt_email: receiptEmail }),
  };
}

/** A decline leaves a payment behind, which Stripe sends along with its error. */
function declinedIntent(error: unknown): Stripe.PaymentIntent {
  if (error instanceof Stripe.errors.StripeCardError && error.payment_intent !== undefined) return error.payment_intent;
  throw error;
}

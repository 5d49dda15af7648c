import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import type { StripeConnection } from '../config/config.module.js';
import { askStripe } from './ask-stripe.js';
import { ORDER_ID } from './metadata-keys.js';
import { StripeRefused } from './stripe.problems.js';
import { createStripeClient, isLiveKey } from './stripe-client.js';
import { toCheckout } from './stripe-mappers.js';
import type { NewCheckout, NewCustomer, StripeCheckout, StripePayment } from './stripe-objects.js';
import { StripePrices } from './stripe-prices.js';

const PRICE_PARAMETER = 'line_items[0][price]';

/**
 * All that is asked of Stripe about selling, in words of ours. Every create carries an idempotency key that names the business fact,
 * or an id of ours, so asking again never does it twice. No method may be called inside a transaction.
 * All throw StripeUnavailable and StripeRefused.
 */
export class StripeGateway {
  /** Whether real money moves. */
  readonly livemode: boolean;
  private readonly stripe: Stripe;
  private readonly prices: StripePrices;

  constructor(connection: StripeConnection) {
    this.livemode = isLiveKey(connection.secretKey);
    this.stripe = createStripeClient(connection);
    this.prices = new StripePrices(this.stripe);
  }

  /** The id of a customer for the account. The key holds what it is made from: a changed e-mail is another request. */
  async createCustomer({ accountId, email, name, replaces }: NewCustomer): Promise<string> {
    const made = createHash('sha256')
      .update(JSON.stringify([accountId, email, name, replaces]))
      .digest('base64url');
    const customer = await askStripe(() =>
      this.stripe.customers.create(
        { email: email ?? undefined, name: name ?? undefined, metadata: { scrip_account_id: accountId } },
        { idempotencyKey: `customer:${made}` },
      ),
    );
    return customer.id;
  }

  /** Opens the page on which the order is paid. Asked again for the same order, it answers the same session. */
  async createCheckout(checkout: NewCheckout): Promise<StripeCheckout> {
    try {
      return await this.openCheckout(checkout);
    } catch (error) {
      if (!(error instanceof StripeRefused) || !error.isAbout(PRICE_PARAMETER)) throw error;
      this.prices.forget(checkout.offer);
      return this.openCheckout(checkout);
    }
  }

  private async openCheckout(checkout: NewCheckout): Promise<StripeCheckout> {
    const price = await this.prices.ensure(checkout.offer);
    const metadata = { [ORDER_ID]: checkout.orderId };
    const session = await askStripe(() =>
      this.stripe.checkout.sessions.create(
        {
          mode: 'payment',
          customer: checkout.stripeCustomerId,
          client_reference_id: checkout.orderId,
          line_items: [{ price, quantity: checkout.quantity }],
          metadata,
          payment_intent_data: { metadata },
          success_url: checkout.successUrl,
          cancel_url: checkout.cancelUrl,
        },
        // Customer and price belong to it: when one of them is gone, what follows is another request.
        { idempotencyKey: `checkout:${checkout.orderId}:${checkout.stripeCustomerId}:${price}` },
      ),
    );
    return toCheckout(session);
  }

  /** The session as it is now, with what was really charged. */
  async fetchCheckout(stripeCheckoutSessionId: string): Promise<StripeCheckout> {
    const expand = ['payment_intent.latest_charge'];
    return toCheckout(
      await askStripe(() => this.stripe.checkout.sessions.retrieve(stripeCheckoutSessionId, { expand })),
    );
  }

  async fetchPayment(stripePaymentIntentId: string): Promise<StripePayment> {
    const intent = await askStripe(() => this.stripe.paymentIntents.retrieve(stripePaymentIntentId));
    return { stripePaymentIntentId: intent.id, orderId: intent.metadata[ORDER_ID] ?? null };
  }
}

import type Stripe from 'stripe';
import type { StripeConnection } from '../../config/config.module.js';
import { invariant } from '../../kernel/invariant.js';
import { askStripe } from '../client/ask-stripe.js';
import { StripeRefused } from '../client/stripe.problems.js';
import { createStripeClient } from '../client/stripe-client.js';
import { unlessMissing } from '../client/unless-missing.js';
import { idOf } from '../objects/billing-mappers.js';
import {
  type NewSetupPage,
  type StripePaymentMethod,
  type StripeSetupPage,
  toPaymentMethod,
} from '../objects/payment-methods.js';
import { unlessCustomerGone } from './customers.gateway.js';

/** How Stripe says that a payment method is nobody's any more. */
const DETACHED = 'payment_method_unexpected_state';

/**
 * All that is asked of Stripe about what a customer has saved to pay with. No method may be called inside a
 * transaction. All throw StripeUnavailable and StripeRefused.
 */
export class StripePaymentMethods {
  private readonly stripe: Stripe;

  constructor(connection: StripeConnection) {
    this.stripe = createStripeClient(connection);
  }

  /** Newest first, those behind `after`; none of a customer that is gone. */
  async list(
    stripeCustomerId: string,
    { limit, after }: { limit: number; after?: string },
  ): Promise<{ methods: StripePaymentMethod[]; hasMore: boolean }> {
    const page = { limit, ...(after !== undefined && { starting_after: after }) };
    const listed = await askStripe(() => this.stripe.customers.listPaymentMethods(stripeCustomerId, page)).catch(
      unlessCustomerGone,
    );
    return { methods: listed?.data.map(toPaymentMethod) ?? [], hasMore: listed?.has_more ?? false };
  }

  /** Undefined when there is none of this id. It may be anybody's. */
  async find(stripePaymentMethodId: string): Promise<StripePaymentMethod | undefined> {
    const method = await askStripe(() => this.stripe.paymentMethods.retrieve(stripePaymentMethodId)).catch(
      unlessMissing,
    );
    return method && toPaymentMethod(method);
  }

  /** The one that the customer is charged with by default; null where none was chosen, or the customer is gone. */
  async fetchDefault(stripeCustomerId: string): Promise<string | null> {
    const customer = await askStripe(() => this.stripe.customers.retrieve(stripeCustomerId)).catch(unlessCustomerGone);
    if (customer === undefined || customer.deleted === true) return null;
    const { default_payment_method: method } = customer.invoice_settings;
    return method === null ? null : idOf(method);
  }

  /** Lets the customer be charged with it by default: its invoices as well, as far as its subscription names none. */
  async chooseDefault(stripeCustomerId: string, stripePaymentMethodId: string): Promise<void> {
    await askStripe(() =>
      this.stripe.customers.update(stripeCustomerId, {
        invoice_settings: { default_payment_method: stripePaymentMethodId },
      }),
    );
  }

  /** Takes it from its customer, for good. Returns false when it was taken before. */
  async detach(stripePaymentMethodId: string): Promise<boolean> {
    try {
      await askStripe(() => this.stripe.paymentMethods.detach(stripePaymentMethodId));
      return true;
    } catch (error) {
      if (error instanceof StripeRefused && error.facts.stripeCode === DETACHED) return false;
      throw error;
    }
  }

  /** Opens a page on which a payment method is saved. Every request makes another one. */
  async openSetup({ stripeCustomerId, currency, successUrl, cancelUrl }: NewSetupPage): Promise<StripeSetupPage> {
    const { id, url, expires_at } = await askStripe(() =>
      this.stripe.checkout.sessions.create({
        mode: 'setup',
        customer: stripeCustomerId,
        currency,
        success_url: successUrl,
        cancel_url: cancelUrl,
      }),
    );
    invariant(url !== null, `page ${id}, which was just opened, has an address`);
    return { stripeCheckoutSessionId: id, url, expiresAt: new Date(expires_at * 1000) };
  }

  /** Begins saving a payment method in a form of the app's own. Every request begins anew. Returns the setup's id. */
  async beginSetup(stripeCustomerId: string): Promise<string> {
    const { id } = await askStripe(() =>
      this.stripe.setupIntents.create({ customer: stripeCustomerId, usage: 'off_session' }),
    );
    return id;
  }

  /** The secret with which a form saves the payment method. It is never stored. */
  async fetchSetupSecret(stripeSetupIntentId: string): Promise<string> {
    const { client_secret: secret } = await askStripe(() => this.stripe.setupIntents.retrieve(stripeSetupIntentId));
    invariant(secret !== null, `setup ${stripeSetupIntentId} can be finished with its secret`);
    return secret;
  }
}

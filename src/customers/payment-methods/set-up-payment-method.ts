import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG, RUNTIME, type Runtime } from '../../config/config.module.js';
import { StripePaymentMethods } from '../../stripe/customers/payment-methods.gateway.js';
import type { StripeSetupPage } from '../../stripe/objects/payment-methods.js';
import { Customers } from '../customers.js';

export interface SetupPageCommand {
  accountId: string;
  currency?: string;
  successUrl?: string;
  cancelUrl?: string;
}

/**
 * Lets the customer of an account save something to pay with later, for which nothing is charged now: on a page of
 * Stripe's, or in a form of the app's own. Nothing is recorded here; what was saved is heard of by Stripe's event. Must
 * not be called in a transaction. @throws AccountNotFound, StripeUnavailable, StripeRefused
 */
@Injectable()
export class SetUpPaymentMethod {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly customers: Customers,
    private readonly stripe: StripePaymentMethods,
  ) {}

  /** Without addresses of the app's own the page leads back to the first page of the service. */
  onPage({ accountId, currency, successUrl, cancelUrl }: SetupPageCommand): Promise<StripeSetupPage> {
    const { publicUrl } = this.runtime;
    return this.customers.use(accountId, (stripeCustomerId) =>
      this.stripe.openSetup({
        stripeCustomerId,
        currency: currency ?? this.config.defaultCurrency,
        successUrl: successUrl ?? publicUrl,
        cancelUrl: cancelUrl ?? publicUrl,
      }),
    );
  }

  /** Returns Stripe's id of the setup. */
  inForm(accountId: string): Promise<string> {
    return this.customers.use(accountId, (stripeCustomerId) => this.stripe.beginSetup(stripeCustomerId));
  }

  /** What a form finishes a setup with. It is kept nowhere, and asked for whenever it is to be returned. */
  secretOf(stripeSetupIntentId: string): Promise<string> {
    return this.stripe.fetchSetupSecret(stripeSetupIntentId);
  }
}

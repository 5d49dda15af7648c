import type Stripe from 'stripe';
import type { StripeConnection } from '../config/config.module.js';
import { askStripe } from './ask-stripe.js';
import { createOnce } from './create-once.js';
import { ACCOUNT_ID } from './metadata-keys.js';
import { StripeRefused } from './stripe.problems.js';
import { createStripeClient } from './stripe-client.js';
import type { CustomerContact, CustomerState, NewCustomer } from './stripe-objects.js';

/**
 * All that is asked of Stripe about customers. As with `StripeGateway`, asking again never does it twice, and no method
 * may be called inside a transaction. All throw StripeUnavailable and StripeRefused.
 */
export class StripeCustomers {
  private readonly stripe: Stripe;

  constructor(connection: StripeConnection) {
    this.stripe = createStripeClient(connection);
  }

  /**
   * The id of a customer for the account: one, however often and by however many processes it is asked for. So the
   * request holds nothing that may change; what the customer is called and reached by is told apart.
   */
  async create({ accountId, replaces }: NewCustomer): Promise<string> {
    const customer = await createOnce({
      idempotencyKey: replaces === null ? `customer:${accountId}` : `customer:${accountId}:${replaces}`,
      create: (idempotencyKey) =>
        this.stripe.customers.create({ metadata: { [ACCOUNT_ID]: accountId } }, { idempotencyKey }),
      find: async () => {
        const { data } = await this.stripe.customers.list({ limit: 100 });
        return data.find(({ metadata }) => metadata[ACCOUNT_ID] === accountId);
      },
    });
    return customer.id;
  }

  /** Tells Stripe what the customer is called and reached by: its pages fill the address in, and receipts go there. */
  async update({ stripeCustomerId, email, name }: CustomerContact): Promise<void> {
    await askStripe(() => this.stripe.customers.update(stripeCustomerId, { email: email ?? '', name: name ?? '' }));
  }

  /** The customer as it is now, asked at `askedAt`. */
  async fetch(stripeCustomerId: string, askedAt: Date): Promise<CustomerState> {
    const { data } = await askStripe(() =>
      this.stripe.customers.listPaymentMethods(stripeCustomerId, { limit: 1 }),
    ).catch(unlessGone);
    return { stripeCustomerId, hasPaymentMethod: data.length > 0, askedAt };
  }
}

/** Whether the customer that the request names is no longer there. */
export function isCustomerGone(error: unknown): boolean {
  if (!(error instanceof StripeRefused)) return false;
  const { stripeCode, stripeParam } = error.facts;
  return stripeCode === 'resource_missing' && (stripeParam === 'customer' || stripeParam === 'id');
}

function unlessGone(error: unknown): { data: Stripe.PaymentMethod[] } {
  if (isCustomerGone(error)) return { data: [] };
  throw error;
}

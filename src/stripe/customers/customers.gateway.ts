import type Stripe from 'stripe';
import type { StripeConnection } from '../../config/config.module.js';
import { askStripe } from '../client/ask-stripe.js';
import { createOnce } from '../client/create-once.js';
import { ACCOUNT_ID } from '../client/metadata-keys.js';
import { StripeRefused } from '../client/stripe.problems.js';
import { createStripeClient } from '../client/stripe-client.js';
import type { CustomerContact, CustomerState, NewCustomer } from '../objects/sale-objects.js';

/** As many changes of customers are read to find one: ten pages of Stripe's. */
const MAX_CHANGES = 1000;

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
  async update(stripeCustomerId: string, contact: Partial<CustomerContact>): Promise<void> {
    const told = Object.entries(contact).map(([field, value]) => [field, value ?? '']);
    await askStripe(() => this.stripe.customers.update(stripeCustomerId, Object.fromEntries(told)));
  }

  /** What the customer is called and reached by now; undefined when it is gone. */
  async fetchContact(stripeCustomerId: string): Promise<CustomerContact | undefined> {
    const customer = await askStripe(() => this.stripe.customers.retrieve(stripeCustomerId)).catch(unlessCustomerGone);
    if (customer === undefined || customer.deleted === true) return undefined;
    return { email: customer.email || null, name: customer.name || null };
  }

  /**
   * Whether an event says that the field was changed at Stripe in this second or later; of so many, the newest are
   * read.
   */
  async hasChangedSince(stripeCustomerId: string, field: keyof CustomerContact, since: Date): Promise<boolean> {
    const gte = Math.ceil(since.getTime() / 1000);
    const changes = this.stripe.events.list({ type: 'customer.updated', created: { gte }, limit: 100 });
    return askStripe(async () => {
      let read = 0;
      for await (const { data } of changes) {
        const { id } = data.object as Stripe.Customer;
        if (id === stripeCustomerId && data.previous_attributes && field in data.previous_attributes) return true;
        read += 1;
        if (read === MAX_CHANGES) return false;
      }
      return false;
    });
  }

  /** The customer as it is now, asked at `askedAt`. */
  async fetch(stripeCustomerId: string, askedAt: Date): Promise<CustomerState> {
    const methods = await askStripe(() =>
      this.stripe.customers.listPaymentMethods(stripeCustomerId, { limit: 1 }),
    ).catch(unlessCustomerGone);
    return { stripeCustomerId, hasPaymentMethod: (methods?.data.length ?? 0) > 0, askedAt };
  }
}

/** Whether the customer that the request names is no longer there. */
export function isCustomerGone(error: unknown): boolean {
  if (!(error instanceof StripeRefused)) return false;
  const { stripeCode, stripeParam } = error.facts;
  return stripeCode === 'resource_missing' && (stripeParam === 'customer' || stripeParam === 'id');
}

/** For what may be asked of a customer that is gone: undefined for Stripe's refusal that says so. */
export function unlessCustomerGone(error: unknown): undefined {
  if (isCustomerGone(error)) return undefined;
  throw error;
}

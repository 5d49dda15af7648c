import { Injectable } from '@nestjs/common';
import { attributePayments } from '../checkout/payment-links/parked-payments.store.js';
import { AdoptCustomer } from '../customers/adopt-customer.js';
import { Database } from '../database/database.js';
import { AdoptedPlans } from '../subscriptions/mirror/adopted-plans.js';
import type { EarlierSubscription } from '../subscriptions/mirror/earlier-subscription.entity.js';
import { storeEarlierSubscriptions } from '../subscriptions/subscriptions.store.js';
import type { AdoptStripeCustomerCommand } from './check-adoption.js';

/**
 * Makes a customer the account's, or only what it has paid on payment links, in one transaction. Returns the sessions
 * of what it has paid while no account was known for it. @throws StripeCustomerTaken
 */
@Injectable()
export class TakeOverCustomer {
  constructor(
    private readonly database: Database,
    private readonly adoptCustomer: AdoptCustomer,
    private readonly adoptedPlans: AdoptedPlans,
  ) {}

  payments(command: AdoptStripeCustomerCommand): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      await this.adoptCustomer.assertFree(tx, command);
      return attributePayments(tx, command.stripeCustomerId, command.accountId);
    });
  }

  /**
   * What the customer was subscribed to before is stored with it, once: what it begins later is the account's own, also
   * while the account has another customer. So is what its products stand for, before anything can be heard of them.
   */
  run(command: AdoptStripeCustomerCommand, earlier: readonly EarlierSubscription[]): Promise<string[]> {
    const { accountId, stripeCustomerId, plans } = command;
    return this.database.transaction(async (tx) => {
      if (await this.adoptCustomer.run(tx, command)) await storeEarlierSubscriptions(tx, earlier);
      await this.adoptedPlans.store(tx, plans);
      return attributePayments(tx, stripeCustomerId, accountId);
    });
  }
}

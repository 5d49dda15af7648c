import { Injectable } from '@nestjs/common';
import { storePaymentMethod } from '../accounts/accounts.store.js';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { StripeCustomers } from '../stripe/customers/customers.gateway.js';
import { KeepContact } from './keep-contact.js';

/**
 * Brings an account in step with a customer that it has just come to: what it can pay with, what it is called and
 * reached by. From then on each change at Stripe comes with its event. Must not be called in a transaction.
 * @throws StripeUnavailable, StripeRefused
 */
@Injectable()
export class BringInStep {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly stripe: StripeCustomers,
    private readonly keepContact: KeepContact,
  ) {}

  async run(accountId: string, stripeCustomerId: string): Promise<void> {
    const state = await this.stripe.fetch(stripeCustomerId, this.clock.now());
    await this.database.transaction((tx) => storePaymentMethod(tx, state));
    await this.keepContact.keep(accountId);
  }
}

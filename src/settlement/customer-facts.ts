import { Injectable } from '@nestjs/common';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { storePaymentMethod } from '../accounts/accounts.store.js';
import { KeepContact } from '../customers/keep-contact.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import { StripeCustomers } from '../stripe/customers/customers.gateway.js';
import type { SettlementWrite } from './settlement-write.js';

/**
 * Facts about customers: what they can be charged with while they are not there, and what they are called and reached
 * by. No fact ever deletes an account, and a customer that was deleted takes nothing from it but the means to pay.
 */
@Injectable()
export class CustomerFacts {
  constructor(
    private readonly accounts: AccountsQueries,
    private readonly clock: Clock,
    private readonly stripe: StripeCustomers,
    private readonly keepContact: KeepContact,
  ) {}

  async customerChanged(stripeCustomerId: string): Promise<SettlementWrite | undefined> {
    const account = await this.accounts.findByCustomer(stripeCustomerId);
    if (account === null) return undefined;
    const state = await this.stripe.fetch(stripeCustomerId, this.clock.now());
    const keep = await this.keepContact.prepare(account, stripeCustomerId);
    return async (tx) => {
      await storePaymentMethod(tx, state);
      const isKept = (await keep?.(tx)) ?? true;
      // What was decided is out of date. What the customer is now has to be fetched again, and this fact is tried
      // again.
      invariant(isKept, `account ${account.id} is as it was when customer ${stripeCustomerId} was fetched`);
    };
  }
}

import { Injectable } from '@nestjs/common';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { NotePaymentMethod } from '../checkout/note-payment-method.js';
import { Clock } from '../kernel/clock.js';
import { StripeCustomers } from '../stripe/stripe-customers.js';
import type { SettlementWrite } from './settlement-write.js';

/** Facts about customers: what they can be charged with while they are not there. No fact ever deletes an account. */
@Injectable()
export class CustomerFacts {
  constructor(
    private readonly accounts: AccountsQueries,
    private readonly clock: Clock,
    private readonly stripe: StripeCustomers,
    private readonly notePaymentMethod: NotePaymentMethod,
  ) {}

  async customerChanged(stripeCustomerId: string): Promise<SettlementWrite | undefined> {
    if (!(await this.accounts.hasCustomer(stripeCustomerId))) return undefined;
    const state = await this.stripe.fetch(stripeCustomerId, this.clock.now());
    return (tx) => this.notePaymentMethod.run(tx, state);
  }
}

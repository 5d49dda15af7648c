import { Injectable } from '@nestjs/common';
import { AccountsQueries } from '../../accounts/accounts.queries.js';
import { StripeCustomerNotFound } from '../../adoption/adoption.problems.js';
import { type AdoptStripeCustomerCommand, CheckAdoption } from '../../adoption/check-adoption.js';
import { AdoptCustomer } from '../../customers/adopt-customer.js';
import { Database } from '../../database/database.js';
import { StripeCustomers } from '../../stripe/customers/customers.gateway.js';
import type { StripeThere } from './import-line.js';

/** Whether the customer of a line can be the account's, as far as it can be known before anything is written. */
@Injectable()
export class CheckStripe {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsQueries,
    private readonly checkAdoption: CheckAdoption,
    private readonly adoptCustomer: AdoptCustomer,
    private readonly stripe: StripeCustomers,
  ) {}

  /**
   * @throws StripeCustomerNotFound, StripeCustomerTaken, StripeCustomerInUse, ValidationFailed, StripeUnavailable,
   * StripeRefused
   */
  async run(command: AdoptStripeCustomerCommand): Promise<void> {
    const { accountId, stripeCustomerId } = command;
    await this.adoptCustomer.assertFree(this.database.dataSource.manager, command);
    if ((await this.accounts.find(accountId)) !== null) await this.checkAdoption.run(command);
    else if ((await this.stripe.fetchContact(stripeCustomerId)) === undefined)
      throw new StripeCustomerNotFound({ stripeCustomerId });
  }
}

/** The call that a line asks for. */
export function commandOf(
  accountId: string,
  { customerId, subscriptionId }: StripeThere,
  plans: Readonly<Record<string, string>>,
): AdoptStripeCustomerCommand {
  return {
    accountId,
    stripeCustomerId: customerId,
    paymentsOnly: false,
    adoptsSubscriptions: subscriptionId !== null,
    plans,
  };
}

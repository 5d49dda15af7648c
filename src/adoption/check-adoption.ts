import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.entity.js';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { CatalogQueries } from '../catalog/catalog.queries.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { StripeCustomers } from '../stripe/customers/customers.gateway.js';
import { SubscriptionsQueries } from '../subscriptions/subscriptions.queries.js';

import { StripeCustomerInUse, StripeCustomerNotFound } from './adoption.problems.js';

export interface AdoptStripeCustomerCommand {
  accountId: string;
  stripeCustomerId: string;
  /** Whether only what the customer has paid on payment links is to be the account's. */
  paymentsOnly: boolean;
  /** Whether its subscriptions are to be mirrored at once, and not when Stripe next tells of them. */
  adoptsSubscriptions: boolean;
  /** Which plans products of Stripe's stand for, for every customer. */
  plans: Readonly<Record<string, string>>;
}

/** Whether an adoption is possible, as far as it can be known before anything is written. Asks Stripe. */
@Injectable()
export class CheckAdoption {
  constructor(
    private readonly accounts: AccountsQueries,
    private readonly catalog: CatalogQueries,
    private readonly subscriptions: SubscriptionsQueries,
    private readonly stripe: StripeCustomers,
  ) {}

  /**
   * Returns the account as it is then.
   * @throws ValidationFailed, AccountNotFound, StripeCustomerNotFound, StripeCustomerInUse, StripeUnavailable,
   * StripeRefused
   */
  async run({ accountId, stripeCustomerId, paymentsOnly, plans }: AdoptStripeCustomerCommand): Promise<Account> {
    for (const [stripeProductId, plan] of Object.entries(plans))
      if ((await this.catalog.find(plan))?.kind !== 'plan')
        throw ValidationFailed.at(`/plans/${stripeProductId}`, 'must be the key of a plan in the catalogue');
    const { stripeCustomerId: current } = await this.accounts.require(accountId);
    if ((await this.stripe.fetchContact(stripeCustomerId)) === undefined)
      throw new StripeCustomerNotFound({ stripeCustomerId });
    if (!paymentsOnly && current !== null && current !== stripeCustomerId) {
      const plan = await this.subscriptions.planThatGoesOn(accountId, current);
      if (plan !== undefined) throw new StripeCustomerInUse({ accountId, stripeCustomerId: current, plan });
    }
    // Read again: somebody else may have adopted meanwhile.
    return this.accounts.require(accountId);
  }
}

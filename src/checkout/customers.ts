import { Injectable } from '@nestjs/common';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { Database } from '../database/database.js';
import { StripeGateway } from '../stripe/stripe-gateway.js';
import { LinkCustomer } from './link-customer.js';

/** The one customer of Stripe's that an account is, so that its receipts and payments hang together. */
@Injectable()
export class Customers {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsQueries,
    private readonly stripe: StripeGateway,
    private readonly linkCustomer: LinkCustomer,
  ) {}

  /** Asks Stripe for a customer when the account has none, or only the one that turned out to be `gone`. */
  async ensure(accountId: string, gone: string | null = null): Promise<string> {
    const { email, name, stripeCustomerId } = await this.accounts.require(accountId);
    if (stripeCustomerId !== null && stripeCustomerId !== gone) return stripeCustomerId;
    const replaces = stripeCustomerId;
    const created = await this.stripe.createCustomer({ accountId, email, name, replaces });
    return this.database.transaction((tx) => this.linkCustomer.run(tx, { accountId, stripeCustomerId: created, replaces }));
  }
}

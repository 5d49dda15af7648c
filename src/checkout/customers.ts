import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.entity.js';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { Database } from '../database/database.js';
import { SharedCalls } from '../stripe/shared-calls.js';
import { StripeGateway } from '../stripe/stripe-gateway.js';
import { LinkCustomer } from './link-customer.js';

/** The one customer of Stripe's that an account is, so that its receipts and payments hang together. */
@Injectable()
export class Customers {
  private readonly creating = new SharedCalls<string>();

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsQueries,
    private readonly stripe: StripeGateway,
    private readonly linkCustomer: LinkCustomer,
  ) {}

  /** Asks Stripe for a customer when the account has none, or only the one that turned out to be `gone`. */
  async ensure(accountId: string, gone: string | null = null): Promise<string> {
    const account = await this.accounts.require(accountId);
    const { stripeCustomerId } = account;
    if (stripeCustomerId !== null && stripeCustomerId !== gone) return stripeCustomerId;
    const { answer } = await this.creating.run(accountId, () => this.create(account));
    return answer;
  }

  private async create({ id: accountId, email, name, stripeCustomerId: replaces }: Account): Promise<string> {
    const created = await this.stripe.createCustomer({ accountId, email, name, replaces });
    return this.database.transaction((tx) =>
      this.linkCustomer.run(tx, { accountId, stripeCustomerId: created, replaces }),
    );
  }
}

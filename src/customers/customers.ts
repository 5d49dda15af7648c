import { Injectable } from '@nestjs/common';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { SharedCalls } from '../stripe/client/shared-calls.js';
import { isCustomerGone, StripeCustomers } from '../stripe/customers/customers.gateway.js';
import { linkCustomer } from './customers.store.js';
import { KeepContact } from './keep-contact.js';

/**
 * The one customer of Stripe's that an account is, so that its receipts and payments hang together. It is made when it
 * is first needed, told what the account is called and reached by whenever that has changed, and replaced when it is
 * gone.
 */
@Injectable()
export class Customers {
  private readonly finding = new SharedCalls<string>();

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsQueries,
    private readonly stripe: StripeCustomers,
    private readonly keepContact: KeepContact,
    private readonly clock: Clock,
  ) {}

  /** Asks something of Stripe for the account's customer; once more with another one when that one is gone. */
  async use<T>(accountId: string, ask: (stripeCustomerId: string) => Promise<T>): Promise<T> {
    const stripeCustomerId = await this.find(accountId, null);
    try {
      return await ask(stripeCustomerId);
    } catch (error) {
      if (!isCustomerGone(error)) throw error;
      return ask(await this.find(accountId, stripeCustomerId));
    }
  }

  private async find(accountId: string, gone: string | null): Promise<string> {
    const { answer } = await this.finding.run(`${accountId} ${gone}`, () => this.findCurrent(accountId, gone));
    return answer;
  }

  private async findCurrent(accountId: string, gone: string | null): Promise<string> {
    const { stripeCustomerId: known } = await this.accounts.require(accountId);
    const isNew = known === null || known === gone;
    const stripeCustomerId = isNew ? await this.create(accountId, known) : known;
    return (await this.isTold(accountId)) ? stripeCustomerId : this.findCurrent(accountId, stripeCustomerId);
  }

  /** False when the customer turns out to be gone. */
  private async isTold(accountId: string): Promise<boolean> {
    try {
      return await this.keepContact.tell(accountId);
    } catch (error) {
      if (!isCustomerGone(error)) throw error;
      return false;
    }
  }

  private async create(accountId: string, replaces: string | null): Promise<string> {
    const created = await this.stripe.create({ accountId, replaces });
    return this.database.transaction((tx) =>
      linkCustomer(tx, { accountId, stripeCustomerId: created, replaces }, this.clock.now()),
    );
  }
}

import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.entity.js';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { Database } from '../database/database.js';
import { sha256 } from '../kernel/sha-256.js';
import { SharedCalls } from '../stripe/shared-calls.js';
import { isCustomerGone, StripeCustomers } from '../stripe/stripe-customers.js';
import { LinkCustomer } from './link-customer.js';
import { NoteContact } from './note-contact.js';

/**
 * The one customer of Stripe's that an account is, so that its receipts and payments hang together. It is made when it is
 * first needed, told what the account is called and reached by whenever that has changed, and replaced when it is gone.
 */
@Injectable()
export class Customers {
  private readonly finding = new SharedCalls<string>();

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsQueries,
    private readonly stripe: StripeCustomers,
    private readonly linkCustomer: LinkCustomer,
    private readonly noteContact: NoteContact,
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
    const account = await this.accounts.require(accountId);
    const { stripeCustomerId: known, stripeCustomerTold } = account;
    const isNew = known === null || known === gone;
    const stripeCustomerId = isNew ? await this.create(accountId, known) : known;
    try {
      await this.tellContact({ ...account, stripeCustomerTold: isNew ? null : stripeCustomerTold }, stripeCustomerId);
      return stripeCustomerId;
    } catch (error) {
      if (!isCustomerGone(error)) throw error;
      return this.findCurrent(accountId, stripeCustomerId);
    }
  }

  private async create(accountId: string, replaces: string | null): Promise<string> {
    const created = await this.stripe.create({ accountId, replaces });
    return this.database.transaction((tx) =>
      this.linkCustomer.run(tx, { accountId, stripeCustomerId: created, replaces }),
    );
  }

  private async tellContact(account: Account, stripeCustomerId: string): Promise<void> {
    const { id: accountId, email, name, stripeCustomerTold } = account;
    if (stripeCustomerTold === null && email === null && name === null) return;
    const told = sha256(JSON.stringify([email, name]));
    if (stripeCustomerTold?.equals(told) === true) return;
    await this.stripe.update({ stripeCustomerId, email, name });
    await this.database.transaction((tx) => this.noteContact.run(tx, { accountId, stripeCustomerId, told }));
  }
}

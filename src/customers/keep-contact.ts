import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.entity.js';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { agreeOnContact } from '../accounts/accounts.store.js';
import { Database, type Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import { StripeCustomers } from '../stripe/customers/customers.gateway.js';
import { type Contact, type ContactField, differingFields, disputedFields, mergeContacts } from './contact.js';

/** An account may be changed while Stripe is asked: then it is read and decided anew. */
const MAX_ROUNDS = 5;

/** Stores what was agreed. Returns false, and stores nothing, when what it was decided on has changed since. */
export type ContactWrite = (tx: Tx) => Promise<boolean>;

/**
 * Keeps what an account and its customer at Stripe are called and reached by in step: the later change wins, wherever
 * it was made. A customer of Stripe's says what it is and not when it became that, so the side that differs from what
 * both last agreed on is the one that has changed. Where both have, Stripe's events say whether its change came after
 * the account's; where they do not say it, the account's counts. Must not be called in a transaction.
 */
@Injectable()
export class KeepContact {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsQueries,
    private readonly stripe: StripeCustomers,
    private readonly clock: Clock,
  ) {}

  /**
   * Tells Stripe what the account was changed to, if it was; what was changed at Stripe comes with its event. False
   * when the customer is gone. @throws StripeUnavailable, StripeRefused
   */
  tell(accountId: string): Promise<boolean> {
    return this.decide(accountId, (account) => differingFields(account, agreedOf(account)).length > 0);
  }

  /** Brings both sides in step, whichever has changed. False when the customer is gone. */
  keep(accountId: string): Promise<boolean> {
    return this.decide(accountId, () => true);
  }

  private async decide(accountId: string, isDue: (account: Account) => boolean): Promise<boolean> {
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const account = await this.accounts.require(accountId);
      if (account.stripeCustomerId === null) return false;
      if (!isDue(account)) return true;
      const write = await this.prepare(account, account.stripeCustomerId);
      if (write === undefined) return false;
      if (await this.database.transaction(write)) return true;
    }
    invariant(false, `what account ${accountId} is called stays the same for a moment`);
  }

  /** Asks Stripe, and tells it what has changed here. Undefined when the customer is gone. */
  async prepare(account: Account, stripeCustomerId: string): Promise<ContactWrite | undefined> {
    const stripe = await this.stripe.fetchContact(stripeCustomerId);
    if (stripe === undefined) return undefined;
    const sides = { agreed: agreedOf(account), account, stripe };
    const stripeIsLater = new Set<ContactField>();
    for (const field of disputedFields(sides)) {
      const since = changedAt(account, field);
      if (since === null || (await this.stripe.hasChangedSince(stripeCustomerId, field, since)))
        stripeIsLater.add(field);
    }
    const contact = mergeContacts(sides, stripeIsLater);
    const toTell = differingFields(contact, stripe);
    if (toTell.length > 0) await this.stripe.update(stripeCustomerId, pick(contact, toTell));
    return (tx) => agreeOnContact(tx, account, { stripeCustomerId, ...contact }, this.clock.now());
  }
}

function agreedOf({ stripeEmail, stripeName }: Account): Contact {
  return { email: stripeEmail, name: stripeName };
}

function changedAt({ emailChangedAt, nameChangedAt }: Account, field: ContactField): Date | null {
  return field === 'email' ? emailChangedAt : nameChangedAt;
}

function pick(contact: Contact, fields: readonly ContactField[]): Partial<Contact> {
  return Object.fromEntries(fields.map((field) => [field, contact[field]]));
}

import { Injectable } from '@nestjs/common';
import { lockAccountRow, storeAdoptedCustomer } from '../accounts/accounts.store.js';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { StripeCustomerTaken } from './customers.problems.js';
import { accountsOfCustomer } from './customers.queries.js';
import { forgetFormerCustomer, keepFormerCustomer } from './customers.store.js';

export interface AdoptCustomerCommand {
  accountId: string;
  stripeCustomerId: string;
}

/**
 * Makes a customer that Stripe has already the account's, in the place of the one that it has. Whatever was begun for
 * that one stays the account's (`former_customers`). Done again, it changes nothing. Locks the customer by name, then
 * the account's row. @throws StripeCustomerTaken
 */
@Injectable()
export class AdoptCustomer {
  constructor(private readonly clock: Clock) {}

  /** Returns whether it was nothing of the account's before: neither what it is now, nor what it was once. */
  async run(tx: Tx, command: AdoptCustomerCommand): Promise<boolean> {
    const { accountId, stripeCustomerId } = command;
    const now = this.clock.now();
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [stripeCustomerId]);
    await this.assertFree(tx, command);
    const account = await lockAccountRow(tx, accountId);
    const current = account?.stripeCustomerId ?? null;
    if (current === stripeCustomerId) return false;
    const wasFormer = await forgetFormerCustomer(tx, stripeCustomerId);
    if (current !== null) await keepFormerCustomer(tx, { accountId, stripeCustomerId: current }, now);
    await storeAdoptedCustomer(tx, command, now);
    return !wasFormer;
  }

  /** Neither another account's now, nor one that was another's before. @throws StripeCustomerTaken */
  async assertFree(tx: Tx, { accountId, stripeCustomerId }: AdoptCustomerCommand): Promise<void> {
    const [owner]: { id: string }[] = await tx.query(
      `select account_id as id
       from (${accountsOfCustomer('$1')}) owners
       where account_id <> $2
       limit 1`,
      [stripeCustomerId, accountId],
    );
    if (owner !== undefined) throw new StripeCustomerTaken({ stripeCustomerId, accountId: owner.id });
  }
}

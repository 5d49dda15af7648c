import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { StripeCustomerTaken } from './customers.problems.js';
import { keepFormerCustomer } from './former-customers.js';

/**
 * Makes a customer that Stripe has already the account's, in the place of the one that it has. Whatever was begun for
 * that one stays the account's (`former_customers`). Done again, it changes nothing. Locks the customer by name, then
 * the account's row. @throws StripeCustomerTaken
 */
@Injectable()
export class AdoptCustomer {
  constructor(private readonly clock: Clock) {}

  /** Answers whether it was nothing of the account's before: neither what it is now, nor what it was once. */
  async run(
    tx: Tx,
    { accountId, stripeCustomerId }: { accountId: string; stripeCustomerId: string },
  ): Promise<boolean> {
    const now = this.clock.now();
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [stripeCustomerId]);
    await this.assertFree(tx, { accountId, stripeCustomerId });
    const [account]: { current: string | null }[] = await tx.query(
      'select stripe_customer_id as current from accounts where id = $1 for no key update',
      [accountId],
    );
    const current = account?.current ?? null;
    if (current === stripeCustomerId) return false;
    const [, wasFormer]: [unknown, number] = await tx.query(
      'delete from former_customers where stripe_customer_id = $1',
      [stripeCustomerId],
    );
    if (current !== null) await keepFormerCustomer(tx, { accountId, stripeCustomerId: current }, now);
    await tx.query(
      `update accounts
       set stripe_customer_id = $2,
           customer_adopted_at = $3,
           stripe_email = null,
           stripe_name = null,
           contact_version = contact_version + 1,
           has_payment_method = false,
           payment_method_seen_at = null,
           updated_at = $3
       where id = $1`,
      [accountId, stripeCustomerId, now],
    );
    return wasFormer === 0;
  }

  /** Neither another account's now, nor one that was another's before. @throws StripeCustomerTaken */
  async assertFree(
    tx: Tx,
    { accountId, stripeCustomerId }: { accountId: string; stripeCustomerId: string },
  ): Promise<void> {
    const [owner]: { id: string }[] = await tx.query(
      `select id
     from (
       select id from accounts where stripe_customer_id = $1
       union all
       select account_id from former_customers where stripe_customer_id = $1
     ) owners
     where id <> $2
     limit 1`,
      [stripeCustomerId, accountId],
    );
    if (owner !== undefined) throw new StripeCustomerTaken({ stripeCustomerId, accountId: owner.id });
  }
}

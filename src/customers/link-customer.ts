import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import { keepFormerCustomer } from './former-customers.js';

export interface LinkCustomerCommand {
  accountId: string;
  stripeCustomerId: string;
  /** The customer that was linked before and is no longer there. */
  replaces: string | null;
}

/**
 * Remembers which customer of Stripe's an account is, and which it was, unless another process was quicker. Answers the
 * one that counts.
 */
@Injectable()
export class LinkCustomer {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, { accountId, stripeCustomerId, replaces }: LinkCustomerCommand): Promise<string> {
    const now = this.clock.now();
    const [, linked]: [unknown, number] = await tx.query(
      `update accounts
       set stripe_customer_id = $2,
           stripe_email = null,
           stripe_name = null,
           contact_version = contact_version + 1,
           has_payment_method = false,
           updated_at = $4
       where id = $1
         and stripe_customer_id is not distinct from $3`,
      [accountId, stripeCustomerId, replaces, now],
    );
    if (linked === 1 && replaces !== null) await keepFormerCustomer(tx, { accountId, stripeCustomerId: replaces }, now);
    const [row]: { stripe_customer_id: string | null }[] = await tx.query(
      'select stripe_customer_id from accounts where id = $1',
      [accountId],
    );
    invariant(row?.stripe_customer_id, `account ${accountId} has a customer`);
    return row.stripe_customer_id;
  }
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import type { CustomerState } from '../stripe/objects/sale-objects.js';

/**
 * Notes whether Stripe keeps something for an account's customer to pay with. Of two answers that crossed on their way
 * the one to the later question counts; a customer that is no account's changes nothing.
 */
@Injectable()
export class NotePaymentMethod {
  async run(tx: Tx, { stripeCustomerId, hasPaymentMethod, askedAt }: CustomerState): Promise<void> {
    await tx.query(
      `update accounts
       set has_payment_method = $2,
           payment_method_seen_at = $3
       where stripe_customer_id = $1
         and (payment_method_seen_at is null or payment_method_seen_at <= $3)`,
      [stripeCustomerId, hasPaymentMethod, askedAt],
    );
  }
}

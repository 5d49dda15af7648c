import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';

export interface NoteContactCommand {
  accountId: string;
  stripeCustomerId: string;
  /** A digest of what Stripe was told. */
  told: Buffer;
}

/** Remembers what the account's customer was last told to be called and reached by. Another customer's does not count. */
@Injectable()
export class NoteContact {
  async run(tx: Tx, { accountId, stripeCustomerId, told }: NoteContactCommand): Promise<void> {
    await tx.query('update accounts set stripe_customer_told = $3 where id = $1 and stripe_customer_id = $2', [
      accountId,
      stripeCustomerId,
      told,
    ]);
  }
}

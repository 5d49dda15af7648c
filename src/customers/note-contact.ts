import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.entity.js';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import type { Contact } from './contact.js';

/**
 * Writes down what an account and its customer have agreed to be called and reached by. Answers false, and writes
 * nothing, when the account, or what was agreed, has changed since it was read: then it has to be decided anew, unless
 * somebody else has come to the same.
 */
@Injectable()
export class NoteContact {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, { id, stripeCustomerId, contactVersion }: Account, { email, name }: Contact): Promise<boolean> {
    const [, changed]: [unknown, number] = await tx.query(
      `update accounts
       set email = $4,
           name = $5,
           stripe_email = $4,
           stripe_name = $5,
           contact_version = contact_version + 1,
           updated_at = case when email is distinct from $4 or name is distinct from $5 then $6 else updated_at end
       where id = $1
         and stripe_customer_id = $2
         and contact_version = $3::bigint`,
      [id, stripeCustomerId, contactVersion, email, name, this.clock.now()],
    );
    if (changed === 1) return true;
    const agreed: unknown[] = await tx.query(
      `select
       from accounts
       where id = $1
         and stripe_customer_id = $2
         and stripe_email is not distinct from $3
         and stripe_name is not distinct from $4`,
      [id, stripeCustomerId, email, name],
    );
    return agreed.length === 1;
  }
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import { Account } from './account.entity.js';
import { contactQueue } from './queue.js';

/** A field that is undefined stays as it is; null clears it. */
export interface PutAccountCommand {
  accountId: string;
  email?: string | null;
  name?: string | null;
  metadata?: Record<string, string> | null;
}

export interface PutAccountOutcome {
  account: Account;
  created: boolean;
}

/**
 * Makes an account together with its balance, or changes the given fields of the one there is. Of concurrent first
 * writes exactly one creates: the others wait for its commit and change what it made. Stripe is told of another e-mail
 * or name in the background. Locks the account's row.
 */
@Injectable()
export class PutAccount {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, command: PutAccountCommand): Promise<PutAccountOutcome> {
    const created = await this.create(tx, command);
    if (created) await openBalance(tx, command.accountId);
    else await this.change(tx, command);
    const account = await tx.findOneBy(Account, { id: command.accountId });
    invariant(account !== null, 'an account that was just written is there');
    if (isToBeTold(account)) await contactQueue.add(tx, account.id);
    return { account, created };
  }

  private async create(tx: Tx, { accountId, email, name, metadata }: PutAccountCommand): Promise<boolean> {
    const inserted: unknown[] = await tx.query(
      `insert into accounts (id, email, name, metadata, email_changed_at, name_changed_at, created_at, updated_at)
       values ($1, $2, $3, $4::jsonb, case when $2::text is not null then $5::timestamptz end,
         case when $3::text is not null then $5::timestamptz end, $5, $5)
       on conflict (id) do nothing
       returning id`,
      [accountId, email ?? null, name ?? null, JSON.stringify(metadata ?? {}), this.clock.now()],
    );
    return inserted.length === 1;
  }

  private async change(tx: Tx, { accountId, email, name, metadata }: PutAccountCommand): Promise<void> {
    await tx.query(
      `update accounts
       set email = case when $2::boolean then $3 else email end,
           email_changed_at = case when $2 and email is distinct from $3 then $8 else email_changed_at end,
           name = case when $4::boolean then $5 else name end,
           name_changed_at = case when $4 and name is distinct from $5 then $8 else name_changed_at end,
           contact_version = contact_version
             + case when $2 and email is distinct from $3 or $4 and name is distinct from $5 then 1 else 0 end,
           metadata = case when $6::boolean then $7::jsonb else metadata end,
           updated_at = $8
       where id = $1`,
      [
        accountId,
        email !== undefined,
        email ?? null,
        name !== undefined,
        name ?? null,
        metadata !== undefined,
        JSON.stringify(metadata ?? {}),
        this.clock.now(),
      ],
    );
  }
}

function isToBeTold({ stripeCustomerId, email, stripeEmail, name, stripeName }: Account): boolean {
  return stripeCustomerId !== null && (email !== stripeEmail || name !== stripeName);
}

/**
 * The row that every write of credits locks. It belongs to the ledger, which this room may not import, so the row is
 * made here with nothing but its key: an account without a balance must never be seen.
 */
async function openBalance(tx: Tx, accountId: string): Promise<void> {
  await tx.query('insert into balances (account_id) values ($1) on conflict do nothing', [accountId]);
}

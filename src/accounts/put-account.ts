import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { Clock } from '../kernel/clock.js';
import { isOfDots } from '../kernel/ids.js';
import { invariant } from '../kernel/invariant.js';
import { openBalance } from '../ledger/open-balance.js';
import type { Account } from './account.entity.js';
import { findAccount } from './accounts.queries.js';
import { type AccountFields, changeAccount, insertAccount } from './accounts.store.js';
import { contactQueue } from './queue.js';

export interface PutAccountCommand extends AccountFields {
  accountId: string;
}

export interface PutAccountOutcome {
  account: Account;
  created: boolean;
}

const NOT_OF_DOTS = 'must not be of dots alone, which clients take for a step of the address';

/**
 * Makes an account together with its balance, or changes the given fields of the one there is. Of concurrent first
 * writes exactly one creates: the others wait for its commit and change what it made. Stripe is told of another e-mail
 * or name in the background. Locks the account's row.
 * @throws ValidationFailed for a new account whose id could not be addressed.
 */
@Injectable()
export class PutAccount {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, command: PutAccountCommand): Promise<PutAccountOutcome> {
    const { accountId } = command;
    const now = this.clock.now();
    const created = await insertAccount(tx, command, now);
    if (created && isOfDots(accountId)) throw ValidationFailed.at('/accountId', NOT_OF_DOTS, 'path');
    if (created) await openBalance(tx, accountId);
    else await changeAccount(tx, command, now);
    const account = await findAccount(tx, accountId);
    invariant(account !== null, 'an account that was just written is there');
    if (isToBeTold(account)) await contactQueue.add(tx, accountId);
    return { account, created };
  }
}

function isToBeTold({ stripeCustomerId, email, stripeEmail, name, stripeName }: Account): boolean {
  return stripeCustomerId !== null && (email !== stripeEmail || name !== stripeName);
}

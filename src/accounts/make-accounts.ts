import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { openBalances } from '../ledger/open-balance.js';
import { Account } from './account.entity.js';
import { insertAccounts } from './accounts.store.js';
import { PutAccount } from './put-account.js';

/** An account that is to be there, with an e-mail address where one is known. */
export interface WantedAccount {
  readonly accountId: string;
  readonly email: string | null;
}

/** Makes many accounts at once, of ids that were checked. Those that there are stay as they are. */
@Injectable()
export class MakeAccounts {
  constructor(
    private readonly clock: Clock,
    private readonly putAccount: PutAccount,
  ) {}

  /** Makes those that there are not, each with its balance: accounts that one transaction can lock together. */
  async run(tx: Tx, accounts: readonly WantedAccount[]): Promise<void> {
    const made = await insertAccounts(tx, accounts, this.clock.now());
    if (made.size > 0) await openBalances(tx, [...made]);
  }

  /** Gives an e-mail address to those that have none. Their balances come first in the order of locks. */
  async giveEmails(tx: Tx, accounts: readonly WantedAccount[]): Promise<void> {
    const wanted = new Map(accounts.flatMap(({ accountId, email }) => (email === null ? [] : [[accountId, email]])));
    if (wanted.size === 0) return;
    const without = await tx.find(Account, {
      select: { id: true },
      where: { id: In([...wanted.keys()]), email: IsNull() },
    });
    for (const { id } of without) await this.putAccount.run(tx, { accountId: id, email: wanted.get(id) });
  }
}

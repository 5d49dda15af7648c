import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Database } from '../database/database.js';
import { AccountNotFound } from '../http/http.problems.js';
import { cursorKeyOf, type PageQuery } from '../http/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { Account } from './account.entity.js';

@Injectable()
export class AccountsQueries {
  constructor(private readonly database: Database) {}

  find(accountId: string): Promise<Account | null> {
    return this.database.dataSource.manager.findOneBy(Account, { id: accountId });
  }

  /** @throws AccountNotFound */
  async require(accountId: string): Promise<Account> {
    const account = await this.find(accountId);
    if (account === null) throw new AccountNotFound({ accountId });
    return account;
  }

  /** The account that a customer of Stripe's is; null for one of somebody else's. */
  findByCustomer(stripeCustomerId: string): Promise<Account | null> {
    return this.database.dataSource.manager.findOneBy(Account, { stripeCustomerId });
  }

  /** Accounts newest first, by the order of their making. */
  async list<T>(page: PageQuery, map: (account: Account) => T): Promise<Page<T>> {
    const after = cursorKeyOf(page, /^\d{1,18}$/);
    const accounts = await this.database.dataSource.manager.find(Account, {
      where: after === undefined ? {} : { ordinal: LessThan(after) },
      order: { ordinal: 'desc' },
      take: page.limit + 1,
    });
    return pageOf(accounts, page.limit, (account) => account.ordinal, map);
  }
}

import { Injectable } from '@nestjs/common';
import { MoreThan, Raw } from 'typeorm';
import { before, given, within } from '../database/conditions.js';
import { Database, type Tx } from '../database/database.js';
import { cursorKeyOf, type SpanQuery, spanOf } from '../http/input/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { Account } from './account.entity.js';

/** As many are read at once where all are walked through. */
const ACCOUNTS_A_READ = 1_000;

export interface AccountFilter {
  email?: string;
  stripeCustomerId?: string;
}

@Injectable()
export class AccountsQueries {
  constructor(private readonly database: Database) {}

  find(accountId: string): Promise<Account | null> {
    return findAccount(this.database.dataSource.manager, accountId);
  }

  /** @throws AccountNotFound */
  async require(accountId: string): Promise<Account> {
    const account = await this.find(accountId);
    if (account === null) throw new AccountNotFound({ accountId });
    return account;
  }

  /** The account whose customer at Stripe this is now; null when it is no account's. */
  findByCustomer(stripeCustomerId: string): Promise<Account | null> {
    return this.database.dataSource.manager.findOneBy(Account, { stripeCustomerId });
  }

  /** Accounts newest first, by the order of their making. */
  async list<T>(page: SpanQuery & AccountFilter, map: (account: Account) => T): Promise<Page<T>> {
    const { email } = page;
    const accounts = await this.database.dataSource.manager.find(Account, {
      where: given<Account>({
        email: email === undefined ? undefined : Raw((column) => `lower(${column}) = lower(:email)`, { email }),
        stripeCustomerId: page.stripeCustomerId,
        createdAt: within(spanOf(page)),
        ordinal: before(cursorKeyOf(page, /^\d{1,18}$/)),
      }),
      order: { ordinal: 'desc' },
      take: page.limit + 1,
    });
    return pageOf(accounts, page.limit, (account) => account.ordinal, map);
  }

  /** All, or those that were made in a span, in the order of their making, a piece at a time: memory stays flat. */
  async *walk(span: { from?: Date; to?: Date } = {}): AsyncGenerator<Account[]> {
    for (let after = '0'; ; ) {
      const accounts = await this.database.dataSource.manager.find(Account, {
        where: given<Account>({ createdAt: within(span), ordinal: MoreThan(after) }),
        order: { ordinal: 'asc' },
        take: ACCOUNTS_A_READ,
      });
      const last = accounts.at(-1);
      if (last === undefined) return;
      yield accounts;
      after = last.ordinal;
    }
  }
}

export function findAccount(tx: Tx, accountId: string): Promise<Account | null> {
  return tx.findOneBy(Account, { id: accountId });
}

/** SQL for the account of this id, as `id`: no row when there is none. `accountId` is an expression of SQL. */
export function accountOfId(accountId: string): string {
  return `select id from accounts where id = ${accountId}`;
}

/** SQL for the account whose customer at Stripe this is now, as `id`. `customer` is an expression of SQL. */
export function accountOfCustomer(customer: string): string {
  return `select id from accounts where stripe_customer_id = ${customer}`;
}

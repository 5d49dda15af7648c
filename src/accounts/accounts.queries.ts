import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { joined } from '../database/conditions.js';
import { Database, type Tx } from '../database/database.js';
import { cursorKeyOf, type SpanQuery, spanOf } from '../http/input/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { Account } from './account.entity.js';

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
    const { from, to } = spanOf(page);
    const { sql, values } = joined([
      ['lower(email) = lower($$)', page.email],
      ['stripe_customer_id = $$', page.stripeCustomerId],
      ['created_at >= $$', from],
      ['created_at < $$', to],
      ['ordinal < $$', cursorKeyOf(page, /^\d{1,18}$/)],
    ]);
    const rows = await this.database.query<{ id: string }>(
      `select id from accounts where ${sql} order by ordinal desc limit ${page.limit + 1}`,
      values,
    );
    const accounts = await this.database.dataSource.manager.find(Account, {
      where: { id: In(rows.map(({ id }) => id)) },
      order: { ordinal: 'desc' },
    });
    return pageOf(accounts, page.limit, (account) => account.ordinal, map);
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

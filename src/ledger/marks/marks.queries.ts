import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { AccountNotFound } from '../ledger.problems.js';
import type { Marks } from './marks.js';

@Injectable()
export class MarksQueries {
  constructor(private readonly database: Database) {}

  /** The marks of an account, as they were last written. @throws AccountNotFound */
  async of(accountId: string): Promise<Marks> {
    const [row] = await this.database.query<{ marks: Marks | null }>(
      'select marks from balances where account_id = $1',
      [accountId],
    );
    if (row === undefined) throw new AccountNotFound({ accountId });
    return row.marks ?? {};
  }
}

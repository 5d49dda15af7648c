import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { type Credits, credits } from '../../kernel/credits.js';
import { LedgerQueries } from '../api/ledger.queries.js';

/** The balances of many accounts at once, each with all that is due done, as one account by itself is shown. */
@Injectable()
export class BalancesNow {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly queries: LedgerQueries,
  ) {}

  /** By account; one that does not exist is not among them. Only accounts on which something is due are read whole. */
  async of(accountIds: readonly string[]): Promise<Map<string, Credits>> {
    const { rows, due } = await this.database.snapshot(async (tx) => ({
      rows: (await tx.query('select account_id, balance from balances where account_id = any($1)', [accountIds])) as {
        account_id: string;
        balance: string;
      }[],
      due: (await tx.query(DUE_AMONG, [accountIds, this.clock.now()])) as { account_id: string }[],
    }));
    const balances = new Map(rows.map(({ account_id: id, balance }) => [id, credits(balance)]));
    for (const { account_id: id } of due) balances.set(id, credits((await this.queries.balance(id)).balance));
    return balances;
  }
}

const DUE_AMONG = `
  select account_id from (
    select account_id from holds where account_id = any($1) and status = 'active' and expires_at <= $2
    union all
    select account_id from grants where account_id = any($1) and status = 'active' and expires_at <= $2
    union all
    select account_id from grants where account_id = any($1) and status = 'pending' and effective_at <= $2) due
  group by account_id`;

import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { RecurringWork } from '../../jobs/recurring-work.js';
import { headsOf } from '../../ledger/history/heads.js';
import { readFollowing } from '../following/following.store.js';
import { lockProgress } from '../following/progress.store.js';
import { isOfAnAccount } from '../following/wrong-data.js';
import { countRevenue } from './count-revenue.js';
import { accountsWithNewMoney, readNewMoney } from './purchases.store.js';

const LOOK_EVERY_MS = 1_000;
const MOST_AT_ONCE_MS = 2_000;
const ACCOUNTS_PER_STEP = 200;

/**
 * Counts money of orders that has moved without an entry, or after the last one: of accounts whose entries are all
 * followed, under the same lock. What moves with entries is counted with them.
 */
@Injectable()
export class FollowMoney implements OnModuleInit {
  private readonly log = new Logger(FollowMoney.name);

  constructor(
    private readonly database: Database,
    private readonly recurring: RecurringWork,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the follower of money', everyMs: LOOK_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.followAll({ withinMs: MOST_AT_ONCE_MS, skipLocked: true }));
  }

  /**
   * Returns whether there was time for all that is new. Left are what waits for entries to be followed, accounts whose
   * rows are damaged (logged), and with `skipLocked` what somebody else follows just now. Throws what the database
   * throws, locks that were waited for too long among it.
   */
  async followAll({ withinMs, skipLocked = false }: { withinMs: number; skipLocked?: boolean }): Promise<boolean> {
    const until = performance.now() + withinMs;
    for (let after = ''; ; ) {
      const accountIds = await accountsWithNewMoney(this.database, after, ACCOUNTS_PER_STEP);
      const last = accountIds.at(-1);
      if (last === undefined) return true;
      if (performance.now() >= until) return false;
      await this.step(accountIds, skipLocked);
      after = last;
    }
  }

  /** An account of which the money cannot be followed, since its rows are damaged, keeps no other waiting. */
  private async step(accountIds: readonly string[], skipLocked: boolean): Promise<void> {
    try {
      await this.follow(accountIds, skipLocked);
    } catch (error) {
      if (!isOfAnAccount(error)) throw error;
      if (accountIds.length === 1) return this.log.error(error);
      for (const accountId of accountIds) await this.step([accountId], skipLocked);
    }
  }

  private async follow(accountIds: readonly string[], skipLocked: boolean): Promise<void> {
    await this.database.transaction(async (tx) => {
      const progress = await lockProgress(tx, accountIds, { skipLocked });
      const { generation } = await readFollowing(tx);
      const heads = new Map((await headsOf(tx, accountIds)).map(({ accountId, seq }) => [accountId, seq]));
      const followed = progress.filter((one) => one.generation === generation && one.seq === heads.get(one.accountId));
      const money = await readNewMoney(
        tx,
        followed.map(({ accountId }) => accountId),
      );
      await countRevenue(tx, { entries: [], money });
    });
  }
}

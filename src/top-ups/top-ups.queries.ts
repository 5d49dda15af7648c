import { Inject, Injectable } from '@nestjs/common';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { RUNTIME, type Runtime } from '../config/config.module.js';
import { Database, type Tx } from '../database/database.js';
import { addDays, Clock } from '../kernel/clock.js';
import { AutoTopUp } from './auto-top-up.entity.js';
import { confirmAddress } from './confirm/confirm-address.js';
import { LOOK_BACK_DAYS } from './decisions/decide-top-up.js';
import { chargedInMonth } from './decisions/monthly-cap.js';
import { pastOf } from './top-up-attempt.entity.js';
import { accountsToLookAt, attemptsSince, findOpenAttempt } from './top-ups.store.js';

/** How an account is topped up, and how far that is. */
export interface TopUpNow {
  topUp: AutoTopUp | null;
  chargedThisMonthMinor: bigint;
  /** Where the customer confirms a payment; null where nobody has to. */
  actionUrl: string | null;
}

@Injectable()
export class TopUpsQueries {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly accounts: AccountsQueries,
  ) {}

  /** @throws AccountNotFound */
  async requireAccount(accountId: string): Promise<void> {
    await this.accounts.require(accountId);
  }

  /** @throws AccountNotFound */
  async of(accountId: string): Promise<TopUpNow> {
    await this.requireAccount(accountId);
    return this.database.snapshot((tx) => this.now(tx, accountId));
  }

  async now(tx: Tx, accountId: string): Promise<TopUpNow> {
    const now = this.clock.now();
    const topUp = await tx.findOneBy(AutoTopUp, { accountId });
    const past = (await attemptsSince(tx, accountId, addDays(now, -LOOK_BACK_DAYS))).map(pastOf);
    const charges = past.filter(({ end }) => end === 'paid' || end === 'unknown');
    const open = topUp?.state === 'action_required' ? await findOpenAttempt(tx, accountId) : null;
    return {
      topUp,
      chargedThisMonthMinor: topUp === null ? 0n : chargedInMonth(charges, topUp.currency, now),
      actionUrl: open === null ? null : confirmAddress(this.runtime.publicUrl, open),
    };
  }

  /** Accounts that time alone has made worth another look. */
  toLookAt(limit: number): Promise<string[]> {
    return accountsToLookAt(this.database.dataSource.manager, this.clock.now(), limit);
  }
}

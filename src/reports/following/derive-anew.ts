import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { FollowMoney } from '../revenue/follow-money.js';
import { AddUpAnew } from '../usage/add-up-anew.js';
import { Follower } from './follower.js';
import { beginGeneration } from './following.store.js';
import { countByGeneration } from './progress.store.js';

const STEP_MS = 1_000;

/** Of how many accounts all is derived anew. */
export interface DerivedAnew {
  readonly accounts: number;
  readonly ofAccounts: number;
}

/**
 * Derives from the ledger anew what reports are made of: of each account all that was derived is taken back, and its
 * entries are followed from the first one on; then what accounts share is added up anew. Spends go on meanwhile. Where
 * it ends early, a worker follows on, and whoever runs it again goes on with it.
 */
@Injectable()
export class DeriveAnew {
  constructor(
    private readonly database: Database,
    private readonly follower: Follower,
    private readonly money: FollowMoney,
    private readonly addUpAnew: AddUpAnew,
    private readonly clock: Clock,
  ) {}

  async run(tell: (progress: DerivedAnew) => void = () => undefined): Promise<DerivedAnew> {
    const { accounts, ofAccounts } = await countByGeneration(this.database);
    if (accounts === ofAccounts) await beginGeneration(this.database, this.clock.now());
    for (;;) {
      const isFollowed = await this.follower.followAll({ withinMs: STEP_MS });
      const progress = await countByGeneration(this.database);
      tell(progress);
      const isMoneyFollowed = await this.money.followAll({ withinMs: STEP_MS });
      if (!(isFollowed && isMoneyFollowed)) continue;
      await this.addUpAnew.run();
      return progress;
    }
  }
}

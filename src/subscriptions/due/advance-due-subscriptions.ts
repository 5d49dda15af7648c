import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { RecurringWork } from '../../jobs/recurring-work.js';
import { SettleReturns } from '../../returns/settle-returns.js';
import { AdvanceSubscription } from './advance-subscription.js';
import { DueQueries } from './due.queries.js';

const LOOK_EVERY_MS = 15_000;

/** Does what time has made due for subscriptions, each in a transaction of its own. */
@Injectable()
export class AdvanceDueSubscriptions implements OnModuleInit {
  private readonly log = new Logger(AdvanceDueSubscriptions.name);

  constructor(
    private readonly database: Database,
    private readonly due: DueQueries,
    private readonly advanceSubscription: AdvanceSubscription,
    private readonly settleReturns: SettleReturns,
    private readonly recurring: RecurringWork,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'what is due of subscriptions', everyMs: LOOK_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

  /** One subscription that cannot be advanced never keeps the others waiting. */
  async run(): Promise<void> {
    for (let after = ''; ; ) {
      const subscriptions = await this.due.list(after);
      for (const subscription of subscriptions) await this.advance(subscription);
      const last = subscriptions.at(-1);
      if (last === undefined) return;
      after = last.stripeSubscriptionId;
    }
  }

  private async advance(subscription: Parameters<AdvanceSubscription['run']>[1]): Promise<void> {
    try {
      await this.database.transaction(async (tx) => {
        const granted = await this.advanceSubscription.run(tx, subscription);
        await this.settleReturns.resettle(tx, granted);
      });
    } catch (error) {
      this.log.error(error);
    }
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../database/database.js';
import { DueQueries } from '../subscriptions/due.queries.js';
import { TendSubscription } from '../subscriptions/tend-subscription.js';
import { SettleInvoices } from './settle-invoices.js';

/** Does what time has made due for subscriptions, each in a transaction of its own. */
@Injectable()
export class TendDue {
  private readonly log = new Logger(TendDue.name);

  constructor(
    private readonly database: Database,
    private readonly due: DueQueries,
    private readonly tendSubscription: TendSubscription,
    private readonly settleInvoices: SettleInvoices,
  ) {}

  /** One subscription that cannot be tended never keeps the others waiting. */
  async run(): Promise<void> {
    for (let after = ''; ; ) {
      const subscriptions = await this.due.list(after);
      for (const subscription of subscriptions) await this.tend(subscription);
      const last = subscriptions.at(-1);
      if (last === undefined) return;
      after = last.stripeSubscriptionId;
    }
  }

  private async tend(subscription: Parameters<TendSubscription['run']>[1]): Promise<void> {
    try {
      await this.database.transaction(async (tx) => {
        const granted = await this.tendSubscription.run(tx, subscription);
        await this.settleInvoices.resettle(tx, granted);
      });
    } catch (error) {
      this.log.error(error);
    }
  }
}

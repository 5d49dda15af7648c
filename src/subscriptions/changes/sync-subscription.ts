import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { BillingNow } from '../billing-now.js';
import { SettleBilling } from '../settle-billing.js';

/**
 * Brings a subscription up to what Stripe has now, with the verb that events end in as well: whoever has changed
 * something there need not wait for its event. Must not be called in a transaction.
 */
@Injectable()
export class SyncSubscription {
  constructor(
    private readonly database: Database,
    private readonly billingNow: BillingNow,
    private readonly settleBilling: SettleBilling,
  ) {}

  async run(stripeSubscriptionId: string): Promise<void> {
    const billing = await this.billingNow.fetchAll(stripeSubscriptionId);
    if (billing !== undefined) await this.database.transaction((tx) => this.settleBilling.run(tx, billing));
  }
}

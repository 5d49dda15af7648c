import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { AdvanceAllowances } from './advance-allowances.js';
import type { Billing } from './billing-now.js';
import { FollowAccess } from './follow-access.js';
import { followPause } from './follow-pause.js';
import { FollowSubscription } from './follow-subscription.js';
import { RecordInvoice } from './record-invoice.js';

/**
 * Brings everything about a subscription up to what was fetched of it: the mirror, the features, and of its paid invoices
 * the orders and the credits. However often and in whatever order facts arrive, the end is the same. Locks the account,
 * then the subscription, then its orders. Answers the orders that something was granted for.
 */
@Injectable()
export class SettleBilling {
  constructor(
    private readonly followSubscription: FollowSubscription,
    private readonly recordInvoice: RecordInvoice,
    private readonly followAccess: FollowAccess,
    private readonly advanceAllowances: AdvanceAllowances,
  ) {}

  async run(tx: Tx, billing: Billing): Promise<string[]> {
    const { known, subscription } = await this.followSubscription.run(tx, billing);
    const { orderId: checkoutOrderId } = billing.fetched;
    for (const invoice of billing.invoices)
      await this.recordInvoice.run(tx, { subscription, invoice, checkoutOrderId });
    const followed = await followPause(tx, subscription);
    await this.followAccess.run(tx, followed, known?.accessState);
    return this.advanceAllowances.run(tx, followed);
  }
}

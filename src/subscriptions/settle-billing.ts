import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { AdvanceAllowances } from './allowances/advance-allowances.js';
import { RecordInvoice } from './allowances/record-invoice.js';
import { AnnounceChanges, type PlacedOrder } from './announce-changes.js';
import type { Billing } from './billing-now.js';
import { ApplyAccess } from './mirror/apply-access.js';
import { applyPause } from './mirror/apply-pause.js';
import { MirrorSubscription } from './mirror/mirror-subscription.js';

/**
 * Brings everything about a subscription up to what was fetched of it: the mirror, the features, and of its paid
 * invoices the orders and the credits. However often and in whatever order facts arrive, the end is the same. Locks the
 * account, then the subscription, then its orders. Returns the orders that something was granted for.
 */
@Injectable()
export class SettleBilling {
  constructor(
    private readonly mirrorSubscription: MirrorSubscription,
    private readonly recordInvoice: RecordInvoice,
    private readonly applyAccess: ApplyAccess,
    private readonly advanceAllowances: AdvanceAllowances,
    private readonly announce: AnnounceChanges,
  ) {}

  async run(tx: Tx, billing: Billing): Promise<string[]> {
    const mirror = await this.mirrorSubscription.run(tx, billing);
    const { known, subscription } = mirror;
    const { orderId: checkoutOrderId } = billing.fetched;
    const placed: PlacedOrder[] = [];
    for (const [index, invoice] of billing.invoices.entries()) {
      const paidBefore = billing.invoices.slice(0, index);
      const orderId = await this.recordInvoice.run(tx, { subscription, invoice, paidBefore, checkoutOrderId });
      if (orderId !== undefined) placed.push({ orderId, isRenewal: invoice.reason === 'cycle' });
    }
    const mirrored = await applyPause(tx, subscription);
    await this.announce.mirrored(tx, mirror);
    await this.applyAccess.run(tx, mirrored, known?.accessState);
    const granted = await this.advanceAllowances.run(tx, mirrored);
    await this.announce.paid(tx, subscription.stripeSubscriptionId, placed);
    return granted;
  }
}

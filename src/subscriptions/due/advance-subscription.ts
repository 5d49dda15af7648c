import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Ledger } from '../../ledger/ledger.js';
import { AdvanceAllowances } from '../allowances/advance-allowances.js';
import { ApplyAccess } from '../mirror/apply-access.js';
import type { Subscription } from '../mirror/subscription.entity.js';
import { lockSubscription } from '../subscriptions.store.js';

/**
 * Does what time alone has made due for a subscription: the next month of a yearly plan, the end of grace, credits that
 * holds have covered. Locks the account, then the subscription. Returns the orders that something was granted for.
 */
@Injectable()
export class AdvanceSubscription {
  constructor(
    private readonly ledger: Ledger,
    private readonly applyAccess: ApplyAccess,
    private readonly advanceAllowances: AdvanceAllowances,
  ) {}

  async run(
    tx: Tx,
    { accountId, stripeSubscriptionId }: Pick<Subscription, 'accountId' | 'stripeSubscriptionId'>,
  ): Promise<string[]> {
    await this.ledger.open(tx, accountId);
    const subscription = await lockSubscription(tx, stripeSubscriptionId);
    if (subscription === undefined) return [];
    await this.applyAccess.run(tx, subscription, subscription.accessState);
    return this.advanceAllowances.run(tx, subscription);
  }
}

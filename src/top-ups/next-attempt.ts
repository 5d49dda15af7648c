import { Injectable } from '@nestjs/common';
import { PaymentMethods } from '../customers/payment-methods/payment-methods.js';
import { Database } from '../database/database.js';
import { AutoTopUp } from './auto-top-up.entity.js';
import { BeginTopUp } from './begin-top-up.js';
import { ChangeTopUps } from './change-top-ups.js';
import type { TopUpAttempt } from './top-up-attempt.entity.js';
import { findLatestAttempt, findOpenAttempt } from './top-ups.store.js';

/** An attempt that is to be brought on. */
export interface AttemptToBringOn {
  attempt: TopUpAttempt;
  /** Whether it may still be charged: not once top-ups were switched off or stopped. */
  mayCharge: boolean;
}

/**
 * The attempt of an account that is to be brought on: the one that is not over, or a new one where one is due. Another
 * default payment method than was tried last is noticed here. Must not be called in a transaction.
 * @throws AccountNotFound, StripeUnavailable, StripeRefused
 */
@Injectable()
export class NextAttempt {
  constructor(
    private readonly database: Database,
    private readonly methods: PaymentMethods,
    private readonly beginTopUp: BeginTopUp,
    private readonly changeTopUps: ChangeTopUps,
  ) {}

  async find(accountId: string): Promise<AttemptToBringOn | undefined> {
    const { manager } = this.database.dataSource;
    const topUp = await manager.findOneBy(AutoTopUp, { accountId });
    if (topUp === null) return undefined;
    const open = await findOpenAttempt(manager, accountId);
    if (open?.doing === 'charging' || (open === null && topUp.state !== 'ready'))
      return open === null ? undefined : { attempt: open, mayCharge: topUp.state === 'charging' };
    const method = await this.methods.findDefault(accountId);
    await this.noticeMethod(topUp, method?.stripePaymentMethodId);
    if (open !== null) return { attempt: (await findOpenAttempt(manager, accountId)) ?? open, mayCharge: false };
    const begun = await this.database.transaction((tx) => this.beginTopUp.run(tx, accountId, method));
    return begun && { attempt: begun, mayCharge: true };
  }

  /** What waits for another try of one card, or for somebody to confirm it, is forgotten for another card. */
  private async noticeMethod({ accountId, state, nextTryAt }: AutoTopUp, method: string | undefined): Promise<void> {
    if (method === undefined || (nextTryAt === null && state !== 'action_required')) return;
    await this.database.transaction(async (tx) => {
      const latest = await findLatestAttempt(tx, accountId);
      if (latest !== null && latest.stripePaymentMethodId !== method)
        await this.changeTopUps.run(tx, accountId, 'method_changed');
    });
  }
}

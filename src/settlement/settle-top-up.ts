import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { StripeRefused } from '../stripe/client/stripe.problems.js';
import { ChargeTopUp } from '../top-ups/charge-top-up.js';
import type { PauseReason } from '../top-ups/decisions/decide-top-up.js';
import { type AttemptToBringOn, NextAttempt } from '../top-ups/next-attempt.js';
import { SettleAttempt } from '../top-ups/settle-attempt.js';
import type { TopUpAttempt } from '../top-ups/top-up-attempt.entity.js';
import { PaymentNow } from './payment-now.js';

/**
 * Brings the automatic top-up of an account on: begins one where it is due, charges it, and settles what Stripe says of
 * it, credits first, as those of any payment. However often and by however many processes it is run, an attempt is
 * charged once. Must not be called in a transaction. @throws AccountNotFound, StripeUnavailable, StripeRefused (of the
 * configuration alone)
 */
@Injectable()
export class SettleTopUp {
  constructor(
    private readonly database: Database,
    private readonly nextAttempt: NextAttempt,
    private readonly chargeTopUp: ChargeTopUp,
    private readonly settleAttempt: SettleAttempt,
    private readonly paymentNow: PaymentNow,
  ) {}

  async run(accountId: string): Promise<void> {
    const next = await this.nextAttempt.find(accountId);
    if (next === undefined) return;
    try {
      await this.bringOn(next);
    } catch (error) {
      if (!(error instanceof StripeRefused) || error.isOfConfiguration) throw error;
      await this.database.transaction((tx) => this.settleAttempt.refused(tx, next.attempt, reasonOf(error)));
    }
  }

  private async bringOn({ attempt, mayCharge }: AttemptToBringOn): Promise<void> {
    const charge = await this.chargeTopUp.run(attempt, { mayCharge });
    const write = charge?.state === 'paid' ? await this.paymentNow.prepare(charge.stripePaymentIntentId) : undefined;
    await this.database.transaction(async (tx) => {
      await write?.(tx);
      await this.settleAttempt.run(tx, attempt, charge);
    });
    if (charge?.state === 'declined') await this.takeBack(attempt, charge.stripePaymentIntentId);
  }

  /** What a person is to confirm stays; of anything else that was declined there is another attempt, or none. */
  private async takeBack({ id }: TopUpAttempt, stripePaymentIntentId: string): Promise<void> {
    if (await this.settleAttempt.isOver(id)) await this.chargeTopUp.takeBack(stripePaymentIntentId);
  }
}

function reasonOf(refusal: StripeRefused): PauseReason {
  const isMissing = refusal.facts.stripeCode === 'resource_missing' || refusal.isAbout('payment_method');
  return isMissing ? 'payment_method_missing' : 'refused_by_stripe';
}

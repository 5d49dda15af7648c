import { Inject, Injectable } from '@nestjs/common';
import { RUNTIME, type Runtime } from '../../config/config.module.js';
import { Database } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { StripeRefused } from '../../stripe/client/stripe.problems.js';
import type { OffSessionCharge } from '../../stripe/objects/off-session.js';
import { StripeOffSession } from '../../stripe/selling/off-session.gateway.js';
import { topUpQueue } from '../queue.js';
import type { TopUpAttempt } from '../top-up-attempt.entity.js';
import { findAttempt } from '../top-ups.store.js';
import { confirmAddress, isActionKeyOf } from './confirm-address.js';

/**
 * Lets the payer of a top-up that their bank asked about confirm it themselves: Stripe tries the same payment again,
 * this time with them there. It is settled as any payment is. Must not be called in a transaction.
 * @throws StripeUnavailable, StripeRefused
 */
@Injectable()
export class ConfirmTopUp {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly stripe: StripeOffSession,
  ) {}

  /** The attempt of an address; undefined where its secret is not that of the attempt. */
  async find(attemptId: unknown, key: unknown): Promise<TopUpAttempt | undefined> {
    if (typeof attemptId !== 'string' || !/^tup_[0-9a-z]{26}$/.test(attemptId)) return undefined;
    const attempt = await findAttempt(this.database.dataSource.manager, attemptId);
    return attempt !== null && isActionKeyOf(attempt, key) ? attempt : undefined;
  }

  /** Whether it still waits for its payer. */
  isOpen({ doing, isToCancel, actionExpiresAt }: TopUpAttempt): boolean {
    return doing === 'action_required' && !isToCancel && (actionExpiresAt?.getTime() ?? 0) > this.clock.now().getTime();
  }

  async run(attempt: TopUpAttempt): Promise<OffSessionCharge> {
    const charge = await this.confirm(attempt);
    await this.database.transaction((tx) => topUpQueue.add(tx, attempt.accountId));
    return charge;
  }

  /** Sent twice, the second finds that the first was quicker: what counts is what the payment is now. */
  private async confirm(attempt: TopUpAttempt): Promise<OffSessionCharge> {
    const { stripePaymentIntentId, stripePaymentMethodId } = attempt;
    const intent = String(stripePaymentIntentId);
    const returnUrl = confirmAddress(this.runtime.publicUrl, attempt);
    try {
      return await this.stripe.confirm(intent, { stripePaymentMethodId, returnUrl });
    } catch (error) {
      if (!(error instanceof StripeRefused) || error.isOfConfiguration) throw error;
      return this.stripe.fetch(intent);
    }
  }
}

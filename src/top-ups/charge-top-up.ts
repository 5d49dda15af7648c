import { Inject, Injectable } from '@nestjs/common';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { RUNTIME, type Runtime } from '../config/config.module.js';
import { Clock } from '../kernel/clock.js';
import type { OffSessionCharge } from '../stripe/objects/off-session.js';
import { StripeOffSession } from '../stripe/selling/off-session.gateway.js';
import { confirmAddress } from './confirm/confirm-address.js';
import type { TopUpAttempt } from './top-up-attempt.entity.js';

/** Stripe forgets idempotency keys after a day, and would then charge a second time. Its payments it never forgets. */
const KEY_LIVES_MS = 20 * 60 * 60 * 1000;

/**
 * Brings an attempt on at Stripe: charges it, asks what became of it, or takes it back. The order's id is Stripe's
 * idempotency key, so whoever was killed in between, and whoever does the same at the same time, charges nothing more.
 * Must not be called in a transaction. @throws StripeUnavailable, StripeRefused (nothing was charged)
 */
@Injectable()
export class ChargeTopUp {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly accounts: AccountsQueries,
    private readonly clock: Clock,
    private readonly stripe: StripeOffSession,
  ) {}

  /**
   * `mayCharge` is false once top-ups were switched off or stopped. Undefined when nothing was charged for it, and
   * nothing may be any more.
   */
  async run(attempt: TopUpAttempt, { mayCharge }: { mayCharge: boolean }): Promise<OffSessionCharge | undefined> {
    const { stripePaymentIntentId: known, isToCancel } = attempt;
    if (known !== null) return isToCancel ? this.stripe.cancel(known) : this.stripe.fetch(known);
    const isFresh = this.clock.now().getTime() - attempt.triedAt.getTime() < KEY_LIVES_MS;
    if (!isFresh || !mayCharge) return this.stripe.find(attempt);
    const { email } = await this.accounts.require(attempt.accountId);
    return this.stripe.charge({
      ...attempt,
      receiptEmail: email,
      returnUrl: confirmAddress(this.runtime.publicUrl, attempt),
    });
  }

  /** Makes sure that nobody can pay what was declined, when another attempt is to follow. */
  async takeBack(stripePaymentIntentId: string): Promise<void> {
    await this.stripe.cancel(stripePaymentIntentId);
  }
}

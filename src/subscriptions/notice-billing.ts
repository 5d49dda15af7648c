import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import type { StripeInvoice, StripeSubscription } from '../stripe/billing-objects.js';

/** Records what an account's people may want to hear of its subscription, as far as it still holds when it is heard of. */
@Injectable()
export class NoticeBilling {
  constructor(
    private readonly record: RecordDomainEvent,
    private readonly clock: Clock,
  ) {}

  /** An attempt at an invoice has failed, or waits for the customer. One that was paid meanwhile is no news. */
  async failed(
    tx: Tx,
    { accountId, fetched }: { accountId: string; fetched: StripeSubscription },
    { invoice, asksForAction }: { invoice: StripeInvoice; asksForAction: boolean },
  ): Promise<void> {
    if (invoice.status !== 'open' || invoice.attempts === 0) return;
    const { stripeInvoiceId, attempts: attempt, dueMinor, currency, nextAttemptAt } = invoice;
    await this.record.run(tx, {
      type: asksForAction ? 'payment.action_required' : 'payment.failed',
      accountId,
      data: {
        stripeSubscriptionId: fetched.stripeSubscriptionId,
        plan: fetched.plan,
        stripeInvoiceId,
        attempt,
        amountMinor: Number(dueMinor),
        currency,
        nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
      },
      cause: `${stripeInvoiceId}:${attempt}`,
    });
  }

  async trialEnding(tx: Tx, { accountId, fetched }: { accountId: string; fetched: StripeSubscription }): Promise<void> {
    const { stripeSubscriptionId, plan, status, trialEnd } = fetched;
    if (status !== 'trialing' || trialEnd === null || trialEnd <= this.clock.now()) return;
    await this.record.run(tx, {
      type: 'trial.ending',
      accountId,
      data: { stripeSubscriptionId, plan, trialEnd: trialEnd.toISOString() },
      cause: `${stripeSubscriptionId}:${trialEnd.toISOString()}`,
    });
  }

  async renewalComing(
    tx: Tx,
    { accountId, fetched }: { accountId: string; fetched: StripeSubscription },
  ): Promise<void> {
    const { stripeSubscriptionId, plan, endedAt, cancelAtPeriodEnd, periodEnd } = fetched;
    if (endedAt !== null || cancelAtPeriodEnd || periodEnd <= this.clock.now()) return;
    await this.record.run(tx, {
      type: 'renewal.coming',
      accountId,
      data: { stripeSubscriptionId, plan, renewsAt: periodEnd.toISOString() },
      cause: `${stripeSubscriptionId}:${periodEnd.toISOString()}`,
    });
  }
}

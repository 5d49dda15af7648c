import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import type { StripeInvoice } from '../stripe/objects/billing-objects.js';
import type { Billing } from './billing-now.js';

type Announced = Pick<Billing, 'accountId' | 'fetched' | 'held'>;

/**
 * Records events that the people of an account may want to be told of: payments that failed, trials that end, renewals.
 * Events of Stripe can be late, so one is recorded only as far as the subscription, as fetched, still bears it out.
 */
@Injectable()
export class AnnounceBilling {
  constructor(
    private readonly record: RecordDomainEvent,
    private readonly clock: Clock,
  ) {}

  /** An attempt at an invoice has failed, or waits for the customer. Records nothing when it was paid meanwhile. */
  async failed(
    tx: Tx,
    { accountId, fetched, held }: Announced,
    { invoice, asksForAction }: { invoice: StripeInvoice; asksForAction: boolean },
  ): Promise<void> {
    if (held.length === 0 || invoice.status !== 'open' || invoice.attempts === 0) return;
    const { stripeInvoiceId, attempts: attempt, dueMinor, currency, nextAttemptAt } = invoice;
    await this.record.run(tx, {
      type: asksForAction ? 'payment.action_required' : 'payment.failed',
      accountId,
      data: {
        stripeSubscriptionId: fetched.stripeSubscriptionId,
        plan: nameOf(held),
        stripeInvoiceId,
        attempt,
        amountMinor: Number(dueMinor),
        currency,
        nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
      },
      cause: `${stripeInvoiceId}:${attempt}`,
    });
  }

  async trialEnding(tx: Tx, { accountId, fetched, held }: Announced): Promise<void> {
    const { stripeSubscriptionId, status, trialEnd } = fetched;
    if (held.length === 0 || status !== 'trialing' || trialEnd === null || trialEnd <= this.clock.now()) return;
    await this.record.run(tx, {
      type: 'trial.ending',
      accountId,
      data: { stripeSubscriptionId, plan: nameOf(held), trialEnd: trialEnd.toISOString() },
      cause: `${stripeSubscriptionId}:${trialEnd.toISOString()}`,
    });
  }

  async renewalComing(tx: Tx, { accountId, fetched, held }: Announced): Promise<void> {
    const { stripeSubscriptionId, endedAt, cancelAtPeriodEnd, periodEnd, isCollectionPaused } = fetched;
    if (held.length === 0 || isCollectionPaused) return;
    if (endedAt !== null || cancelAtPeriodEnd || periodEnd <= this.clock.now()) return;
    await this.record.run(tx, {
      type: 'renewal.coming',
      accountId,
      data: { stripeSubscriptionId, plan: nameOf(held), renewsAt: periodEnd.toISOString() },
      cause: `${stripeSubscriptionId}:${periodEnd.toISOString()}`,
    });
  }
}

function nameOf([first]: Billing['held']): string {
  invariant(first !== undefined, 'a subscription that is announced holds a plan');
  return first.plan;
}

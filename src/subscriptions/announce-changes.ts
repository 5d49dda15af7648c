import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import { toOrderAnswer } from '../orders/orders.dto.js';
import { lockOrder } from '../orders/orders.store.js';
import type { DomainEventType } from '../outbox/event-types.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import { hasEnded, type SubscriptionStatus } from './mirror/access.js';
import type { MirroredSubscription } from './mirror/mirror-subscription.js';
import type { Subscription } from './mirror/subscription.entity.js';
import { toSubscriptionAnswer } from './subscriptions.dto.js';
import { lockSubscription } from './subscriptions.store.js';

/** The order that a paid invoice has made. */
export interface PlacedOrder {
  orderId: string;
  /** Whether it is of a further period. */
  isRenewal: boolean;
}

/**
 * Tells what has become of a subscription, and of the orders of its invoices, in the transaction that settles it. The
 * account and the subscription must be locked.
 */
@Injectable()
export class AnnounceChanges {
  constructor(
    private readonly clock: Clock,
    private readonly record: RecordDomainEvent,
  ) {}

  /** What differs from what was known before. */
  async mirrored(tx: Tx, { known, subscription }: MirroredSubscription): Promise<void> {
    const type = changeOf(known, subscription);
    if (type !== undefined) await this.tell(tx, type, subscription);
  }

  /** What was paid for, once its credits are granted. */
  async paid(tx: Tx, stripeSubscriptionId: string, placed: readonly PlacedOrder[]): Promise<void> {
    if (placed.length === 0) return;
    for (const { orderId } of placed) {
      const order = await lockOrder(tx, orderId);
      const { accountId } = order;
      await this.record.run(tx, { type: 'order.fulfilled', accountId, data: toOrderAnswer(order), cause: orderId });
    }
    const subscription = await lockSubscription(tx, stripeSubscriptionId);
    invariant(subscription !== undefined, `subscription ${stripeSubscriptionId} is there`);
    const renewals = placed.filter(({ isRenewal }) => isRenewal);
    for (const { orderId } of renewals) await this.tell(tx, 'subscription.renewed', subscription, orderId);
  }

  private async tell(tx: Tx, type: DomainEventType, subscription: Subscription, cause?: string): Promise<void> {
    const data = toSubscriptionAnswer(subscription, this.clock.now());
    await this.record.run(tx, { type, accountId: subscription.accountId, data, cause });
  }
}

/** What is to be told of a subscription that has another state than before, if anything. */
export function changeOf(
  known: Subscription | undefined,
  now: Subscription,
): 'subscription.started' | 'subscription.changed' | 'subscription.ended' | undefined {
  const hadBegun = known !== undefined && hasBegun(known.status);
  if (hasEnded(now.status)) return hadBegun && !hasEnded(known.status) ? 'subscription.ended' : undefined;
  if (!hasBegun(now.status)) return undefined;
  if (!hadBegun) return 'subscription.started';
  return whatItIsOf(known) === whatItIsOf(now) ? undefined : 'subscription.changed';
}

/** Until its first payment is there it has not begun. */
function hasBegun(status: SubscriptionStatus): boolean {
  return status !== 'incomplete' && status !== 'incomplete_expired';
}

function whatItIsOf(subscription: Subscription): string {
  const { plan, items, cancelAtPeriodEnd, cancelAt, trialEnd, collectionPaused, pendingPlan } = subscription;
  const held = items.map((item) => [item.plan, item.quantity]);
  return JSON.stringify([plan, held, cancelAtPeriodEnd, cancelAt, trialEnd, collectionPaused, pendingPlan]);
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { SetEntitlements } from '../../entitlements/set-entitlements.js';
import { Clock } from '../../kernel/clock.js';
import { RecordDomainEvent } from '../../outbox/record-domain-event.js';
import { storeAccess } from '../subscriptions.store.js';
import { type AccessState, accessAt } from './access.js';
import { featuresOf } from './plan-features.js';
import type { Subscription } from './subscription.entity.js';

/** Brings features and the outbox up to a subscription's access. The account must be locked, then the subscription. */
@Injectable()
export class ApplyAccess {
  constructor(
    private readonly clock: Clock,
    private readonly setEntitlements: SetEntitlements,
    private readonly record: RecordDomainEvent,
  ) {}

  /** `before` is the access that was written down last; undefined for a new subscription. */
  async run(tx: Tx, subscription: Subscription, before: AccessState | undefined): Promise<void> {
    const { stripeSubscriptionId, accountId, plan } = subscription;
    const now = this.clock.now();
    const accessState = accessAt(subscription, now);
    const source = { type: 'subscription' as const, id: stripeSubscriptionId };
    const open = featuresOf({ ...subscription, accessState });
    await this.setEntitlements.run(tx, { accountId, source, open });
    if (accessState === before) return;
    if (accessState !== subscription.accessState) await storeAccess(tx, stripeSubscriptionId, accessState, now);
    await this.record.run(tx, {
      type: 'subscription.access_changed',
      accountId,
      data: { stripeSubscriptionId, plan, from: before ?? null, to: accessState },
      cause: `${stripeSubscriptionId}:${accessState}:${now.toISOString()}`,
    });
  }
}

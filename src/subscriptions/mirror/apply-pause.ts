import type { Tx } from '../../database/database.js';
import { paidUntil } from '../allowances/allowances.store.js';
import { storeOpenUntil } from '../subscriptions.store.js';
import { openUntilOf } from './access.js';
import type { Subscription } from './subscription.entity.js';

/**
 * Stores until when a subscription is open whose payments are paused, or were, by what was paid for it. To be run after
 * its paid invoices were recorded; the caller holds its lock. Returns the subscription as it is then.
 */
export async function applyPause(tx: Tx, subscription: Subscription): Promise<Subscription> {
  const { stripeSubscriptionId, collectionPaused, openUntil: before } = subscription;
  if (!collectionPaused && before === null) return subscription;
  const openUntil = openUntilOf(subscription, await paidUntil(tx, stripeSubscriptionId));
  if (openUntil?.getTime() === before?.getTime()) return subscription;
  await storeOpenUntil(tx, stripeSubscriptionId, openUntil);
  return { ...subscription, openUntil };
}

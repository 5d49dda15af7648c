import type { Tx } from '../../database/database.js';
import { openUntilOf } from './access.js';
import type { Subscription } from './subscription.js';

/**
 * Writes down until when a subscription is open whose payments are paused, or were, by what was paid for it. To be run
 * after its paid invoices were recorded; the caller holds its lock. Answers it as it is then.
 */
export async function applyPause(tx: Tx, subscription: Subscription): Promise<Subscription> {
  const { stripeSubscriptionId, collectionPaused, openUntil: before } = subscription;
  if (!collectionPaused && before === null) return subscription;
  const openUntil = openUntilOf(subscription, await paidUntil(tx, stripeSubscriptionId));
  if (openUntil?.getTime() === before?.getTime()) return subscription;
  await tx.query('update subscriptions set open_until = $2 where stripe_subscription_id = $1', [
    stripeSubscriptionId,
    openUntil,
  ]);
  return { ...subscription, openUntil };
}

/** Every paid invoice about a plan has allowances, also of plans that give no credits. */
async function paidUntil(tx: Tx, stripeSubscriptionId: string): Promise<Date | null> {
  const [row]: { until: Date | null }[] = await tx.query(
    `select max(ends_at) as until from allowances where stripe_subscription_id = $1 and status <> 'canceled'`,
    [stripeSubscriptionId],
  );
  return row?.until ?? null;
}

import type { Tx } from '../database/database.js';
import { type Credits, NO_CREDITS } from '../kernel/credits.js';
import type { CarriedIncluded } from './allowances/included-share.js';
import type { AccessState } from './mirror/access.js';
import { EarlierSubscription } from './mirror/earlier-subscription.entity.js';
import { Subscription } from './mirror/subscription.entity.js';

/**
 * What is stored of a subscription each time that Stripe was asked for it. Until when it is open, and what is carried
 * to its next period, is stored apart.
 */
export type SubscriptionRecord = Omit<Subscription, 'ordinal' | 'openUntil' | 'carriedCredits' | 'carriedIncluded'>;

/** Locks a subscription and reads it; undefined when it is not known. The account's balance must be locked. */
export async function lockSubscription(tx: Tx, stripeSubscriptionId: string): Promise<Subscription | undefined> {
  const found = await tx.findOne(Subscription, {
    where: { stripeSubscriptionId },
    lock: { mode: 'pessimistic_write' },
  });
  return found ?? undefined;
}

/** Stores what was fetched of a subscription. Whose it is, and when it began, is never changed: see the entity. */
export async function storeSubscription(tx: Tx, record: SubscriptionRecord): Promise<void> {
  await tx.upsert(Subscription, record, ['stripeSubscriptionId']);
}

/** The subscription must be locked, here and below. */
export async function storeAccess(
  tx: Tx,
  stripeSubscriptionId: string,
  accessState: AccessState,
  now: Date,
): Promise<void> {
  await tx.update(Subscription, { stripeSubscriptionId }, { accessState, updatedAt: now });
}

export async function storeOpenUntil(tx: Tx, stripeSubscriptionId: string, openUntil: Date | null): Promise<void> {
  await tx.update(Subscription, { stripeSubscriptionId }, { openUntil });
}

/** What is to be taken off the periods that are given next. */
export interface Carried {
  readonly carried: Credits;
  readonly carriedIncluded?: CarriedIncluded;
}

/** As it is now: each invoice that is recorded changes it. */
export async function carriedOf(tx: Tx, stripeSubscriptionId: string): Promise<Required<Carried>> {
  const select = { stripeSubscriptionId: true, carriedCredits: true, carriedIncluded: true };
  const found = await tx.findOne(Subscription, { select, where: { stripeSubscriptionId } });
  return { carried: found?.carriedCredits ?? NO_CREDITS, carriedIncluded: found?.carriedIncluded ?? new Map() };
}

export async function storeCarried(
  tx: Tx,
  stripeSubscriptionId: string,
  { carried: carriedCredits, carriedIncluded = new Map() }: Carried,
): Promise<void> {
  await tx.update(Subscription, { stripeSubscriptionId }, { carriedCredits, carriedIncluded });
}

/** From when on the payments of a subscription give credits; null where all of them do. */
export async function creditsFromOf(tx: Tx, stripeSubscriptionId: string): Promise<Date | null> {
  const earlier = await tx.findOneBy(EarlierSubscription, { stripeSubscriptionId });
  return earlier?.creditsFrom ?? null;
}

/**
 * Stores which subscriptions a customer had before it was adopted, so that what was paid until then gives no credits,
 * whenever Stripe tells of them. One that is mirrored already stays as it is.
 */
export async function storeEarlierSubscriptions(tx: Tx, earlier: readonly EarlierSubscription[]): Promise<void> {
  await tx.query(
    `insert into earlier_subscriptions (stripe_subscription_id, credits_from, stripe_invoice_ids)
     select id, credits_from, array(select jsonb_array_elements_text(invoices))
     from unnest($1::text[], $2::timestamptz[], $3::jsonb[]) earlier (id, credits_from, invoices)
     where not exists (select from subscriptions where stripe_subscription_id = id)
     on conflict (stripe_subscription_id) do nothing`,
    [
      earlier.map(({ stripeSubscriptionId }) => stripeSubscriptionId),
      earlier.map(({ creditsFrom }) => creditsFrom),
      earlier.map(({ stripeInvoiceIds }) => JSON.stringify(stripeInvoiceIds)),
    ],
  );
}

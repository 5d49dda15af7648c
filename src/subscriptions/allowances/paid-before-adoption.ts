import { ArrayContains } from 'typeorm';
import type { Tx } from '../../database/database.js';
import { addSeconds } from '../../kernel/clock.js';
import type { StripeInvoice } from '../../stripe/objects/billing-objects.js';
import { EarlierSubscription } from '../mirror/earlier-subscription.entity.js';
import type { Subscription } from '../mirror/subscription.entity.js';

/**
 * Whether an invoice was paid before its subscription was adopted. Whoever sold it then has given what it was for, so
 * it gives nothing here. Stripe tells the time in seconds: within the last one the list of invoices decides.
 */
export async function isPaidBeforeAdoption(
  tx: Tx,
  { stripeSubscriptionId, creditsFrom }: Subscription,
  { stripeInvoiceId, paidAt, createdAt }: StripeInvoice,
): Promise<boolean> {
  const at = paidAt ?? createdAt;
  if (creditsFrom === null || at >= creditsFrom) return false;
  if (at < addSeconds(creditsFrom, -1)) return true;
  return tx.existsBy(EarlierSubscription, { stripeSubscriptionId, stripeInvoiceIds: ArrayContains([stripeInvoiceId]) });
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { addSeconds } from '../../kernel/clock.js';
import type { StripeInvoice } from '../../stripe/objects/billing-objects.js';
import type { Subscription } from './subscription.entity.js';

export interface EarlierSubscription {
  stripeSubscriptionId: string;
  /** Behind all that was paid before, to the second. */
  creditsFrom: Date;
  /** All that was paid before: within one second only they say it. */
  stripeInvoiceIds: readonly string[];
}

/**
 * Remembers which subscriptions a customer had before it was adopted, so that what was paid until then gives no
 * credits, whenever they are heard of. One that we follow already stays as it is.
 */
@Injectable()
export class NoteEarlierSubscriptions {
  async run(tx: Tx, earlier: readonly EarlierSubscription[]): Promise<void> {
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
}

/** What was paid before a subscription was adopted was sold, and given, by somebody else. */
export async function isOfBefore(
  tx: Tx,
  { stripeSubscriptionId, creditsFrom }: Subscription,
  { stripeInvoiceId, paidAt, createdAt }: StripeInvoice,
): Promise<boolean> {
  const at = paidAt ?? createdAt;
  if (creditsFrom === null || at >= creditsFrom) return false;
  if (at < addSeconds(creditsFrom, -1)) return true;
  const rows: unknown[] = await tx.query(
    'select from earlier_subscriptions where stripe_subscription_id = $1 and $2 = any(stripe_invoice_ids)',
    [stripeSubscriptionId, stripeInvoiceId],
  );
  return rows.length > 0;
}

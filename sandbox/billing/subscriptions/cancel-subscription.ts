import type Stripe from 'stripe';
import { invalidRequest } from '../../api/errors.js';
import type { Work } from '../../store/work.js';
import { creditUnused, invoiceRest } from '../changes/settle-rest.js';
import { voidInvoice } from '../invoices/write-off-invoice.js';
import { lockInvoice, type Subscription } from '../lock.js';
import { endSubscription } from './end-subscription.js';

/**
 * Ends a subscription at once. What is left of its period is given back, as credit on a last invoice, when that is
 * asked for. The caller holds its lock.
 */
export async function cancelSubscription(
  work: Work,
  before: Subscription,
  params: Stripe.SubscriptionCancelParams,
): Promise<Stripe.Subscription> {
  const { status, id } = before.shown;
  if (status === 'canceled' || status === 'incomplete_expired') {
    throw invalidRequest(`No such subscription: '${id}'`, { code: 'resource_missing', param: 'id' });
  }
  const credited = params.prorate ? await creditUnused(work, before) : before;
  const settled = params.invoice_now ? await invoiceRest(work, credited) : credited;
  if (status === 'incomplete') await voidFirst(work, before);
  const { cancellation_details: given } = params;
  const details = {
    ...(given?.comment && { comment: given.comment }),
    ...(given?.feedback && { feedback: given.feedback }),
  };
  return (await endSubscription(work, settled, { reason: 'cancellation_requested', details })).shown;
}

async function voidFirst(work: Work, { shown }: Subscription): Promise<void> {
  const billing = await lockInvoice(work, String(shown.latest_invoice));
  if (billing.invoice.shown.status === 'open') await voidInvoice(work, billing);
}

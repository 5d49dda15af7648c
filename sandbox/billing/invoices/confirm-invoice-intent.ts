import type Stripe from 'stripe';
import { need } from '../../api/common.js';
import { kinds } from '../../kinds/kinds.js';
import { checkConfirmable } from '../../payments/intents/confirm-own-intent.js';
import { declinedError } from '../../payments/intents/intent-errors.js';
import { usableMethod } from '../../payments/methods/usable-method.js';
import type { Work } from '../../store/work.js';
import type { Billing } from '../lock.js';
import { adoptMethod } from '../subscriptions/adopt-method.js';
import { collectInvoice } from './collect-invoice.js';

/**
 * Confirms the intent of an invoice as a call asks for, which pays the invoice. Throws the decline, with everything
 * that it has left kept. The caller holds the locks of the subscription and of the invoice.
 */
export async function confirmInvoiceIntent(
  work: Work,
  billing: Billing,
  intentId: string,
  params: Stripe.PaymentIntentConfirmParams,
): Promise<Stripe.PaymentIntent> {
  const { shown } = await need(work, kinds.paymentIntent, intentId, { lock: true });
  checkConfirmable(shown);
  const customerId = String(shown.customer);
  const method =
    params.payment_method === undefined
      ? undefined
      : await usableMethod(work, params.payment_method, customerId, shown.currency);
  const { outcome, subscription } = await collectInvoice(work, billing, {
    method,
    offSession: params.off_session !== undefined && params.off_session !== false,
    automatic: false,
    ways: { returnUrl: params.return_url },
  });
  if (outcome.kind === 'paid' && method !== undefined) await adoptMethod(work, subscription, method);
  const now = (await need(work, kinds.paymentIntent, intentId)).shown;
  if (outcome.kind === 'declined') throw declinedError(outcome.decline, { payment_intent: now });
  return now;
}

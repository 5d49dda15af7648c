import type Stripe from 'stripe';
import { recordEvent } from '../../events/record.js';
import { kinds } from '../../kinds/kinds.js';
import type { Attempt } from '../../payments/charges/new-charge.js';
import type { Intent } from '../../payments/intents/charge-intent.js';
import { type Confirmation, confirmIntent, isChallenged } from '../../payments/intents/confirm-intent.js';
import type { Method } from '../../payments/methods/new-payment-method.js';
import { findObject, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { type Billing, customerOf } from '../lock.js';
import { type Failure, intentOf, markFailed, markPaid } from './settle-invoice.js';

export interface Collection {
  /** What it is paid with, in place of what the customer has set up. */
  method?: Method | undefined;
  offSession: boolean;
  automatic: boolean;
  /** Where the payer goes after a challenge, when that is not the invoice's own page. */
  ways?: { returnUrl?: string | undefined; retryUrl?: string | undefined } | undefined;
}

/** `nothing` to pay with was found. */
export type Collected = Billing & { outcome: Confirmation | { kind: 'nothing' } };

/**
 * Tries to take what an open invoice asks for, once, and settles it and its subscription by the outcome. A challenge
 * leaves it open until it is answered. The caller holds the locks of the subscription and of the invoice; locks the
 * intent.
 */
export async function collectInvoice(work: Work, billing: Billing, how: Collection): Promise<Collected> {
  const intent = await intentOf(work, billing.invoice);
  if (intent === undefined) return { ...(await markPaid(work, billing)), outcome: { kind: 'paid' } };
  const method = how.method ?? (await methodFor(work, billing));
  if (method === undefined) {
    await failWithoutMethod(work, intent);
    return { ...(await markFailed(work, billing, failure(how, false))), outcome: { kind: 'nothing' } };
  }
  const challenged = isChallenged(method, how.offSession);
  const outcome = await confirmIntent(work, intent, method, {
    offSession: how.offSession && !challenged,
    ...(how.ways ?? { returnUrl: `${work.baseUrl}/i/${billing.invoice.shown.id}` }),
  });
  return { ...(await settleOutcome(work, billing, outcome, how)), outcome };
}

/** Settles an invoice by the outcome of an attempt at its payment. The caller holds the locks of both. */
export async function settleOutcome(
  work: Work,
  billing: Billing,
  outcome: Confirmation | Attempt,
  { automatic }: Pick<Failure, 'automatic'>,
): Promise<Billing> {
  switch (outcome.kind) {
    case 'paid':
      return markPaid(work, billing, { automatic });
    case 'pending':
      return billing;
    case 'declined':
      return markFailed(work, billing, { automatic, actionRequired: false });
    case 'challenged':
      return markFailed(work, billing, { automatic, actionRequired: true });
  }
}

const failure = ({ automatic }: Collection, actionRequired: boolean): Failure => ({ automatic, actionRequired });

/** What the subscription, or else the customer, has for it, as long as it is still the customer's. */
async function methodFor(work: Work, { subscription: { shown } }: Billing): Promise<Method | undefined> {
  const { invoice_settings } = await customerOf(work, shown);
  for (const id of [shown.default_payment_method, invoice_settings.default_payment_method]) {
    const method = id === null ? undefined : await findObject(work.tx, kinds.paymentMethod, String(id));
    if (method?.shown.customer === shown.customer) return method;
  }
  return undefined;
}

const noMethod = {
  code: 'payment_intent_payment_attempt_failed',
  message: 'The customer has no payment method that could be charged.',
  type: 'invalid_request_error',
} satisfies Stripe.PaymentIntent.LastPaymentError;

async function failWithoutMethod(work: Work, { shown, hidden }: Intent): Promise<void> {
  const failed: Stripe.PaymentIntent = { ...shown, last_payment_error: noMethod, status: 'requires_payment_method' };
  await saveObject(work.tx, { shown: failed, hidden });
  await recordEvent(work, 'payment_intent.payment_failed', failed);
}

import type Stripe from 'stripe';
import { invalidRequest } from '../../api/errors.js';
import { kinds } from '../../kinds/kinds.js';
import type { Attempt } from '../../payments/charges/new-charge.js';
import type { Intent } from '../../payments/intents/charge-intent.js';
import { answerChallenge } from '../../payments/intents/confirm-intent.js';
import { keepMethod, type Means, type Method } from '../../payments/methods/new-payment-method.js';
import { findObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { type Billing, lockInvoice } from '../lock.js';
import { adoptMethod } from '../subscriptions/adopt-method.js';
import { chosenMethod } from '../subscriptions/chosen-method.js';
import { atTimeOf } from '../test-clocks/test-clock-time.js';
import { type Collected, type Collection, collectInvoice, settleOutcome } from './collect-invoice.js';
import { finalizeInvoice } from './finalize-invoice.js';
import { throwDeclined } from './invoice-declined.js';
import { markPaid } from './settle-invoice.js';

/**
 * Pays an invoice as a call asks for, a draft after it was made final. Throws the decline, with everything that it has
 * left kept. The caller holds the locks of the subscription and of the invoice.
 */
export async function payInvoice(work: Work, found: Billing, params: Stripe.InvoicePayParams): Promise<Stripe.Invoice> {
  const { shown } = found.invoice;
  if (shown.status === 'paid') throw invalidRequest('Invoice is already paid', { code: 'invoice_already_paid' });
  if (shown.status === 'void') throw invalidRequest('This invoice can no longer be paid');
  const open = shown.status === 'draft' ? { ...found, invoice: await finalizeInvoice(work, found.invoice) } : found;
  if (params.paid_out_of_band) return (await markPaid(work, open, { outOfBand: true })).invoice.shown;
  const customerId = String(shown.customer);
  const method = await chosenMethod(work, params.payment_method, customerId, 'payment_method');
  const collected = await collectInvoice(work, open, {
    method,
    offSession: params.off_session ?? true,
    automatic: false,
  });
  throwDeclined(collected.outcome, { keepsEffect: true });
  return collected.invoice.shown;
}

/**
 * Pays an open invoice with what its customer has typed or chosen on a page. A card that has paid is kept, for the
 * invoices that are to come. Returns undefined when there is nothing to pay. Locks the subscription, then the invoice.
 */
export async function payByCustomer(
  asked: Work,
  invoiceId: string,
  means: Means | { kind: 'saved'; methodId: string },
  ways?: Collection['ways'],
): Promise<Collected['outcome'] | undefined> {
  const billing = await lockInvoice(asked, invoiceId);
  const work = await atTimeOf(asked, billing.invoice.shown.test_clock);
  if (!isPayable(billing.invoice.shown)) return undefined;
  const method = await methodOf(work, billing, means);
  const collected = await collectInvoice(work, billing, { method, offSession: false, automatic: false, ways });
  if (collected.outcome.kind === 'paid') await adoptMethod(work, collected.subscription, method);
  return collected.outcome;
}

/** Whether a customer can still pay an invoice. */
export const isPayable = ({ status }: Stripe.Invoice): boolean => status === 'open' || status === 'uncollectible';

async function methodOf(
  work: Work,
  { invoice }: Billing,
  means: Means | { kind: 'saved'; methodId: string },
): Promise<Method> {
  const { currency, customer_email: email } = invoice.shown;
  if (means.kind !== 'saved') return keepMethod(work, means, { email }, currency);
  const saved = await findObject(work.tx, kinds.paymentMethod, means.methodId);
  if (saved === undefined) throw new Error('a payment method that was offered is there');
  return saved;
}

interface Answered {
  intent: Intent;
  method: Method;
  passed: boolean;
}

/** Goes on with an invoice whose payer has answered the bank. The caller holds the locks of both, and of the intent. */
export async function resumeInvoice(
  work: Work,
  billing: Billing,
  { intent, method, passed }: Answered,
): Promise<Attempt> {
  const outcome = await answerChallenge(work, intent, method, passed);
  const { subscription } = await settleOutcome(work, billing, outcome, { automatic: false });
  if (outcome.kind === 'paid') await adoptMethod(work, subscription, method);
  return outcome;
}

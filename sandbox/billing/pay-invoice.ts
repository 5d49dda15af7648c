import type Stripe from 'stripe';
import { invalidRequest } from '../api/errors.js';
import type { Work } from '../store/work.js';
import { chosenMethod } from './chosen-method.js';
import { collectInvoice } from './collect-invoice.js';
import { finalizeInvoice } from './finalize-invoice.js';
import { throwDeclined } from './invoice-declined.js';
import type { Billing } from './lock.js';
import { markPaid } from './settle-invoice.js';

/**
 * Pays an invoice as a call asks for, a draft after it was made final. Throws the decline, with everything that it has left kept.
 * The caller holds the locks of the subscription and of the invoice.
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

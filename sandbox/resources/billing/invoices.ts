import type Stripe from 'stripe';
import { listPage, need } from '../../api/common.js';
import { invalidRequest } from '../../api/errors.js';
import { type Call, type Resource, route } from '../../api/resource.js';
import { finalizeInvoice } from '../../billing/invoices/finalize-invoice.js';
import { payInvoice } from '../../billing/invoices/pay-invoice.js';
import { previewInvoice } from '../../billing/invoices/preview-invoice.js';
import { markPaid } from '../../billing/invoices/settle-invoice.js';
import { markUncollectible, voidInvoice } from '../../billing/invoices/write-off-invoice.js';
import { type Invoice, lockInvoice } from '../../billing/lock.js';
import { finalizeDue, retryDue } from '../../billing/renewals/due-invoices.js';
import { atTimeOf } from '../../billing/test-clocks/test-clock-time.js';
import { pageOfLines } from '../../checkout/sessions/line-page.js';
import { kinds } from '../../kinds/kinds.js';
import { findObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { discountsOf } from './subscriptions.js';

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.Invoice> {
  return (await need(work, kinds.invoice, id)).shown;
}

const list = ({ work, params }: Call<Stripe.InvoiceListParams>) => {
  const { collection_method, customer, status, subscription } = params;
  const parent = subscription === undefined ? undefined : { subscription_details: { subscription } };
  return listPage(work, kinds.invoice, '/v1/invoices', params, {
    equal: { collection_method, customer, status, parent },
  });
};

async function listLines({ work, params, id }: Call<Stripe.InvoiceListLineItemsParams>) {
  const { lines } = (await need(work, kinds.invoice, id)).shown;
  return pageOfLines(lines.data, params, lines.url);
}

async function finalize({
  work: asked,
  params,
  id,
}: Call<Stripe.InvoiceFinalizeInvoiceParams>): Promise<Stripe.Invoice> {
  const { subscription, invoice } = await lockInvoice(asked, id);
  const work = await atTimeOf(asked, invoice.shown.test_clock);
  checkStatus(invoice, ['draft'], 'finalized');
  const { auto_advance = invoice.shown.auto_advance ?? false } = params;
  const open = await finalizeInvoice(work, { ...invoice, shown: { ...invoice.shown, auto_advance } });
  if (open.shown.amount_due > 0) return open.shown;
  return (await markPaid(work, { subscription, invoice: open })).invoice.shown;
}

async function pay({ work, params, id }: Call<Stripe.InvoicePayParams>): Promise<Stripe.Invoice> {
  const billing = await lockInvoice(work, id);
  return payInvoice(await atTimeOf(work, billing.invoice.shown.test_clock), billing, params);
}

async function makeVoid({ work, id }: Call<unknown>): Promise<Stripe.Invoice> {
  const billing = await lockInvoice(work, id);
  checkStatus(billing.invoice, ['open', 'uncollectible'], 'voided');
  return (await voidInvoice(await atTimeOf(work, billing.invoice.shown.test_clock), billing)).shown;
}

async function writeOff({ work, id }: Call<unknown>): Promise<Stripe.Invoice> {
  const billing = await lockInvoice(work, id);
  checkStatus(billing.invoice, ['open'], 'marked as uncollectible');
  return (await markUncollectible(await atTimeOf(work, billing.invoice.shown.test_clock), billing)).shown;
}

function checkStatus({ shown }: Invoice, allowed: string[], verb: string): void {
  if (allowed.includes(String(shown.status))) return;
  throw invalidRequest(`This invoice cannot be ${verb}, since it is ${shown.status}.`, {
    code: 'invoice_not_editable',
  });
}

const preview = ({ work, params }: Call<Stripe.InvoiceCreatePreviewParams>): Promise<Stripe.Invoice> =>
  previewInvoice(work, params);

async function retrievePayment({ work, id }: Call<unknown>): Promise<Stripe.InvoicePayment> {
  return (await need(work, kinds.invoicePayment, id)).shown;
}

const listPayments = ({ work, params }: Call<Stripe.InvoicePaymentListParams>) => {
  const { invoice, payment, status } = params;
  return listPage(work, kinds.invoicePayment, '/v1/invoice_payments', params, {
    equal: { invoice, payment, status },
  });
};

async function retrieveItem({ work, id }: Call<unknown>): Promise<Stripe.InvoiceItem> {
  return (await need(work, kinds.invoiceItem, id)).shown;
}

const listItems = ({ work, params }: Call<Stripe.InvoiceItemListParams>) => {
  const { customer, invoice, pending } = params;
  const isPending = { sql: `(o.shown ->> 'invoice' is null) = $::boolean`, value: pending };
  return listPage(work, kinds.invoiceItem, '/v1/invoiceitems', params, {
    equal: { customer, invoice },
    conditions: pending === undefined ? [] : [isPending],
  });
};

/** Shown on request alone, and in no webhook. */
const paymentsOf = (work: Work, { id }: Stripe.Invoice): Promise<Stripe.ApiList<Stripe.InvoicePayment>> =>
  listPage(work, kinds.invoicePayment, '/v1/invoice_payments', {}, { equal: { invoice: id } });

async function confirmationSecret(
  work: Work,
  { id }: Stripe.Invoice,
): Promise<Stripe.Invoice.ConfirmationSecret | null> {
  const { intentId } = (await need(work, kinds.invoice, id)).hidden;
  const intent = intentId && (await findObject(work.tx, kinds.paymentIntent, intentId));
  return intent ? { client_secret: intent.shown.client_secret ?? '', type: 'payment_intent' } : null;
}

export const invoices: Resource = {
  routes: [
    route('POST /v1/invoices/create_preview', preview),
    route('GET /v1/invoices/:id', retrieve),
    route('GET /v1/invoices', list),
    route('GET /v1/invoices/:id/lines', listLines),
    route('POST /v1/invoices/:id/finalize', finalize),
    route('POST /v1/invoices/:id/pay', pay),
    route('POST /v1/invoices/:id/void', makeVoid),
    route('POST /v1/invoices/:id/mark_uncollectible', writeOff),
    route('GET /v1/invoice_payments/:id', retrievePayment),
    route('GET /v1/invoice_payments', listPayments),
    route('GET /v1/invoiceitems/:id', retrieveItem),
    route('GET /v1/invoiceitems', listItems),
  ],
  expansions: {
    invoice: {
      confirmation_secret: confirmationSecret,
      customer: 'by id',
      default_payment_method: 'by id',
      discounts: discountsOf,
      payments: paymentsOf,
      test_clock: 'by id',
    },
    'invoice.parent.subscription_details': { subscription: 'by id' },
    'line_item.pricing.price_details': { price: 'by id' },
    invoice_payment: { invoice: 'by id' },
    'invoice_payment.payment': { payment_intent: 'by id' },
  },
  jobs: { 'finalize-invoice': finalizeDue, 'retry-invoice': retryDue },
};

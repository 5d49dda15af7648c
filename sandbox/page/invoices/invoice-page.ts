import type Stripe from 'stripe';
import { formatMoney } from '../../payments/currencies.js';
import { alertBox, type FormView, payButton } from '../form.js';
import { html } from '../html.js';
import { merchant, type Page } from '../layout.js';
import { meansFields, testCardHints } from '../means-fields.js';
import { header } from '../pay/summary.js';
import { invoiceLines } from './invoice-lines.js';

export interface InvoiceView {
  invoice: Stripe.Invoice;
  /** Cards that the customer has kept. */
  saved: Stripe.PaymentMethod[];
  form: FormView;
  /** Why it was not paid. */
  alert?: string;
}

/** The page on which a customer pays an invoice that could not be charged. */
export function invoicePage({ invoice, saved, form, alert }: InvoiceView): Page {
  const money = (amountMinor: number) => formatMoney(amountMinor, invoice.currency);
  const credit = invoice.total - invoice.amount_due;
  const creditLabel = credit > 0 ? 'Your credit' : 'Left from before';
  return {
    title: `Pay invoice ${invoice.number} – ${merchant}`,
    body: html`<div class="split">
<section class="side" aria-label="Invoice"><div class="inner">${header(null)}
<p class="what">Invoice ${invoice.number}</p>
<h1 class="total">${money(invoice.amount_due)}</h1>
${invoiceLines(invoice)}
${credit !== 0 && html`<dl class="sums"><div><dt>${creditLabel}</dt><dd>${money(-credit)}</dd></div></dl>`}
<p class="sum due"><span>Total due</span><span>${money(invoice.amount_due)}</span></p></div></section>
<main class="main"><div class="inner">${alert !== undefined && alertBox(alert)}
<form class="pay-form" method="post" action="/i/${invoice.id}" novalidate>
<h2>Payment details</h2>
${meansFields({ debits: false, saved, maySave: false }, form)}
${payButton(`Pay ${money(invoice.amount_due)}`)}
<p class="fine">A new card is kept for the invoices that are to come.</p>
<p class="fine">This is a test. Nothing is charged.</p>
</form></div></main>
${testCardHints()}
</div>`,
  };
}

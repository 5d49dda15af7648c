import type Stripe from 'stripe';
import { formatMoney } from '../../payments/currencies.js';
import { type Html, html } from '../html.js';

/** What an invoice asks for, or would ask for, line by line. */
export const invoiceLines = ({ lines, currency }: Stripe.Invoice): Html =>
  html`<ul class="lines">${lines.data.map(
    ({ amount, description }) => html`<li class="line">
<div><p class="name">${description}</p></div>
<p class="cost">${formatMoney(amount, currency)}</p>
</li>`,
  )}</ul>`;

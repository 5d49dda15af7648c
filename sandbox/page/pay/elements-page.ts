import type Stripe from 'stripe';
import { formatMoney } from '../../payments/currencies.js';
import { takesDebits } from '../../payments/methods/bank-accounts.js';
import { alertBox, type FormView, payButton } from '../form.js';
import { html } from '../html.js';
import { badge, coin, merchant, type Page } from '../layout.js';
import { meansFields, testCardHints } from '../means-fields.js';

export interface ElementsView {
  intent: Stripe.PaymentIntent | Stripe.SetupIntent;
  /** Where the form is posted to, with where the payer goes afterwards. */
  action: string;
  form: FormView;
  alert?: string;
}

/** The card form that stands in for Stripe's Payment Element: it pays an intent that the seller has made. */
export function elementsPage({ intent, action, form, alert }: ElementsView): Page {
  const amount = intent.object === 'payment_intent' ? formatMoney(intent.amount, intent.currency) : undefined;
  const debits = intent.object === 'payment_intent' && takesDebits(intent);
  return {
    title: `${amount === undefined ? 'Save a card' : `Pay ${amount}`} – ${merchant}`,
    body: html`<main class="sheet">
<div class="inner">
<div class="top"><span class="brand">${coin}${merchant}</span>${badge}</div>
${intent.description && html`<p class="what">${intent.description}</p>`}
<h1 class="total">${amount ?? 'Save a card'}</h1>
${alert !== undefined && alertBox(alert, amount === undefined ? 'The card was not saved' : undefined)}
<form class="pay-form" method="post" action="${action}" novalidate>
${meansFields({ debits, saved: [], maySave: false }, form)}
${payButton(amount === undefined ? 'Save card' : `Pay ${amount}`)}
<p class="fine">This is a test. Nothing is charged.</p>
</form>
</div>
${testCardHints()}
</main>`,
  };
}

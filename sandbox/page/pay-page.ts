import type Stripe from 'stripe';
import type { Session } from '../checkout/reprice.js';
import { takesDebits } from '../payments/bank-accounts.js';
import { asksTaxId, asksTerms, billingFields, businessFields, emailField, termsField } from './buyer-fields.js';
import { alertBox, type FormView, payButton } from './form.js';
import { type Html, html } from './html.js';
import { merchant, type Page } from './layout.js';
import { meansFields, testCardHints } from './means-fields.js';
import { mayBeSaved } from './read-payer.js';
import { header, moneyOf, type Order, summary } from './summary.js';

export interface PayView extends Order {
  form: FormView;
  /** The payment methods that the customer has kept and may use here. */
  saved: Stripe.PaymentMethod[];
  /** Why nothing was charged. */
  alert?: string;
}

/** Where a page leads to in the end, as a content security policy names it. */
export function leadsTo(url: string | null | undefined): { leadsTo?: string } {
  const target = URL.parse(url ?? '');
  const origin = target?.origin === 'null' ? target.protocol : target?.origin;
  return origin === undefined ? {} : { leadsTo: origin };
}

/** Whether a session has something to pay. */
export const isCharged = ({ shown }: Session): boolean => (shown.amount_total ?? 0) > 0;

/** The page to pay an open session on. */
export function payPage(view: PayView): Page {
  const { shown } = view.session;
  return {
    title: `Pay ${moneyOf(view.session, shown.amount_total)} – ${merchant}`,
    ...leadsTo(shown.success_url),
    body: html`<div class="split">
<section class="side" aria-label="Order"><div class="inner">${header(shown.cancel_url)}${summary(view)}</div></section>
<main class="main"><div class="inner">${form(view)}</div></main>
${isCharged(view.session) && testCardHints()}
</div>`,
  };
}

function form(view: PayView): Html {
  const { session, saved, form: typed } = view;
  const { shown } = session;
  const charged = isCharged(session);
  const offer = { debits: takesDebits(shown), saved, maySave: mayBeSaved(shown) };
  return html`${view.alert !== undefined && alertBox(view.alert)}
<form class="pay-form" method="post" action="/c/pay/${shown.id}" novalidate>
<h2>${charged ? 'Payment details' : 'Your details'}</h2>
${emailField(session, typed)}
${billingFields(session, typed)}
${asksTaxId(shown) && businessFields(session, typed)}
${charged && meansFields(offer, typed)}
${asksTerms(shown) && termsField(session, merchant, typed)}
${payButton(charged ? `Pay ${moneyOf(session, shown.amount_total)}` : 'Complete order')}
${shown.custom_text.submit && html`<p class="fine">${shown.custom_text.submit.message}</p>`}
<p class="fine">This is a test payment. Nothing is charged.</p>
</form>`;
}

import type Stripe from 'stripe';
import type { Session } from '../../checkout/sessions/reprice.js';
import { takesDebits } from '../../payments/methods/bank-accounts.js';
import { alertBox, type FormView, payButton } from '../form.js';
import { type Html, html } from '../html.js';
import { merchant, type Page } from '../layout.js';
import { type MeansOffer, meansFields, testCardHints } from '../means-fields.js';
import { asksTaxId, asksTerms, billingFields, businessFields, emailField, termsField } from './buyer-fields.js';
import { mayBeSaved } from './read-payer.js';
import { header, moneyOf, type Order, summary, trialDays } from './summary.js';

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

/** Whether a card is only saved, for later. */
export const savesCard = ({ shown }: Session): boolean => shown.mode === 'setup';

/** Whether the page asks for something to pay with. */
export const asksMeans = ({ session, dueMinor }: Pick<PayView, 'session' | 'dueMinor'>): boolean =>
  savesCard(session) ||
  dueMinor > 0 ||
  (session.shown.mode === 'subscription' && session.shown.payment_method_collection === 'always');

/** The page to pay an open session on, or to save a card with it. */
export function payPage(view: PayView): Page {
  const { shown } = view.session;
  const saves = savesCard(view.session);
  const what = saves ? 'Save a card' : (wantsWord(view.session) ?? `Pay ${moneyOf(view.session, view.dueMinor)}`);
  return {
    title: `${what} – ${merchant}`,
    ...leadsTo(shown.success_url),
    body: html`<div class="split">
<section class="side" aria-label="${saves ? 'What this is for' : 'Order'}"><div class="inner">
${header(shown.cancel_url)}${saves ? setupSummary : summary(view)}
</div></section>
<main class="main"><div class="inner">${form(view)}</div></main>
${asksMeans(view) && testCardHints()}
</div>`,
  };
}

const setupSummary = html`<p class="what">Nothing is charged now</p>
<h1 class="total">Save a card</h1>
<p class="lead">${merchant} keeps it for later payments. You can take it away again at any time.</p>`;

function form(view: PayView): Html {
  const { session, form: typed } = view;
  const { shown } = session;
  const saves = savesCard(session);
  const asks = asksMeans(view);
  const pays = asks ? `Pay ${moneyOf(session, view.dueMinor)}` : 'Complete order';
  return html`${view.alert !== undefined && alertBox(view.alert, saves ? 'The card was not saved' : undefined)}
<form class="pay-form" method="post" action="/c/pay/${shown.id}" novalidate>
<h2>${saves ? 'Card details' : asks ? 'Payment details' : 'Your details'}</h2>
${emailField(session, typed)}
${billingFields(session, typed)}
${asksTaxId(shown) && businessFields(session, typed)}
${asks && meansFields(offerOf(view), typed)}
${asksTerms(shown) && termsField(session, merchant, typed)}
${payButton(saves ? 'Save card' : (wantsWord(session) ?? pays))}
${keepsMeans(session) && reuseText}
${shown.custom_text.submit && html`<p class="fine">${shown.custom_text.submit.message}</p>`}
<p class="fine">This is a test. Nothing is charged.</p>
</form>`;
}

/** Whether what is paid with may be charged again without the payer: Stripe's page tells them so. */
const keepsMeans = (session: Session): boolean =>
  savesCard(session) || session.hidden.intentData.setup_future_usage === 'off_session';

const reuseText = html`<p class="fine">By confirming, you allow ${merchant} to charge you for future payments in
accordance with their terms.</p>`;

/** What a button says that begins a subscription. */
const wantsWord = ({ shown, hidden }: Session): string | undefined =>
  shown.mode === 'subscription' ? (trialDays(hidden) === undefined ? 'Subscribe' : 'Start trial') : undefined;

/** Where a card is saved, it is a new one. */
function offerOf({ session, saved }: PayView): MeansOffer {
  if (savesCard(session)) return { debits: false, saved: [], maySave: false };
  return { debits: takesDebits(session.shown), saved, maySave: mayBeSaved(session.shown) };
}

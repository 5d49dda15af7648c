import type Stripe from 'stripe';
import { type Brand, brands } from '../../payments/cards/card.js';
import { formatMoney } from '../../payments/currencies.js';
import type { PortalPlan } from '../../portal/portal-plans.js';
import { dayOf } from '../day.js';
import { alertBox, type FormView, payButton, textField } from '../form.js';
import { type Html, html, type Part } from '../html.js';
import { badge, coin, merchant, type Page } from '../layout.js';
import { cardFields, savedLabel, testCardHints } from '../means-fields.js';
import { planRows } from './portal-subscriptions.js';

export interface PortalView {
  session: Stripe.BillingPortal.Session;
  /** Where the page is, without a slash at the end. */
  path: string;
  features: Stripe.BillingPortal.Configuration.Features;
  headline: string | null;
  customer: Stripe.Customer;
  /** What they are subscribed to. */
  plans: PortalPlan[];
  cards: Stripe.PaymentMethod[];
  /** Payments that were made, newest first. */
  payments: Stripe.Charge[];
  form: FormView;
  /** What was done just now. */
  note?: string;
  /** Why a card was not saved. */
  alert?: string;
}

/** What a customer sees of themselves: their plan, their cards, their payments, and how they are reached. */
export function portalPage(view: PortalView): Page {
  const { session, features, customer } = view;
  const andEmail = customer.name && customer.email && ` · ${customer.email}`;
  return {
    title: `Your billing – ${merchant}`,
    body: html`<main class="portal">
<div class="top">
${session.return_url !== null && html`<a class="back" href="${session.return_url}">← Return to ${merchant}</a>`}
<span class="brand">${coin}${merchant}</span>${badge}
</div>
<h1>${view.headline ?? 'Your billing'}</h1>
<p class="lead">${customer.name ?? customer.email ?? 'Your account'}${andEmail}</p>
${view.note !== undefined && html`<p class="done" role="status">${view.note}</p>`}
${planSection(view)}
${features.payment_method_update.enabled && cardSection(view)}
${features.invoice_history.enabled && paymentSection(view)}
${features.customer_update.enabled && features.customer_update.allowed_updates.length > 0 && detailSection(view)}
</main>`,
  };
}

const section = (id: string, title: string, body: Part): Html =>
  html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`;

/** Shown to who has a subscription, or could do something about one. */
function planSection({ plans, path, features }: PortalView): Html | false {
  const offered = features.subscription_update.enabled || features.subscription_cancel.enabled;
  if (plans.length === 0 && !offered) return false;
  return section('plans', 'Your plan', planRows(plans, path, features));
}

function cardSection(view: PortalView): Html {
  const { cards, path, form, alert } = view;
  const open =
    alert !== undefined || Object.keys(form.mistakes).some((name) => isCardField(name)) || cards.length === 0;
  return section(
    'cards',
    'Saved cards',
    html`${cardRows(view)}
<details class="business"${open && html` open`}><summary>Add a card</summary>
${alert !== undefined && alertBox(alert, 'The card was not saved')}
<form class="pay-form" method="post" action="${path}/cards" novalidate>
${cardFields(form)}${payButton('Save card')}
</form>
${testCardHints()}
</details>`,
  );
}

const cardRows = (view: PortalView): Html =>
  view.cards.length === 0
    ? html`<p class="lead">You have saved no card yet.</p>`
    : html`<ul class="rows">${view.cards.map((card) => cardRow(card, view))}</ul>`;

const isCardField = (name: string): boolean => ['cardNumber', 'expiry', 'cvc'].includes(name);

function cardRow(method: Stripe.PaymentMethod, { customer, path, plans }: PortalView): Html {
  const isDefault = customer.invoice_settings.default_payment_method === method.id;
  const name = `${brands[method.card?.brand as Brand] ?? 'Card'} ending in ${method.card?.last4}`;
  const paysPlan = plans.some(({ subscription }) => subscription.default_payment_method === method.id);
  const act = (what: 'default' | 'remove', label: string, spoken: string): Html =>
    html`<form method="post" action="${path}/${what}">
<button class="small" name="card" value="${method.id}" aria-label="${spoken}">${label}</button>
</form>`;
  return html`<li><span>${savedLabel(method)}</span>
${paysPlan && html`<span class="tag">Pays your plan</span>`}
${isDefault && html`<span class="tag">Default</span>`}
<span class="acts">
${!isDefault && act('default', 'Make default', `Make ${name} the default`)}
${act('remove', 'Remove', `Remove ${name}`)}
</span></li>`;
}

function paymentSection({ payments }: PortalView): Html {
  if (payments.length === 0) return section('payments', 'Payments', html`<p class="lead">There are none yet.</p>`);
  return section(
    'payments',
    'Payments',
    html`<div class="scroll"><table>
<thead><tr><th>Date</th><th>What for</th><th>Amount</th><th>Status</th><th>Receipt</th></tr></thead>
<tbody>${payments.map(paymentRow)}</tbody></table></div>`,
  );
}

const receiptLink = ({ created, receipt_url }: Stripe.Charge): Part =>
  receipt_url === null
    ? '–'
    : html`<a href="${receipt_url}">View<span class="hidden"> the receipt of ${dayOf(created)}</span></a>`;

const paymentRow = (charge: Stripe.Charge): Html => html`<tr>
<td data-label="Date">${dayOf(charge.created)}</td>
<td data-label="What for">${charge.description ?? 'Payment'}</td>
<td data-label="Amount">${formatMoney(charge.amount, charge.currency)}</td>
<td data-label="Status">${standingOf(charge)}</td>
<td data-label="Receipt">${receiptLink(charge)}</td>
</tr>`;

export function standingOf({ amount_refunded, currency, refunded, status }: Stripe.Charge): string {
  if (refunded) return 'Refunded';
  if (amount_refunded > 0) return `${formatMoney(amount_refunded, currency)} refunded`;
  return status === 'pending' ? 'On its way' : 'Paid';
}

const labels = { email: 'Email', name: 'Name', phone: 'Phone' } as const;
export const changeable = Object.keys(labels) as (keyof typeof labels)[];

const attributesOf = {
  email: html`type="email" autocomplete="email"`,
  name: html`type="text" autocomplete="name"`,
  phone: html`type="tel" autocomplete="tel"`,
};

function detailSection({ customer, features, form, path }: PortalView): Html {
  const allowed = changeable.filter((name) => features.customer_update.allowed_updates.includes(name));
  return section(
    'details',
    'Your details',
    html`<form class="narrow" method="post" action="${path}/details" novalidate>
${allowed.map((name) =>
  textField(
    {
      name,
      label: labels[name],
      known: customer[name],
      attributes: attributesOf[name],
      optional: name !== 'email',
    },
    form,
  ),
)}
<button class="small" type="submit">Save</button>
</form>`,
  );
}

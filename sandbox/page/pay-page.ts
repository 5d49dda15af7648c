import type Stripe from 'stripe';
import { testCards } from '../payments/cards/index.js';
import { formatMoney } from '../payments/currencies.js';
import type { CardField } from '../payments/read-card.js';
import { type Html, html, type Part } from './html.js';
import { badge, coin, type Page } from './layout.js';

export type Mistakes = Partial<Record<CardField | 'email', string>>;

export interface PayView {
  session: Stripe.Checkout.Session;
  lineItems: Stripe.LineItem[];
  /** What is said about the products, by their ids. */
  descriptions: Map<string, string>;
  /** What the payer has typed as an address, to be shown again. */
  typedEmail?: string;
  /** Why nothing was charged. */
  alert?: string;
  /** What is wrong with each field that is. */
  mistakes?: Mistakes;
}

export const merchant = 'Scrip';

const money = (session: Stripe.Checkout.Session, amountMinor: number): string =>
  formatMoney(amountMinor, session.currency ?? 'usd');

/** The page to pay an open session on. */
export function payPage(view: PayView): Page {
  const { session } = view;
  const target = URL.parse(session.success_url ?? '');
  const leadsTo = target?.origin === 'null' ? target.protocol : target?.origin;
  return {
    title: `Pay ${money(session, session.amount_total ?? 0)} – ${merchant}`,
    ...(leadsTo && { leadsTo }),
    body: html`<div class="split">
<section class="side" aria-label="Order"><div class="inner">${header(session)}${summary(view)}</div></section>
<main class="main"><div class="inner">${form(view)}</div></main>
${needsCard(session) && testCardHints()}
</div>`,
  };
}

const needsCard = (session: Stripe.Checkout.Session): boolean => (session.amount_total ?? 0) > 0;

const header = (session: Stripe.Checkout.Session): Html => html`<div class="top">
${session.cancel_url !== null && html`<a class="back" href="${session.cancel_url}" aria-label="Back to ${merchant}"><svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><path d="M11 4 6 9l5 5" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/></svg></a>`}
<span class="brand">${coin}${merchant}</span>${badge}
</div>`;

function summary({ session, lineItems, descriptions }: PayView): Html {
  const [only] = lineItems;
  const what = lineItems.length === 1 && only ? `Pay for ${only.description}` : `Pay ${merchant}`;
  return html`<p class="what">${what}</p>
<h1 class="total">${money(session, session.amount_total ?? 0)}</h1>
<ul class="lines">${lineItems.map((item) => line(item, descriptions.get(String(item.price?.product))))}</ul>
<p class="sum"><span>Total due</span><span>${money(session, session.amount_total ?? 0)}</span></p>`;
}

function line(item: Stripe.LineItem, description: string | undefined): Html {
  const quantity = item.quantity ?? 1;
  const each = formatMoney(item.price?.unit_amount ?? 0, item.currency);
  return html`<li class="line">
<div><p class="name">${item.description}</p>${description && html`<p class="more">${description}</p>`}<p class="more">Qty ${quantity}${quantity > 1 && ` · ${each} each`}</p></div>
<p class="cost">${formatMoney(item.amount_total, item.currency)}</p>
</li>`;
}

function form(view: PayView): Html {
  const { session } = view;
  return html`${view.alert !== undefined && alertBox(view.alert)}
<form method="post" action="/c/pay/${session.id}" novalidate>
<h2>${needsCard(session) ? 'Payment details' : 'Your details'}</h2>
${emailField(view)}
${needsCard(session) && cardFields(view)}
<button class="pay" type="submit"><svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="M4 7V5a4 4 0 0 1 8 0v2m-9 0h10v7H3z" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round"/></svg><span>${needsCard(session) ? `Pay ${money(session, session.amount_total ?? 0)}` : 'Complete order'}</span></button>
<p class="fine">This is a test payment. No card is charged.</p>
</form>`;
}

const alertBox = (message: string): Html => html`<div class="alert" role="alert">
<svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="8.5" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M10 5.8v5M10 13.6v.1" stroke="currentColor" stroke-width="2" stroke-linecap="round"/></svg>
<div><strong>The payment did not go through</strong>${message}</div>
</div>`;

interface Field {
  name: CardField | 'email';
  label: string;
  attributes: Part;
}

function field({ name, label, attributes }: Field, { mistakes = {} }: PayView): Html {
  const mistake = mistakes[name];
  const wrong = mistake !== undefined;
  const isFirst = Object.keys(mistakes)[0] === name;
  return html`<div class="field">
<label for="${name}">${label}</label>
<input id="${name}" name="${name}" ${attributes} required${wrong && html` aria-invalid="true" aria-describedby="${name}-mistake"`}${isFirst && html` autofocus`}>
${wrong && html`<p class="mistake" id="${name}-mistake">${mistake}</p>`}
</div>`;
}

function emailField(view: PayView): Html {
  const known = view.session.customer_details?.email;
  const attributes = known
    ? html`type="email" value="${known}" readonly`
    : html`type="email" autocomplete="email" placeholder="you@example.com" value="${view.typedEmail}"`;
  return field({ name: 'email', label: 'Email', attributes }, view);
}

const cardFields = (view: PayView): Html =>
  html`${field(
    {
      name: 'cardNumber',
      label: 'Card number',
      attributes: html`class="number" inputmode="numeric" autocomplete="cc-number" placeholder="1234 1234 1234 1234" maxlength="23"`,
    },
    view,
  )}<div class="pair">${field(
    {
      name: 'expiry',
      label: 'Expiry',
      attributes: html`class="number" inputmode="numeric" autocomplete="cc-exp" placeholder="MM / YY" maxlength="9"`,
    },
    view,
  )}${field(
    {
      name: 'cvc',
      label: 'Security code',
      attributes: html`class="number" inputmode="numeric" autocomplete="cc-csc" placeholder="CVC" maxlength="4"`,
    },
    view,
  )}</div>`;

const grouped = (number: string): string => number.replace(/(\d{4})(?=\d)/g, '$1 ');

/** Only the cards with a label; the README has them all. */
const testCardHints = (): Html => html`<section class="tests" aria-label="Test cards"><div class="inner box">
<p><strong>Test cards.</strong> Choose one to fill it in, with any future expiry and any security code.</p>
<div class="chips">${testCards
  .filter((card) => card.label !== undefined)
  .map(
    (card) =>
      html`<button class="chip" type="button" data-number="${card.number}"><span>${card.label}</span><span>${grouped(card.number)}</span></button>`,
  )}</div>
</div></section>`;

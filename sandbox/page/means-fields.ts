import type Stripe from 'stripe';
import { type Brand, brands } from '../payments/cards/card.js';
import { testCards } from '../payments/cards/index.js';
import { bankAccounts } from '../payments/methods/bank-accounts.js';
import { checkbox, type FormView, field, selectField } from './form.js';
import { type Html, html, type Part } from './html.js';

export interface MeansOffer {
  /** Whether an account may be debited instead. */
  debits: boolean;
  /** Cards that the customer has kept. */
  saved: Stripe.PaymentMethod[];
  /** Whether the buyer may keep the card. */
  maySave: boolean;
}

/** The ways to pay: one of several, or the fields of a card alone when that is the only one. */
export function meansFields(offer: MeansOffer, view: FormView): Html {
  const save = offer.maySave && checkbox({ name: 'save', label: 'Save this card for next time' }, view);
  const card = html`${cardFields(view)}${save}`;
  if (!offer.debits && offer.saved.length === 0) return card;
  const chosen = view.typed.paymentMethod ?? offer.saved[0]?.id ?? 'card';
  const radio = (value: string): Html =>
    html`<input type="radio" name="paymentMethod" value="${value}"${value === chosen && html` checked`}>`;
  const option = (value: string, label: Part, panel?: Html): Html => html`<div class="option">
<label>${radio(value)}<span>${label}</span></label>
${panel && html`<div class="panel">${panel}</div>`}
</div>`;
  return html`<fieldset class="options"><legend>Payment method</legend>
${offer.saved.map((method) => option(method.id, savedLabel(method)))}
${option('card', offer.saved.length > 0 ? 'Another card' : 'Card', card)}
${offer.debits && option('bank_debit', 'Bank debit', debitFields(view))}
</fieldset>`;
}

export const savedLabel = ({ card }: Stripe.PaymentMethod): Html =>
  html`${brandName(card?.brand)} <span class="number">•••• ${card?.last4}</span>
<span class="soft">${expiryOf(card)}</span>`;

const brandName = (brand = ''): string => brands[brand as Brand] ?? 'Card';

export const expiryOf = (card: Stripe.PaymentMethod.Card | undefined): string =>
  card === undefined ? '' : `${String(card.exp_month).padStart(2, '0')} / ${String(card.exp_year).slice(-2)}`;

const debitFields = (view: FormView): Html =>
  html`${selectField(
    {
      name: 'bankAccount',
      label: 'Test account',
      choices: Object.entries(bankAccounts).map(([name, { label, last4 }]) => [name, `•••• ${last4} – ${label}`]),
    },
    view,
  )}<p class="fine left">The bank answers about ten seconds after you have agreed to the debit.</p>`;

export const cardFields = (view: FormView): Html =>
  html`${field(
    {
      name: 'cardNumber',
      label: 'Card number',
      attributes: html`class="number" inputmode="numeric" autocomplete="cc-number" maxlength="23"
placeholder="1234 1234 1234 1234"`,
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
export const testCardHints = (): Html => html`<section class="tests" aria-label="Test cards"><div class="inner box">
<p><strong>Test cards.</strong> Choose one to fill it in, with any future expiry and any security code.</p>
<div class="chips">${testCards
  .filter((card) => card.label !== undefined)
  .map(
    ({ label, number }) => html`<button class="chip" type="button" data-number="${number}">
<span>${label}</span><span>${grouped(number)}</span>
</button>`,
  )}</div>
</div></section>`;

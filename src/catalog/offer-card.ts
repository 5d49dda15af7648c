import { formatCredits, formatMoney } from '../html/amounts.js';
import { type Html, html } from '../html/html.js';
import { byCurrency } from './offer.js';
import type { Product } from './product.entity.js';

/** What the page puts on the card: its name as a heading, and a line about it. */
export interface OfferCardText {
  name: Html;
  note: Html;
  /** What a buyer can do about it. */
  action?: Html;
}

export interface OfferCardOptions {
  creditDecimals: number;
  /** Its price is the one that counts when nobody names a currency, so it stands first. */
  defaultCurrency: string;
}

/** An item of a list of cards (`.cards.packs`): what a product gives, what it costs in every currency, and a note. */
export function offerCard(
  product: Product,
  { name, note, action }: OfferCardText,
  { creditDecimals, defaultCurrency }: OfferCardOptions,
): Html {
  const isDefault = ({ currency }: { currency: string }) => currency === defaultCurrency;
  const prices = [...product.prices].sort((a, b) => Number(isDefault(b)) - Number(isDefault(a)) || byCurrency(a, b));
  const cost = prices.map(({ amountMinor, currency }) => formatMoney(amountMinor, currency)).join(' · ');
  const unit = product.kind === 'plan' ? 'credits a month' : 'credits';
  return html`<li class="card pack">${name}
${
  product.credits > 0n &&
  html`<span class="amount">${formatCredits(product.credits, creditDecimals)} <small>${unit}</small></span>`
}
<span class="price">${cost}${product.interval !== null && ` a ${product.interval}`}</span>
<span class="note">${note}</span>${action !== undefined && html`<div class="actions">${action}</div>`}</li>`;
}

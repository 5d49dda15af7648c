import type Stripe from 'stripe';
import type { Session } from '../../checkout/sessions/reprice.js';
import { taxPercent } from '../../checkout/sessions/totals.js';
import type { HiddenSession } from '../../kinds/session.js';
import { formatMoney } from '../../payments/currencies.js';
import { type Html, html, type Part } from '../html.js';
import { arrowBack, cross } from '../icons.js';
import { badge, coin, merchant } from '../layout.js';

export interface Order {
  /** With its amounts as they will be, tax included. */
  session: Session;
  /** What is said about the products, by their ids. */
  descriptions: Map<string, string>;
  /** The code that takes something off. */
  code?: string;
  /** A code that was typed and cannot be used, and why. */
  /** What is charged now, which for a plan is not its total where the customer has credit or owes something. */
  dueMinor: number;
  codeMistake?: { typed: string; message: string };
}

export const moneyOf = ({ shown }: Session, amountMinor: number | null | undefined): string =>
  formatMoney(amountMinor ?? 0, shown.currency ?? 'usd');

export const header = (cancelUrl: string | null): Html => html`<div class="top">
${cancelUrl !== null && html`<a class="back" href="${cancelUrl}" aria-label="Back to ${merchant}">${arrowBack}</a>`}
<span class="brand">${coin}${merchant}</span>${badge}
</div>`;

/** What is bought, what is taken off and added, and what is due. */
export function summary(order: Order): Html {
  const { session, descriptions, dueMinor } = order;
  const { shown, hidden } = session;
  const [only, ...more] = hidden.lineItems;
  const verb = hidden.subscription === undefined ? 'Pay for' : 'Subscribe to';
  const what = more.length === 0 && only ? `${verb} ${only.description}` : `${verb} ${merchant}`;
  return html`<p class="what">${what}</p>
<h1 class="total">${moneyOf(session, dueMinor)}</h1>
${hidden.subscription && html`<p class="lead">${recurrence(session)}</p>`}
<ul class="lines">${hidden.lineItems.map((item) => line(item, descriptions.get(String(item.price?.product))))}</ul>
${sums(order)}
${shown.allow_promotion_codes && shown.discounts?.length === 0 && codeBox(order)}
<p class="sum due"><span>Total due</span><span>${moneyOf(session, dueMinor)}</span></p>`;
}

/** The days of a trial, where there is one. */
export function trialDays({ subscription }: HiddenSession): number | 'fixed' | undefined {
  const { trial_end, trial_period_days } = subscription?.data ?? {};
  return trial_end === undefined ? trial_period_days : 'fixed';
}

/** What comes after what is paid now. */
function recurrence({ shown, hidden }: Session): string {
  const { cycle, regularMinor } = hidden.subscription ?? {
    cycle: { interval: '', interval_count: 1 },
    regularMinor: 0,
  };
  const { interval, interval_count: count } = cycle;
  const every = count === 1 ? interval : `${count} ${interval}s`;
  const regular = `${formatMoney(regularMinor, shown.currency ?? 'usd')} every ${every}`;
  const days = trialDays(hidden);
  if (days === undefined) return `${regular}, until you cancel.`;
  return `${days === 'fixed' ? 'Free at first' : `${days} days free`}, then ${regular}, until you cancel.`;
}

function line(item: Stripe.LineItem, description: string | undefined): Html {
  const quantity = item.quantity ?? 1;
  const each = formatMoney(item.amount_subtotal / quantity, item.currency);
  return html`<li class="line">
<div><p class="name">${item.description}</p>
${description && html`<p class="more">${description}</p>`}
<p class="more">Qty ${quantity}${quantity > 1 && ` · ${each} each`}</p></div>
<p class="cost">${formatMoney(item.amount_subtotal, item.currency)}</p>
</li>`;
}

function sums({ session, code, dueMinor }: Order): Html | false {
  const { shown, hidden } = session;
  const { amount_discount = 0, amount_tax = 0 } = shown.total_details ?? {};
  const appliedMinor = dueMinor - (shown.amount_total ?? 0);
  if (hidden.discount === undefined && !shown.automatic_tax.enabled && appliedMinor === 0) return false;
  const signed = `${appliedMinor < 0 ? '−' : ''}${moneyOf(session, Math.abs(appliedMinor))}`;
  const inclusive = hidden.lineItems.every((item) => item.price?.tax_behavior === 'inclusive');
  const taxLabel = inclusive ? `Tax (${taxPercent}%, included)` : `Tax (${taxPercent}%)`;
  const row = (label: Part, value: string): Html => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
  return html`<dl class="sums">
${row('Subtotal', moneyOf(session, shown.amount_subtotal))}
${hidden.discount && row(discountLabel(session, code), `−${moneyOf(session, amount_discount)}`)}
${shown.automatic_tax.enabled && row(taxLabel, moneyOf(session, amount_tax))}
${appliedMinor !== 0 && row('Applied balance', signed)}
</dl>`;
}

/** A code that the buyer typed can be taken off again. */
function discountLabel({ shown, hidden }: Session, code: string | undefined): Html {
  const reduction = hidden.discount?.reduction;
  const share =
    reduction && 'percent' in reduction ? html` <span class="soft">${reduction.percent}% off</span>` : false;
  if (code === undefined || !shown.allow_promotion_codes) return html`Discount${share}`;
  return html`<form method="post" action="/c/pay/${shown.id}/promotion-code" class="code-tag">
<span class="tag">${code}</span><input type="hidden" name="remove" value="yes">
<button type="submit" aria-label="Remove the code ${code}">${cross}</button>${share}
</form>`;
}

function codeBox({ session, codeMistake }: Order): Html {
  const wrong = codeMistake && html` aria-invalid="true" aria-describedby="promotionCode-mistake" autofocus`;
  return html`<form method="post" action="/c/pay/${session.shown.id}/promotion-code" class="code">
<label for="promotionCode">Promotion code</label>
<div class="row"><input id="promotionCode" name="promotionCode" value="${codeMistake?.typed}" placeholder="Add a code"
autocomplete="off" autocapitalize="characters" spellcheck="false"${wrong}><button type="submit">Apply</button></div>
${codeMistake && html`<p class="mistake" id="promotionCode-mistake" role="alert">${codeMistake.message}</p>`}
</form>`;
}

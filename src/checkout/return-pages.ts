import { formatCredits, formatMoney } from '../http/amounts.js';
import { type Html, html } from '../http/html.js';
import type { PageContent } from '../http/page.js';
import type { Order } from './order.js';
import type { OrderStatus } from './order-lifecycle.js';

/** What a page needs to know beside the order. */
export interface ReturnPageOptions {
  creditDecimals: number;
  publicUrl: string;
  now: Date;
}

interface Notice {
  title: string;
  text: (credits: string) => string;
  /** The order's state, in a word or two. */
  state: string;
  tone: 'good' | 'waiting' | 'quiet';
}

const CLOSED: Omit<Notice, 'state'> = {
  title: 'This order was not paid',
  text: () => 'Nothing was charged, and no credits were added.',
  tone: 'quiet',
};
const RETURNED: Omit<Notice, 'state'> = {
  title: 'This order was refunded',
  text: () => 'What was paid, or part of it, has gone back.',
  tone: 'quiet',
};

const NOTICES: Record<OrderStatus, Notice> = {
  pending: {
    title: 'Waiting for your payment',
    text: (credits) => `Your ${credits} come as soon as the payment is confirmed. This page looks again by itself.`,
    state: 'Waiting',
    tone: 'waiting',
  },
  processing: {
    title: 'Your payment is on its way',
    text: (credits) =>
      `Your bank is still at it. Your ${credits} come as soon as the payment is confirmed. This page looks again by itself.`,
    state: 'On its way',
    tone: 'waiting',
  },
  fulfilled: {
    title: 'Thank you',
    text: (credits) => `${credits} were added to your account.`,
    state: 'Paid',
    tone: 'good',
  },
  partially_refunded: { ...RETURNED, state: 'Refunded in part' },
  refunded: { ...RETURNED, state: 'Refunded' },
  disputed: {
    title: 'This payment is disputed',
    text: () => 'Your bank has asked for the money back.',
    state: 'Disputed',
    tone: 'quiet',
  },
  failed: {
    title: 'The payment failed',
    text: () => 'Nothing was charged, and no credits were added.',
    state: 'Failed',
    tone: 'quiet',
  },
  expired: { ...CLOSED, state: 'Expired' },
  canceled: { ...CLOSED, state: 'Cancelled' },
};

/** Where a customer comes back to after paying: shows what is known of the order. Looking at it grants nothing. */
export function successPage(order: Order, options: ReturnPageOptions): PageContent {
  const { title, text, tone } = NOTICES[order.status];
  const amount = creditsOf(order, options);
  return page(
    title,
    tone,
    html`<p role="status">${text(amount)}</p>${facts(order, amount)}${actions([backToApp(order, options)])}`,
  );
}

/** Where a customer comes back to without paying. An order that was paid after all is shown as it is. */
export function cancelledPage(order: Order | undefined, options: ReturnPageOptions): PageContent {
  if (order === undefined)
    return page('Nothing was bought', 'quiet', html`<p>Nothing was charged. You can close this page.</p>`);
  if (order.chargedMinor !== null || order.status === 'processing') return successPage(order, options);
  const again = payableUrlOf(order, options.now);
  return page(
    'Nothing was bought',
    'quiet',
    html`<p>You left the payment page, and nothing was charged. ${again === undefined ? 'You can close this page.' : 'The page is still open.'}</p>${facts(order, creditsOf(order, options))}${actions(
      [again !== undefined && html`<a class="button" href="${again}">Try again</a>`, backToApp(order, options)],
    )}`,
  );
}

export function unknownOrderPage(): PageContent {
  return page('There is no such order', 'quiet', html`<p>Check the address. What you have bought is not affected.</p>`);
}

/** Where somebody comes back to from a payment link before we have heard of their payment. */
export function unheardPaymentPage(): PageContent {
  return page(
    'Waiting for your payment',
    'waiting',
    html`<p role="status">Your credits come as soon as the payment is confirmed. This page looks again by itself.</p>`,
  );
}

/** Whether the order may change while the customer waits. */
export function isOpen({ status }: Order): boolean {
  return status === 'pending' || status === 'processing';
}

function creditsOf({ credits }: Order, { creditDecimals }: ReturnPageOptions): string {
  return `${formatCredits(credits, creditDecimals)} credits`;
}

function facts(order: Order, amount: string): Html {
  const { chargedMinor, offerAmountMinor, refundedMinor, currency, product, quantity, status, id } = order;
  const money = (amountMinor: bigint) => formatMoney(Number(amountMinor), currency);
  const rows: [name: string, value: string][] = [
    ['Product', quantity === 1 ? product.name : `${quantity} × ${product.name}`],
    ['Credits', amount],
    chargedMinor === null ? ['Price', money(offerAmountMinor)] : ['Paid', money(chargedMinor)],
  ];
  if (refundedMinor > 0n) rows.push(['Refunded', money(refundedMinor)]);
  rows.push(['State', NOTICES[status].state]);
  return html`<dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<p class="fine">Order <span>${id}</span></p>`;
}

function payableUrlOf({ status, checkoutUrl, checkoutExpiresAt }: Order, now: Date): string | undefined {
  const isPayable = status === 'pending' && checkoutExpiresAt !== null && checkoutExpiresAt > now;
  return isPayable ? (checkoutUrl ?? undefined) : undefined;
}

/** The app is where its own addresses lead; an order that was given none of its own knows no app. */
function backToApp({ successUrl, cancelUrl }: Order, { publicUrl }: ReturnPageOptions): Html | undefined {
  const own = new URL(publicUrl).origin;
  const app = [successUrl, cancelUrl].map((url) => URL.parse(url)?.origin).find((origin) => origin !== own);
  return app === undefined ? undefined : html`<a href="${app}">Back to the app</a>`;
}

function actions(links: (Html | false | undefined)[]): Html | undefined {
  return links.some(Boolean) ? html`<div class="actions">${links}</div>` : undefined;
}

const MARKS: Record<Notice['tone'], Html> = {
  good: html`<path d="m7 14.5 5 5 9-11"/>`,
  waiting: html`<circle cx="14" cy="14" r="9.5"/><path d="M14 8.5V14l3.5 2.5"/>`,
  quiet: html`<circle cx="14" cy="14" r="9.5"/><path d="M14 9v6M14 19v.1"/>`,
};

function page(title: string, tone: Notice['tone'], body: Html): PageContent {
  return {
    title,
    reader: 'buyer',
    body: html`<article class="receipt">
<span class="mark ${tone}"><svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">${MARKS[tone]}</svg></span>
<h1>${title}</h1>${body}
</article>`,
  };
}

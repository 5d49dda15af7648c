import type { AppConfig } from '../../config/config.js';
import { formatCredits, formatMoney } from '../../html/amounts.js';
import { type Html, html } from '../../html/html.js';
import type { PageContent } from '../../html/page.js';
import type { Order } from '../../orders/order.entity.js';
import type { OrderStatus } from '../../orders/order-lifecycle.js';

/** What a page needs to know next to the order. */
export interface ReturnPageOptions {
  creditDecimals: number;
  publicUrl: string;
  app: AppConfig;
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
      `Your bank is still at it. Your ${credits} come as soon as the payment is confirmed. This page looks again ` +
      'by itself.',
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
    { title, tone, app: options.app },
    html`<p role="status">${text(amount)}</p>${facts(order, amount)}${actions([backToApp(order, options)])}`,
  );
}

/** Where a customer comes back to without paying. An order that was paid after all is shown as it is. */
export function cancelledPage(order: Order | undefined, options: ReturnPageOptions): PageContent {
  const look = { title: 'Nothing was bought', tone: 'quiet', app: options.app } as const;
  if (order === undefined) return page(look, html`<p>Nothing was charged.${closing(options)}</p>${onwards(options)}`);
  if (order.chargedMinor !== null || order.status === 'processing') return successPage(order, options);
  const again = payableUrlOf(order, options.now);
  const hint = again === undefined ? '' : ' The page is still open.';
  const known = facts(order, creditsOf(order, options));
  const links = actions([
    again !== undefined && html`<a class="button" href="${again}">Try again</a>`,
    backToApp(order, options, again === undefined),
  ]);
  return page(look, html`<p>You left the payment page, and nothing was charged.${hint}</p>${known}${links}`);
}

export function unknownOrderPage(options: ReturnPageOptions): PageContent {
  return page(
    { title: 'There is no such order', tone: 'quiet', app: options.app },
    html`<p>Check the address. What you have bought is not affected.</p>${onwards(options)}`,
  );
}

const UNHEARD = 'Your credits come as soon as the payment is confirmed. This page looks again by itself.';

/** Where somebody comes back to from a payment link before Stripe has told of their payment. */
export function unheardPaymentPage(options: ReturnPageOptions): PageContent {
  return page(
    { title: 'Waiting for your payment', tone: 'waiting', app: options.app },
    html`<p role="status">${UNHEARD}</p>${onwards(options)}`,
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

/**
 * The app is where its own addresses lead, and what the configuration says where an order was given none of its own.
 */
function backToApp(
  { successUrl, cancelUrl }: Order,
  { publicUrl, app }: ReturnPageOptions,
  isMain = true,
): Html | undefined {
  const own = new URL(publicUrl).origin;
  const origin = [successUrl, cancelUrl]
    .map((url) => URL.parse(url)?.origin)
    .find((of) => of !== undefined && of !== own);
  return linkTo({ ...app, url: origin ?? app.url }, isMain);
}

function linkTo({ name = 'the app', url }: AppConfig, isMain = true): Html | undefined {
  return url === undefined ? undefined : html`<a${isMain && html` class="button"`} href="${url}">Back to ${name}</a>`;
}

function onwards({ app }: ReturnPageOptions): Html | undefined {
  return actions([linkTo(app)]);
}

function closing({ app }: ReturnPageOptions): string {
  return app.url === undefined ? ' You can close this page.' : '';
}

function actions(links: (Html | false | undefined)[]): Html | undefined {
  return links.some(Boolean) ? html`<div class="actions">${links}</div>` : undefined;
}

const MARKS: Record<Notice['tone'], Html> = {
  good: html`<path d="m7 14.5 5 5 9-11"/>`,
  waiting: html`<circle cx="14" cy="14" r="9.5"/><path d="M14 8.5V14l3.5 2.5"/>`,
  quiet: html`<circle cx="14" cy="14" r="9.5"/><path d="M14 9v6M14 19v.1"/>`,
};

function page(
  { title, tone, app }: Pick<PageContent, 'title'> & { tone: Notice['tone']; app: AppConfig },
  body: Html,
): PageContent {
  const mark = html`<svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">${MARKS[tone]}</svg>`;
  return {
    title,
    buyerOf: app,
    body: html`<article class="receipt">
<span class="mark ${tone}">${mark}</span>
<h1>${title}</h1>${body}
</article>`,
  };
}

import { type Html, html } from '../http/html.js';
import type { PageContent } from '../http/page.js';
import type { Order } from './order.js';
import type { OrderStatus } from './order-lifecycle.js';

interface Notice {
  title: string;
  text: (credits: string) => string;
}

const CLOSED: Notice = {
  title: 'This order was not paid',
  text: () => 'Nothing was charged, and no credits were added.',
};
const RETURNED: Notice = {
  title: 'This order was refunded',
  text: () => 'What was paid, or part of it, has gone back.',
};

const NOTICES: Record<OrderStatus, Notice> = {
  pending: {
    title: 'Waiting for your payment',
    text: (credits) =>
      `Your ${credits} credits come as soon as the payment is confirmed. This page looks again by itself.`,
  },
  processing: {
    title: 'Your payment is on its way',
    text: (credits) => `Your bank is still at it. Your ${credits} credits come as soon as the payment is confirmed.`,
  },
  fulfilled: { title: 'Thank you', text: (credits) => `${credits} credits were added to your account.` },
  partially_refunded: RETURNED,
  refunded: RETURNED,
  disputed: { title: 'This payment is disputed', text: () => 'Your bank has asked for the money back.' },
  failed: { title: 'The payment failed', text: () => 'Nothing was charged, and no credits were added.' },
  expired: CLOSED,
  canceled: CLOSED,
};

/** Where a customer comes back to after paying: shows what is known of the order. Looking at it grants nothing. */
export function successPage(order: Order, credits: string): PageContent {
  const { title, text } = NOTICES[order.status];
  return page(
    title,
    html`<p class="lead" role="status">${text(credits)}</p><p class="soft">${order.product.name}, order ${order.id}</p>`,
  );
}

export function cancelledPage(): PageContent {
  return page(
    'Nothing was bought',
    html`<p class="lead">You left the payment page. Nothing was charged. You can close this page.</p>`,
  );
}

export function unknownOrderPage(): PageContent {
  return page(
    'There is no such order',
    html`<p class="lead">Check the address. What you have bought is not affected.</p>`,
  );
}

/** Whether the order may change while the customer waits. */
export function isOpen({ status }: Order): boolean {
  return status === 'pending' || status === 'processing';
}

function page(title: string, body: Html): PageContent {
  return { title: `${title} · Scrip`, body: html`<article><h1>${title}</h1>${body}</article>` };
}

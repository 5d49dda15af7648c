import type { AppConfig } from '../../config/config.js';
import { formatMoney } from '../../html/amounts.js';
import { type Html, html } from '../../html/html.js';
import type { PageContent } from '../../html/page.js';
import { toJsonInteger } from '../../kernel/credits.js';
import type { TopUpAttempt } from '../top-up-attempt.entity.js';

const page = (app: AppConfig, title: string, body: Html, more: Partial<PageContent> = {}): PageContent => ({
  title,
  buyerOf: app,
  body: html`<section><h1>${title}</h1>${body}</section>`,
  ...more,
});

const amountOf = ({ amountMinor, currency }: TopUpAttempt): string => formatMoney(toJsonInteger(amountMinor), currency);

/** Asks for nothing by itself: somebody may only have looked at the address, or a program that checks mail. */
export function confirmPage(app: AppConfig, attempt: TopUpAttempt, { hasFailed }: { hasFailed: boolean }): PageContent {
  const failed =
    hasFailed && html`<p class="notice" role="alert">Your bank has not confirmed it. You can try again.</p>`;
  return page(
    app,
    'Confirm your top-up',
    html`${failed}<p>Your bank wants you to confirm a payment of ${amountOf(attempt)} that tops up your account.</p>
<form method="post"><button>Confirm ${amountOf(attempt)}</button></form>`,
    { hasForm: true },
  );
}

export function bankPage(app: AppConfig, bankUrl: string): PageContent {
  return page(app, 'On to your bank', html`<p><a href="${bankUrl}">Go on to your bank</a> to confirm the payment.</p>`);
}

export function waitingPage(app: AppConfig): PageContent {
  return page(app, 'Your payment is on its way', html`<p role="status">This page looks again by itself.</p>`);
}

export function paidPage(app: AppConfig, attempt: TopUpAttempt): PageContent {
  return page(
    app,
    'Thank you',
    html`<p role="status">${amountOf(attempt)} were paid, and your account is topped up.</p>`,
  );
}

export function overPage(app: AppConfig): PageContent {
  return page(
    app,
    'Nothing to confirm',
    html`<p>Nothing was charged. This payment does not wait for you any more.</p>`,
  );
}

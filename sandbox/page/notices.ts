import type Stripe from 'stripe';
import { formatMoney } from '../payments/currencies.js';
import { type Html, html } from './html.js';
import { clock, tick } from './icons.js';
import { badge, merchant, type Page } from './layout.js';

interface Notice {
  title: string;
  text: string;
  mark: Html;
  tone: 'good' | 'idle';
  link?: string | null;
}

const notice = ({ title, text, mark, tone, link }: Notice): Page => ({
  title: `${title} – ${merchant}`,
  body: html`<main class="notice"><div class="card">
<div class="mark ${tone}">${mark}</div>
<h1>${title}</h1>
<p>${text}</p>
${link && html`<a class="button" href="${link}">Return to ${merchant}</a>`}
${badge}
</div></main>`,
});

/** What a session's page shows once there is nothing left to pay. `returnUrl` leads back to who sold it. */
export function closedPage(session: Stripe.Checkout.Session, returnUrl: string | null): Page {
  if (session.status === 'expired') {
    return notice({
      title: 'This page has expired',
      text: 'Nothing was charged. Go back and start again to get a new one.',
      mark: clock,
      tone: 'idle',
      link: session.cancel_url,
    });
  }
  if (session.mode === 'setup') {
    return notice({
      title: 'Your card is saved',
      text: 'It will be there for later payments. Nothing was charged.',
      mark: tick,
      tone: 'good',
      link: returnUrl,
    });
  }
  const amount = formatMoney(session.amount_total ?? 0, session.currency ?? 'usd');
  // What a plan's first invoice has charged is not its total, where the customer had credit.
  const of = session.mode === 'subscription' ? '' : ` of ${amount}`;
  const own = session.custom_text.after_submit?.message;
  if (session.payment_status === 'unpaid') {
    return notice({
      title: 'Your payment is on its way',
      text:
        own ?? `Your bank has been asked for the payment${of}. That takes a moment; there is nothing more to do here.`,
      mark: clock,
      tone: 'idle',
      link: returnUrl,
    });
  }
  return notice({
    title: returnUrl === null ? 'Thank you' : 'You have paid already',
    text: own ?? `${returnUrl === null ? 'Your' : 'This'} payment${of} went through. It was charged once.`,
    mark: tick,
    tone: 'good',
    link: returnUrl,
  });
}

/** What an intent's page shows once there is nothing left to do, and its owner has named no place to go to. */
export const answeredPage: Page = notice({
  title: 'That is done',
  text: 'There is nothing more to do here. You can close this page.',
  mark: tick,
  tone: 'good',
});

/** What an invoice's page shows once there is nothing left to pay. */
export function settledPage({ status, total, currency }: Stripe.Invoice): Page {
  if (status === 'paid') {
    return notice({
      title: 'This invoice is paid',
      text: `${formatMoney(total, currency)} went through. There is nothing more to do here.`,
      mark: tick,
      tone: 'good',
    });
  }
  return notice({
    title: 'There is nothing to pay',
    text: status === 'draft' ? 'This invoice is not ready yet.' : 'This invoice was withdrawn.',
    mark: clock,
    tone: 'idle',
  });
}

/** What a payment link shows once its owner has switched it off. */
export const inactivePage = (message: string | null): Page =>
  notice({
    title: 'This link is no longer active',
    text: message ?? 'Nothing can be bought here any more. Ask whoever sent it to you for another one.',
    mark: clock,
    tone: 'idle',
  });

/** What the portal shows when its session is over. */
export const portalOverPage = (returnUrl: string | null): Page =>
  notice({
    title: 'This session is over',
    text: 'Go back and open your billing again.',
    mark: clock,
    tone: 'idle',
    link: returnUrl,
  });

export const unknownPage: Page = notice({
  title: 'There is nothing to pay here',
  text: 'This payment page does not exist, or the sandbox has been reset since it was made.',
  mark: clock,
  tone: 'idle',
});

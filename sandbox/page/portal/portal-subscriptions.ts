import type Stripe from 'stripe';
import { periodOf } from '../../billing/renewals/schedule-renewal.js';
import type { ItemPrice } from '../../billing/subscriptions/item-price.js';
import { formatMoney } from '../../payments/currencies.js';
import type { PortalPlan } from '../../portal/portal-plans.js';
import { dayOf } from '../day.js';
import { payButton } from '../form.js';
import { type Html, html } from '../html.js';
import { invoiceLines } from '../invoices/invoice-lines.js';
import { badge, coin, merchant, type Page } from '../layout.js';

type Features = Stripe.BillingPortal.Configuration.Features;

/** What a customer is subscribed to, and what they may do about it. */
export function planRows(plans: PortalPlan[], path: string, features: Features): Html {
  if (plans.length === 0) return html`<p class="lead">You have no subscription.</p>`;
  return html`<ul class="rows">${plans.map((plan) => planRow(plan, path, features))}</ul>`;
}

function planRow(plan: PortalPlan, path: string, features: Features): Html {
  const { subscription, options, due } = plan;
  const at = `${path}/subscriptions/${subscription.id}`;
  const ends = subscription.cancel_at !== null;
  const goesOn = ['active', 'trialing', 'past_due'].includes(subscription.status);
  const mayChange = features.subscription_update.enabled && options.length > 0 && goesOn && !ends;
  const mayCancel = features.subscription_cancel.enabled && !ends;
  const mayKeep = goesOn && (ends || plan.next !== undefined);
  return html`<li><span><strong>${nameOf(plan)}</strong> <span class="soft">${costOf(plan)}</span><br>
<span class="soft">${standingOf(plan)}</span></span>
<span class="acts">
${due?.hosted_invoice_url && html`<a class="small" href="${due.hosted_invoice_url}">Pay now</a>`}
${mayKeep && html`<form method="post" action="${at}/keep"><button class="small">Keep ${nameOf(plan)}</button></form>`}
${mayChange && html`<a class="small" href="${at}">Change plan</a>`}
${mayCancel && html`<a class="small" href="${at}/cancel">Cancel plan</a>`}
</span></li>`;
}

const nameOf = ({ sold }: PortalPlan): string => sold.map(({ price }) => price.productName).join(', ');

function costOf({ sold, subscription }: PortalPlan): string {
  const [first] = sold;
  const sum = sold.reduce((total, { item, price }) => total + price.ofLine.unitAmountMinor * (item.quantity ?? 1), 0);
  return first === undefined ? '' : `${formatMoney(sum, subscription.currency)} every ${everyOf(first.price)}`;
}

const everyOf = ({ cycle: { interval, interval_count: count } }: ItemPrice): string =>
  count === 1 ? interval : `${count} ${interval}s`;

function standingOf({ subscription, next }: PortalPlan): string {
  const { cancel_at, status, trial_end } = subscription;
  const { end } = periodOf(subscription);
  if (cancel_at !== null) return `Ends on ${dayOf(cancel_at)}`;
  if (status === 'past_due' || status === 'unpaid') return 'The last payment did not go through';
  if (status === 'paused') return 'Paused';
  if (status === 'incomplete') return 'Waits for its first payment';
  if (next !== undefined) return `Becomes ${next.productName} on ${dayOf(end)}`;
  return trial_end !== null && status === 'trialing' ? `Free until ${dayOf(trial_end)}` : `Renews on ${dayOf(end)}`;
}

export interface PlanView {
  plan: PortalPlan;
  /** Where the subscription is, and where the portal is. */
  at: string;
  back: string;
}

const page = (title: string, back: string, body: Html): Page => ({
  title: `${title} – ${merchant}`,
  body: html`<main class="portal">
<div class="top">
<a class="back" href="${back}">← Your billing</a><span class="brand">${coin}${merchant}</span>${badge}
</div>
<h1>${title}</h1>
${body}
</main>`,
});

/** The plans that a customer may choose from. */
export const plansPage = ({ plan, at, back }: PlanView): Page =>
  page(
    'Change your plan',
    back,
    html`<p class="lead">You have ${nameOf(plan)}, ${costOf(plan)}.</p>
<section aria-label="Plans"><ul class="rows">${plan.options.map(
      (
        price,
      ) => html`<li><span><strong>${price.productName}</strong> <span class="soft">${priceOf(plan, price)}</span></span>
<span class="acts"><a class="small" href="${at}?price=${price.shown.id}">Choose ${price.productName}</a></span></li>`,
    )}</ul></section>`,
  );

const priceOf = ({ subscription }: PortalPlan, price: ItemPrice): string =>
  `${formatMoney(price.ofLine.unitAmountMinor, subscription.currency)} every ${everyOf(price)}`;

interface Choice extends PlanView {
  price: ItemPrice;
  /** What it costs now; it waits for the end of the period where this is missing. */
  preview: Stripe.Invoice | undefined;
}

/** What a choice comes to, before it is made. */
export function confirmPage({ plan, at, back, price, preview }: Choice): Page {
  const { currency } = plan.subscription;
  const now =
    preview === undefined
      ? html`<p class="lead">You keep ${nameOf(plan)} until ${dayOf(periodOf(plan.subscription).end)}.
Nothing is charged before that.</p>`
      : html`${invoiceLines(preview)}
<p class="sum due"><span>${dueLabel(preview)}</span><span>${formatMoney(preview.amount_due, currency)}</span></p>`;
  return page(
    `Change to ${price.productName}`,
    back,
    html`<p class="lead">${priceOf(plan, price)}</p>
<section aria-label="What it costs now">${now}</section>
<form class="pay-form" method="post" action="${at}">
<input type="hidden" name="price" value="${price.shown.id}">${payButton('Confirm')}
</form>`,
  );
}

/** A preview of what is asked for at once is about now, any other about the next renewal. */
const dueLabel = ({ next_payment_attempt, parent }: Stripe.Invoice): string => {
  const at = parent?.subscription_details?.subscription_proration_date;
  return at !== undefined && next_payment_attempt === at ? 'Due today' : `Due on ${dayOf(next_payment_attempt ?? 0)}`;
};

const reasons: Record<string, string> = {
  too_expensive: 'It is too expensive',
  missing_features: 'Something is missing',
  switched_service: 'I use something else now',
  unused: 'I do not use it',
  customer_service: 'I am not happy with the service',
  too_complex: 'It is too complicated',
  low_quality: 'It is not good enough',
  other: 'Another reason',
};

const reasonFields = (asked: string[]): Html =>
  html`<fieldset class="options"><legend>Why do you leave? (optional)</legend>${asked.map(
    (reason) => html`<div class="option"><label>
<input type="radio" name="feedback" value="${reason}"><span>${reasons[reason] ?? reason}</span>
</label></div>`,
  )}</fieldset>`;

/** Asks whether a subscription is really to end, and why. */
export function cancelPage(
  { plan, at, back }: PlanView,
  { subscription_cancel: { mode, cancellation_reason } }: Features,
): Page {
  const end = dayOf(periodOf(plan.subscription).end);
  const when =
    mode === 'immediately' ? 'It ends at once.' : `You can use it until ${end}, and it does not renew after that.`;
  const asked = cancellation_reason.enabled ? cancellation_reason.options : [];
  return page(
    `Cancel ${nameOf(plan)}`,
    back,
    html`<p class="lead">${when}</p>
<form class="pay-form" method="post" action="${at}/cancel">
${asked.length > 0 && reasonFields(asked)}
${payButton('Cancel plan')}</form>`,
  );
}

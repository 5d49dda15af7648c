import type Stripe from 'stripe';
import { need } from '../../api/common.js';
import { invalidRequest, notInSandbox } from '../../api/errors.js';
import { kinds } from '../../kinds/kinds.js';
import type { Work } from '../../store/work.js';
import { type ChangeParams, changesBilling, plannedChange } from '../changes/change-subscription.js';
import type { Change } from '../changes/plan-change.js';
import type { Subscription } from '../lock.js';
import { periodOf } from '../renewals/schedule-renewal.js';
import { atTimeOf } from '../test-clocks/test-clock-time.js';
import { pendingItems } from './pending-items.js';
import { previewOf, upcomingInvoice } from './upcoming-invoice.js';

type Params = Stripe.InvoiceCreatePreviewParams;

/** The next invoice of a subscription, as it is or as a change would make it. Nothing is kept of it. */
export async function previewInvoice(asked: Work, params: Params): Promise<Stripe.Invoice> {
  if (params.subscription === undefined) {
    throw notInSandbox('Received a preview without a subscription.', 'subscription');
  }
  const subscription = await need(asked, kinds.subscription, params.subscription, { param: 'subscription' });
  const work = await atTimeOf(asked, subscription.shown.test_clock);
  const details = params.subscription_details ?? {};
  const ends = details.cancel_at_period_end ?? subscription.shown.cancel_at_period_end;
  if (!changesBilling(details as ChangeParams)) {
    if (ends || !goesOn(subscription.shown)) throw noUpcoming();
    return upcomingInvoice(work, subscription);
  }
  const change = await plannedChange(work, subscription, details as ChangeParams);
  const invoice = await previewChange(work, subscription, change);
  return details.proration_behavior === 'none'
    ? invoice
    : withProrationDate(invoice, details.proration_date ?? work.now);
}

const goesOn = ({ status }: Stripe.Subscription): boolean => ['active', 'trialing', 'past_due'].includes(status);

const noUpcoming = () => invalidRequest('No upcoming invoices for customer', { code: 'invoice_upcoming_none' });

async function previewChange(work: Work, { shown, hidden }: Subscription, change: Change): Promise<Stripe.Invoice> {
  const after: Subscription = { shown: { ...shown, ...change.shown }, hidden: { ...hidden, debits: change.debits } };
  if (!change.invoicesNow) return upcomingInvoice(work, after, change.prorations);
  return previewOf(work, after, {
    drafts: [...change.prorations, ...change.full],
    items: await pendingItems(work, shown.id),
    period: { start: periodOf(shown).start, end: work.now },
    dueAt: work.now,
  });
}

function withProrationDate(invoice: Stripe.Invoice, at: number): Stripe.Invoice {
  const { parent } = invoice;
  if (!parent?.subscription_details) return invoice;
  const subscription_details = { ...parent.subscription_details, subscription_proration_date: at };
  return { ...invoice, parent: { ...parent, subscription_details } };
}

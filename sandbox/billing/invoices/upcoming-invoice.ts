import type Stripe from 'stripe';
import type { LineDraft } from '../../kinds/billing.js';
import { kinds } from '../../kinds/kinds.js';
import { randomText } from '../../store/ids.js';
import { findObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import type { Subscription } from '../lock.js';
import { periodFrom } from '../periods.js';
import { periodOf } from '../renewals/schedule-renewal.js';
import { phaseItems } from '../schedules/enter-phase.js';
import { cycleOf } from '../subscriptions/item-price.js';
import { soldItems } from '../subscriptions/sold-items.js';
import { periodLine, type Sold } from './line-drafts.js';
import { draftInvoice, type InvoiceOrder } from './make-invoice.js';
import { lineList } from './new-invoice.js';
import { pendingItems } from './pending-items.js';

/** The next invoice of a subscription as it will be when nothing changes but what is added here. It is kept nowhere. */
export async function upcomingInvoice(
  work: Work,
  subscription: Subscription,
  added: LineDraft[] = [],
): Promise<Stripe.Invoice> {
  const over = periodOf(subscription.shown);
  const sold = await nextItems(work, subscription.shown);
  const cycle = cycleOf(sold.map(({ price }) => price.cycle));
  const period = periodFrom(over.end, subscription.shown.billing_cycle_anchor, cycle);
  return previewOf(work, subscription, {
    drafts: [...added, ...sold.map((each) => periodLine(each, period))],
    items: await pendingItems(work, subscription.shown.id),
    period: over,
    dueAt: over.end,
  });
}

/** The items of the next period, which a schedule may change. */
async function nextItems(work: Work, shown: Stripe.Subscription): Promise<Sold[]> {
  const sold = await soldItems(work, shown);
  const { end } = periodOf(shown);
  const schedule =
    shown.schedule === null ? undefined : await findObject(work.tx, kinds.subscriptionSchedule, String(shown.schedule));
  const phase = schedule?.shown.phases.find((each) => each.start_date === end);
  return phase === undefined ? sold : phaseItems(work, shown, sold, phase);
}

type Preview = Pick<InvoiceOrder, 'drafts' | 'items' | 'period'> & { dueAt: number };

/** An invoice that is only shown. */
export async function previewOf(
  work: Work,
  subscription: Subscription,
  { dueAt, ...order }: Preview,
): Promise<Stripe.Invoice> {
  const { shown } = await draftInvoice(work, subscription, { ...order, billingReason: 'upcoming', finalizesAt: null });
  const id = `upcoming_in_${randomText(24)}`;
  const lines = shown.lines.data.map((line) => ({ ...line, id: line.id.replace('il_', 'il_tmp_'), invoice: id }));
  return {
    ...shown,
    id,
    auto_advance: true,
    created: dueAt,
    lines: { ...lineList(id, lines), url: `/v1/invoices/upcoming/lines` },
    next_payment_attempt: dueAt,
    webhooks_delivered_at: null,
  };
}

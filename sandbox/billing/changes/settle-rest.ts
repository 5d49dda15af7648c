import { saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { collectInvoice } from '../invoices/collect-invoice.js';
import { finalizeInvoice } from '../invoices/finalize-invoice.js';
import { unusedLine } from '../invoices/line-drafts.js';
import { makeInvoice } from '../invoices/make-invoice.js';
import { pendingItems } from '../invoices/pending-items.js';
import type { Subscription } from '../lock.js';
import { periodOf } from '../renewals/schedule-renewal.js';
import { soldItems } from '../subscriptions/sold-items.js';
import { keepProrations } from './change-subscription.js';

/** Gives back what is left of the period, on the next invoice. */
export async function creditUnused(work: Work, { shown, hidden }: Subscription): Promise<Subscription> {
  const sold = await soldItems(work, shown);
  const drafts = sold.flatMap((each) =>
    hidden.debits
      .filter((debit) => debit.itemId === each.item.id && debit.end > work.now)
      .map((debit) => unusedLine(each, debit, work.now)),
  );
  await keepProrations(work, shown, drafts);
  return { shown, hidden: { ...hidden, debits: [] } };
}

/** Asks for, or credits, what waits for the next invoice. */
export async function invoiceRest(work: Work, before: Subscription): Promise<Subscription> {
  const items = await pendingItems(work, before.shown.id);
  if (items.length === 0) return before;
  const made = await makeInvoice(work, before, {
    billingReason: 'subscription_update',
    drafts: [],
    items,
    period: { start: periodOf(before.shown).start, end: work.now },
    finalizesAt: null,
  });
  await saveObject(work.tx, made.subscription);
  const invoice = await finalizeInvoice(work, made.invoice);
  return (await collectInvoice(work, { ...made, invoice }, { offSession: true, automatic: false })).subscription;
}

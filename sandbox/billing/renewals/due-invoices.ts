import { kinds } from '../../kinds/kinds.js';
import { findObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { collectInvoice } from '../invoices/collect-invoice.js';
import { finalizeInvoice } from '../invoices/finalize-invoice.js';
import { markUncollectible, voidInvoice } from '../invoices/write-off-invoice.js';
import { type Billing, lockInvoice } from '../lock.js';

/** Makes a draft final whose time has come, and asks for the money. */
export async function finalizeDue(work: Work, invoiceId: string): Promise<void> {
  const billing = await lockedIfThere(work, invoiceId);
  if (billing?.invoice.shown.status !== 'draft' || !billing.invoice.shown.auto_advance) return;
  const { subscription } = billing;
  const open = { subscription, invoice: await finalizeInvoice(work, billing.invoice) };
  switch (subscription.shown.pause_collection?.behavior) {
    case 'void':
      await voidInvoice(work, open);
      return;
    case 'mark_uncollectible':
      await markUncollectible(work, open);
      return;
    default:
      await collectInvoice(work, open, { offSession: true, automatic: true });
  }
}

/** Tries an invoice again whose time has come. */
export async function retryDue(work: Work, invoiceId: string): Promise<void> {
  const billing = await lockedIfThere(work, invoiceId);
  const { status, next_payment_attempt: next = null } = billing?.invoice.shown ?? {};
  if (billing === undefined || status !== 'open' || next === null || next > work.now) return;
  await collectInvoice(work, billing, { offSession: true, automatic: true });
}

async function lockedIfThere(work: Work, invoiceId: string): Promise<Billing | undefined> {
  const found = await findObject(work.tx, kinds.invoice, invoiceId);
  return found && lockInvoice(work, invoiceId);
}

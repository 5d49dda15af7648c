import type Stripe from 'stripe';
import { saveChange } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { dropPending } from '../changes/apply-pending.js';
import type { Billing, Invoice } from '../lock.js';
import { intentOf, settlePayments } from './settle-invoice.js';

const closed = { auto_advance: false, next_payment_attempt: null };

/** Withdraws an open invoice, and gives up its payment. The caller holds the locks of both; locks the intent. */
export async function voidInvoice(work: Work, { subscription, invoice }: Billing): Promise<Invoice> {
  const { shown, hidden } = invoice;
  const voided: Invoice = {
    shown: {
      ...shown,
      ...closed,
      amount_remaining: 0,
      status: 'void',
      status_transitions: { ...shown.status_transitions, voided_at: work.now },
    },
    hidden,
  };
  await saveObject(work.tx, voided);
  await cancelIntent(work, voided);
  await settlePayments(work, voided.shown, 'canceled');
  await recordEvent(work, 'invoice.voided', voided.shown);
  if (subscription.hidden.pending?.invoiceId === shown.id) await dropPending(work, subscription);
  return voided;
}

async function cancelIntent(work: Work, invoice: Invoice): Promise<void> {
  const intent = await intentOf(work, invoice);
  if (intent === undefined || ['succeeded', 'canceled'].includes(intent.shown.status)) return;
  const shown: Stripe.PaymentIntent = {
    ...intent.shown,
    canceled_at: work.now,
    cancellation_reason: 'void_invoice',
    next_action: null,
    status: 'canceled',
  };
  await saveChange(work, intent.shown, { ...intent, shown }, 'payment_intent.canceled');
}

/** Gives up hope of an open invoice, which may be paid all the same. The caller holds the locks of both. */
export async function markUncollectible(work: Work, { invoice }: Billing): Promise<Invoice> {
  const { shown, hidden } = invoice;
  const given: Invoice = {
    shown: {
      ...shown,
      ...closed,
      status: 'uncollectible',
      status_transitions: { ...shown.status_transitions, marked_uncollectible_at: work.now },
    },
    hidden,
  };
  await saveObject(work.tx, given);
  await recordEvent(work, 'invoice.marked_uncollectible', given.shown);
  return given;
}

import type Stripe from 'stripe';
import { recordEvent } from '../../events/record.js';
import { scheduleJob } from '../../jobs/schedule.js';
import { kinds } from '../../kinds/kinds.js';
import { listObjects } from '../../store/list.js';
import { findObject, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import type { Billing, Invoice } from '../lock.js';
import { billingSettings } from '../settings.js';
import { endRetries, followFailure, followPayment } from './follow-payment.js';

/** An open invoice is paid, with its payment if it has one. The caller holds the locks of both. */
export async function markPaid(
  work: Work,
  { subscription, invoice }: Billing,
  { outOfBand = false, automatic = false } = {},
): Promise<Billing> {
  const { shown, hidden } = invoice;
  const paid: Invoice = {
    shown: {
      ...shown,
      ...(shown.amount_due > 0 && !outOfBand && { amount_paid: shown.amount_due }),
      ...(outOfBand && { amount_paid: shown.amount_due, amount_paid_off_stripe: shown.amount_due }),
      amount_remaining: 0,
      attempt_count: attemptsWhenPaid(invoice, automatic),
      attempted: true,
      auto_advance: false,
      next_payment_attempt: null,
      status: 'paid',
      status_transitions: { ...shown.status_transitions, paid_at: work.now },
    },
    hidden,
  };
  await saveObject(work.tx, paid);
  await recordEvent(work, 'invoice.paid', paid.shown);
  await recordEvent(work, 'invoice.payment_succeeded', paid.shown);
  await settlePayments(work, paid.shown, outOfBand ? 'canceled' : 'paid');
  return { invoice: paid, subscription: await followPayment(work, subscription, paid) };
}

/** Somebody who pays by hand does not change how often the sandbox has tried by itself. */
function attemptsWhenPaid({ shown, hidden }: Invoice, automatic: boolean): number {
  if (hidden.intentId === undefined) return shown.attempt_count;
  return automatic ? shown.attempt_count + 1 : Math.max(1, shown.attempt_count);
}

/** What becomes of the payments that an invoice waited for. */
export async function settlePayments(work: Work, invoice: Stripe.Invoice, status: 'paid' | 'canceled'): Promise<void> {
  for (const payment of await openPayments(work, invoice.id)) {
    const shown: Stripe.InvoicePayment = {
      ...payment,
      amount_paid: status === 'paid' ? payment.amount_requested : null,
      status,
      status_transitions: { ...payment.status_transitions, [`${status}_at`]: work.now },
    };
    await saveObject(work.tx, { shown, hidden: {} });
    if (status === 'paid') await recordEvent(work, 'invoice_payment.paid', shown);
  }
}

async function openPayments({ tx }: Work, invoiceId: string): Promise<Stripe.InvoicePayment[]> {
  const equal = { invoice: invoiceId, status: 'open' };
  return (await listObjects(tx, kinds.invoicePayment, { equal, limit: 100 })).data;
}

export interface Failure {
  /** The bank wants the customer to confirm first. */
  actionRequired: boolean;
  /**
   * Whether the sandbox tried by itself, as it does again later; somebody who tries by hand changes nothing of that.
   */
  automatic: boolean;
}

/** An open invoice could not be paid. It is tried again later, unless that has happened often enough. */
export async function markFailed(
  work: Work,
  { subscription, invoice }: Billing,
  { actionRequired, automatic }: Failure,
): Promise<Billing> {
  const counts = automatic || invoice.shown.attempt_count === 0;
  const firstTriedAt = invoice.hidden.firstTriedAt ?? work.now;
  const attempts = invoice.shown.attempt_count + (counts ? 1 : 0);
  const next = counts ? await nextAttempt(work, invoice, firstTriedAt, attempts) : invoice.shown.next_payment_attempt;
  const failed: Invoice = {
    shown: {
      ...invoice.shown,
      attempt_count: attempts,
      attempted: true,
      auto_advance: next !== null,
      next_payment_attempt: next,
    },
    hidden: { ...invoice.hidden, firstTriedAt },
  };
  await saveObject(work.tx, failed);
  if (counts && next !== null) await scheduleJob(work, 'retry-invoice', failed.shown.id, next * 1000);
  await recordEvent(work, 'invoice.payment_failed', failed.shown);
  if (actionRequired) await recordEvent(work, 'invoice.payment_action_required', failed.shown);
  const followed = await followFailure(work, subscription, failed);
  const over = counts && next === null;
  return { invoice: failed, subscription: over ? await endRetries(work, followed) : followed };
}

const secondsADay = 24 * 60 * 60;

/** The first invoice of a subscription is tried again by nobody but its customer. */
async function nextAttempt(
  work: Work,
  { shown }: Invoice,
  firstTriedAt: number,
  attempts: number,
): Promise<number | null> {
  if (shown.billing_reason === 'subscription_create') return null;
  const { retryDays } = await billingSettings(work.tx);
  const days = retryDays[attempts - 1];
  return days === undefined ? null : firstTriedAt + days * secondsADay;
}

export async function intentOf(work: Work, { hidden }: Invoice) {
  return hidden.intentId === undefined
    ? undefined
    : findObject(work.tx, kinds.paymentIntent, hidden.intentId, { lock: true });
}

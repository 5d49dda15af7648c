import type Stripe from 'stripe';
import { need } from '../../api/common.js';
import { keepNew, saveChange } from '../../events/change.js';
import { recordEvent } from '../../events/record.js';
import { kinds } from '../../kinds/kinds.js';
import { newIntent } from '../../payments/intents/new-intent.js';
import { insertObject, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import type { Invoice } from '../lock.js';
import { dueOf } from './new-invoice.js';
import { newInvoicePayment } from './new-invoice-payment.js';

/** What a checkout session has taken for its first invoice; without an intent it has taken nothing. */
export interface TakenBefore {
  intent?: Stripe.PaymentIntent | undefined;
}

/**
 * Makes a draft final: it gets its number, uses up or adds to the customer's credit, and when something is to be paid
 * an intent to pay it through. One that was paid for before asks for just that, and the customer's balance is changed
 * by the rest, so that an invoice never says that it was paid with what was not charged. The caller holds the locks of
 * the subscription and of the invoice; locks the customer.
 */
export async function finalizeInvoice(work: Work, { shown, hidden }: Invoice, taken?: TakenBefore): Promise<Invoice> {
  const { number, balance } = await takeNumber(work, shown, taken);
  const final: Stripe.Invoice = {
    ...shown,
    ...balance,
    automatically_finalizes_at: null,
    effective_at: work.now,
    hosted_invoice_url: `${work.baseUrl}/i/${shown.id}`,
    number,
    status: 'open',
    status_transitions: { ...shown.status_transitions, finalized_at: work.now },
  };
  const intentId = final.amount_due === 0 ? undefined : await intentFor(work, final, taken?.intent);
  const invoice = { shown: final, hidden: { ...hidden, ...(intentId && { intentId }) } };
  await saveObject(work.tx, invoice);
  await recordEvent(work, 'invoice.finalized', final);
  return invoice;
}

type Balance = Pick<Stripe.Invoice, 'starting_balance' | 'ending_balance' | 'amount_due' | 'amount_remaining'>;

/** The next number of the customer's, and the amounts with the balance of today, which follows. */
async function takeNumber(
  work: Work,
  invoice: Stripe.Invoice,
  taken: TakenBefore | undefined,
): Promise<{ number: string; balance: Balance }> {
  const customer = await need(work, kinds.customer, String(invoice.customer), { lock: true });
  const { invoice_prefix, next_invoice_sequence: sequence = 1, balance: starting_balance } = customer.shown;
  const amount_due =
    taken === undefined ? dueOf(invoice.total, starting_balance, invoice.currency) : (taken.intent?.amount ?? 0);
  const ending_balance = starting_balance + invoice.total - amount_due;
  const numbered = { ...customer.shown, next_invoice_sequence: sequence + 1 };
  await saveChange(
    work,
    numbered,
    { ...customer, shown: { ...numbered, balance: ending_balance } },
    'customer.updated',
  );
  return {
    number: `${invoice_prefix}-${String(sequence).padStart(4, '0')}`,
    balance: { starting_balance, ending_balance, amount_due, amount_remaining: amount_due },
  };
}

async function intentFor(work: Work, invoice: Stripe.Invoice, given?: Stripe.PaymentIntent): Promise<string> {
  const intent = given ?? (await keepIntent(work, invoice));
  const payment = newInvoicePayment(invoice, intent.id, work.now);
  await keepNewPayment(work, payment);
  return intent.id;
}

const keepNewPayment = (work: Work, payment: Stripe.InvoicePayment) =>
  insertObject(work.tx, kinds.invoicePayment, work.now, payment, {});

async function keepIntent(work: Work, invoice: Stripe.Invoice): Promise<Stripe.PaymentIntent> {
  const shown = newIntent({
    amountMinor: invoice.amount_due,
    currency: invoice.currency,
    customerId: String(invoice.customer),
    created: work.now,
    data: {
      description: invoice.billing_reason === 'subscription_create' ? 'Subscription creation' : 'Subscription update',
    },
    methodTypes: ['card'],
  });
  await keepNew(work, kinds.paymentIntent, { shown, hidden: { invoiceId: invoice.id } }, 'payment_intent.created');
  return shown;
}

import type Stripe from 'stripe';
import { listPage, need, withChanges } from '../api/common.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { confirmInvoiceIntent } from '../billing/invoices/confirm-invoice-intent.js';
import { lockInvoiceOf } from '../billing/lock.js';
import { settlePayment } from '../checkout/paying/settle-payment.js';
import { saveChange } from '../events/change.js';
import { kinds } from '../kinds/kinds.js';
import { mergeMetadata } from '../params/metadata.js';
import { checkCurrency } from '../payments/currencies.js';
import type { Intent } from '../payments/intents/charge-intent.js';
import { confirmOwnIntent, isOpen } from '../payments/intents/confirm-own-intent.js';
import { checkAmount, createIntent, withMethod } from '../payments/intents/create-intent.js';
import { unexpectedState } from '../payments/intents/intent-errors.js';
import { methodTypesFor } from '../payments/methods/bank-accounts.js';
import { saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';

async function create({ work, params }: Call<Stripe.PaymentIntentCreateParams>): Promise<Stripe.PaymentIntent> {
  const intent = await createIntent(work, params);
  return params.confirm ? confirmOwnIntent(work, intent, params) : intent.shown;
}

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.PaymentIntent> {
  return (await need(work, kinds.paymentIntent, id)).shown;
}

/** Stripe has no event for such a change. */
async function update({ work, params, id }: Call<Stripe.PaymentIntentUpdateParams>): Promise<Stripe.PaymentIntent> {
  const before = await need(work, kinds.paymentIntent, id, { lock: true });
  const { amount, currency, customer, description, payment_method, receipt_email, setup_future_usage } = params;
  const terms = withChanges(before.shown, {
    amount,
    currency: currency === undefined ? undefined : checkCurrency(currency, 'currency'),
    customer,
    payment_method_types: currency === undefined ? undefined : methodTypesFor(currency.toLowerCase()),
    setup_future_usage: setup_future_usage === '' ? null : setup_future_usage,
  });
  if (Object.values({ amount, currency, customer, payment_method, setup_future_usage }).some(isGiven)) {
    await checkTerms(work, before, terms);
  }
  const shown = {
    ...withChanges(terms, { description, receipt_email }),
    metadata: mergeMetadata(before.shown.metadata, params.metadata),
  };
  await saveObject(work.tx, { ...before, shown });
  return payment_method === undefined ? shown : (await withMethod(work, { ...before, shown }, payment_method)).shown;
}

const isGiven = (value: unknown): boolean => value !== undefined;

async function checkTerms(work: Work, before: Intent, { amount, currency, customer }: Stripe.PaymentIntent) {
  const { sessionId, invoiceId } = before.hidden;
  if (sessionId !== undefined || invoiceId !== undefined || !isOpen(before.shown)) {
    throw unexpectedState(
      `This PaymentIntent could not be updated because it has a status of ${before.shown.status}, or was made by ` +
        'Checkout or for an invoice.',
      before.shown,
    );
  }
  checkAmount(amount, currency);
  if (customer !== null) await need(work, kinds.customer, String(customer), { param: 'customer' });
}

async function confirm({ work, params, id }: Call<Stripe.PaymentIntentConfirmParams>): Promise<Stripe.PaymentIntent> {
  const billing = await lockInvoiceOf(work, id);
  if (billing !== undefined) return confirmInvoiceIntent(work, billing, id, params);
  const intent = await need(work, kinds.paymentIntent, id, { lock: true });
  refuseOfCheckout(intent, 'confirm');
  return confirmOwnIntent(work, intent, params);
}

async function cancel({ work, params, id }: Call<Stripe.PaymentIntentCancelParams>): Promise<Stripe.PaymentIntent> {
  const before = await need(work, kinds.paymentIntent, id, { lock: true });
  refuseOfCheckout(before, 'cancel');
  if (!isOpen(before.shown)) {
    throw unexpectedState(
      `You cannot cancel this PaymentIntent because it has a status of ${before.shown.status}. Only a ` +
        'PaymentIntent with one of the following statuses may be canceled: requires_payment_method, ' +
        'requires_capture, requires_confirmation, requires_action, processing.',
      before.shown,
    );
  }
  const shown: Stripe.PaymentIntent = {
    ...before.shown,
    canceled_at: work.now,
    cancellation_reason: params.cancellation_reason ?? null,
    next_action: null,
    status: 'canceled',
  };
  await saveChange(work, before.shown, { ...before, shown }, 'payment_intent.canceled');
  return shown;
}

function refuseOfCheckout({ shown, hidden }: Intent, verb: string): void {
  if (hidden.invoiceId !== undefined) {
    throw unexpectedState(`You cannot ${verb} the PaymentIntent of an invoice. Void the invoice instead.`, shown);
  }
  if (hidden.sessionId === undefined) return;
  throw unexpectedState(
    `You cannot ${verb} a PaymentIntent that was created by Checkout. Expire the Checkout Session instead.`,
    shown,
  );
}

const list = ({ work, params }: Call<Stripe.PaymentIntentListParams>) =>
  listPage(work, kinds.paymentIntent, '/v1/payment_intents', params, { equal: { customer: params.customer } });

async function settle(work: Work, intentId: string): Promise<void> {
  await settlePayment(work, intentId);
}

export const paymentIntents: Resource = {
  routes: [
    route('POST /v1/payment_intents', create),
    route('GET /v1/payment_intents/:id', retrieve),
    route('POST /v1/payment_intents/:id', update),
    route('GET /v1/payment_intents', list),
    route('POST /v1/payment_intents/:id/confirm', confirm),
    route('POST /v1/payment_intents/:id/cancel', cancel),
  ],
  expansions: { payment_intent: { customer: 'by id', latest_charge: 'by id', payment_method: 'by id' } },
  jobs: { 'settle-debit': settle },
};

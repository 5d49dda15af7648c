import type Stripe from 'stripe';
import { listPage, need, withChanges } from '../api/common.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { settlePayment } from '../checkout/settle-payment.js';
import { kinds } from '../kinds.js';
import { mergeMetadata } from '../params/metadata.js';
import { saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.PaymentIntent> {
  return (await need(work, kinds.paymentIntent, id)).shown;
}

/** Stripe has no event for such a change. */
async function update({ work, params, id }: Call<Stripe.PaymentIntentUpdateParams>): Promise<Stripe.PaymentIntent> {
  const before = await need(work, kinds.paymentIntent, id, { lock: true });
  const { description, receipt_email } = params;
  const shown = {
    ...withChanges(before.shown, { description, receipt_email }),
    metadata: mergeMetadata(before.shown.metadata, params.metadata),
  };
  await saveObject(work.tx, { ...before, shown });
  return shown;
}

const list = ({ work, params }: Call<Stripe.PaymentIntentListParams>) =>
  listPage(work, kinds.paymentIntent, '/v1/payment_intents', params, { equal: { customer: params.customer } });

async function settle(work: Work, intentId: string): Promise<void> {
  await settlePayment(work, intentId);
}

export const paymentIntents: Resource = {
  routes: [
    route('GET /v1/payment_intents/:id', retrieve),
    route('POST /v1/payment_intents/:id', update),
    route('GET /v1/payment_intents', list),
  ],
  expansions: { payment_intent: { customer: 'by id', latest_charge: 'by id', payment_method: 'by id' } },
  jobs: { 'settle-debit': settle },
};

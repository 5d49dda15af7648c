import type Stripe from 'stripe';
import { listPage, need } from '../api/common.js';
import { invalidRequest } from '../api/errors.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { saveChange } from '../events/change.js';
import { type HiddenCharge, kinds } from '../kinds/kinds.js';
import { mergeMetadata } from '../params/metadata.js';
import { cancelRefund, lockRefund } from '../payments/refunds/end-refund.js';
import { refundCharge } from '../payments/refunds/refund-charge.js';
import { settleRefund } from '../payments/refunds/settle-refund.js';
import type { Stored } from '../store/objects.js';
import type { Work } from '../store/work.js';

async function create({ work, params }: Call<Stripe.RefundCreateParams>): Promise<Stripe.Refund> {
  return refundCharge(work, await chargeToRefund(work, params), params);
}

/** Locks the charge. */
async function chargeToRefund(
  work: Work,
  { charge, payment_intent }: Stripe.RefundCreateParams,
): Promise<Stored<Stripe.Charge, HiddenCharge>> {
  if (charge === undefined && payment_intent === undefined) {
    throw invalidRequest('One of the following params should be provided for this request: payment_intent or charge.', {
      code: 'parameter_missing',
    });
  }
  const chargeId = payment_intent === undefined ? charge : await chargeOfIntent(work, payment_intent);
  if (charge !== undefined && charge !== chargeId) {
    throw invalidRequest(`The charge ${charge} is not the charge of ${payment_intent}.`, { param: 'charge' });
  }
  const found = await need(work, kinds.charge, String(chargeId), { param: 'charge', lock: true });
  if (found.shown.paid) return found;
  throw invalidRequest(`Charge ${found.shown.id} has failed, so it cannot be refunded.`, { param: 'charge' });
}

async function chargeOfIntent(work: Work, intentId: string): Promise<string> {
  const { shown } = await need(work, kinds.paymentIntent, intentId, { param: 'payment_intent' });
  if (shown.status === 'succeeded' && shown.latest_charge !== null) return String(shown.latest_charge);
  throw invalidRequest(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`, {
    code: 'payment_intent_unexpected_state',
    param: 'payment_intent',
  });
}

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.Refund> {
  return (await need(work, kinds.refund, id)).shown;
}

async function update({ work, params, id }: Call<Stripe.RefundUpdateParams>): Promise<Stripe.Refund> {
  const before = await need(work, kinds.refund, id, { lock: true });
  const shown = { ...before.shown, metadata: mergeMetadata(before.shown.metadata, params.metadata) };
  await saveChange(work, before.shown, { ...before, shown }, 'refund.updated');
  return shown;
}

/** Stripe cancels only refunds that wait for somebody. */
async function cancel({ work, id }: Call<unknown>): Promise<Stripe.Refund> {
  await need(work, kinds.refund, id);
  const locked = await lockRefund(work, id);
  if (locked?.refund.shown.status !== 'requires_action') throw invalidRequest('Canceling this refund is unsupported.');
  return cancelRefund(work, locked);
}

const list = ({ work, params }: Call<Stripe.RefundListParams>) => {
  const { charge, payment_intent } = params;
  return listPage(work, kinds.refund, '/v1/refunds', params, { equal: { charge, payment_intent } });
};

export const refunds: Resource = {
  routes: [
    route('POST /v1/refunds', create),
    route('GET /v1/refunds/:id', retrieve),
    route('POST /v1/refunds/:id', update),
    route('GET /v1/refunds', list),
    route('POST /v1/refunds/:id/cancel', cancel),
  ],
  expansions: {
    refund: {
      balance_transaction: 'by id',
      charge: 'by id',
      customer: 'by id',
      failure_balance_transaction: 'by id',
      payment_intent: 'by id',
      payment_method: 'by id',
    },
  },
  jobs: { 'settle-refund': settleRefund },
};

import type Stripe from 'stripe';
import { listPage, need, withChanges } from '../api/common.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { saveChange } from '../events/change.js';
import { kinds } from '../kinds/kinds.js';
import { mergeMetadata } from '../params/metadata.js';
import { bookCharge } from '../payments/charges/book-charge.js';
import type { Work } from '../store/work.js';

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.Charge> {
  return (await need(work, kinds.charge, id)).shown;
}

async function update({ work, params, id }: Call<Stripe.ChargeUpdateParams>): Promise<Stripe.Charge> {
  const before = await need(work, kinds.charge, id, { lock: true });
  const { description, receipt_email } = params;
  const shown = {
    ...withChanges(before.shown, { description, receipt_email }),
    metadata: mergeMetadata(before.shown.metadata, params.metadata),
  };
  await saveChange(work, before.shown, { ...before, shown }, 'charge.updated');
  return shown;
}

const list = ({ work, params }: Call<Stripe.ChargeListParams>) => {
  const { customer, payment_intent } = params;
  return listPage(work, kinds.charge, '/v1/charges', params, { equal: { customer, payment_intent } });
};

const refundsOf = (work: Work, { id }: Stripe.Charge): Promise<Stripe.ApiList<Stripe.Refund>> =>
  listPage(work, kinds.refund, `/v1/charges/${id}/refunds`, {}, { equal: { charge: id } });

export const charges: Resource = {
  routes: [
    route('GET /v1/charges/:id', retrieve),
    route('POST /v1/charges/:id', update),
    route('GET /v1/charges', list),
  ],
  expansions: {
    charge: {
      balance_transaction: 'by id',
      customer: 'by id',
      payment_intent: 'by id',
      refunds: refundsOf,
    },
  },
  jobs: { 'book-charge': bookCharge },
};

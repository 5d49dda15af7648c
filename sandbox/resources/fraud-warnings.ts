import type Stripe from 'stripe';
import { listPage, need } from '../api/common.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { kinds } from '../kinds/kinds.js';

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.Radar.EarlyFraudWarning> {
  return (await need(work, kinds.fraudWarning, id)).shown;
}

const list = ({ work, params }: Call<Stripe.Radar.EarlyFraudWarningListParams>) => {
  const { charge, payment_intent } = params;
  return listPage(work, kinds.fraudWarning, '/v1/radar/early_fraud_warnings', params, {
    equal: { charge, payment_intent },
  });
};

export const fraudWarnings: Resource = {
  routes: [
    route('GET /v1/radar/early_fraud_warnings/:id', retrieve),
    route('GET /v1/radar/early_fraud_warnings', list),
  ],
  expansions: { 'radar.early_fraud_warning': { charge: 'by id', payment_intent: 'by id' } },
};

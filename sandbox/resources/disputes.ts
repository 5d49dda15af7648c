import type Stripe from 'stripe';
import { listPage, need } from '../api/common.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { answerDispute } from '../disputes/answer-dispute.js';
import { closeDispute } from '../disputes/close-dispute.js';
import { closeInquiry, closeUnanswered, decideDispute } from '../disputes/decide-dispute.js';
import { lockOpenDispute } from '../disputes/lock-dispute.js';
import { kinds } from '../kinds/kinds.js';

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.Dispute> {
  return (await need(work, kinds.dispute, id)).shown;
}

async function update({ work, params, id }: Call<Stripe.DisputeUpdateParams>): Promise<Stripe.Dispute> {
  const { dispute } = await lockOpenDispute(work, id);
  return answerDispute(work, dispute, params);
}

/** Accepts the dispute: the money stays with the customer. */
async function close({ work, id }: Call<unknown>): Promise<Stripe.Dispute> {
  const { dispute } = await lockOpenDispute(work, id);
  return closeDispute(work, dispute, 'lost');
}

const list = ({ work, params }: Call<Stripe.DisputeListParams>) => {
  const { charge, payment_intent } = params;
  return listPage(work, kinds.dispute, '/v1/disputes', params, { equal: { charge, payment_intent } });
};

export const disputes: Resource = {
  routes: [
    route('GET /v1/disputes/:id', retrieve),
    route('POST /v1/disputes/:id', update),
    route('GET /v1/disputes', list),
    route('POST /v1/disputes/:id/close', close),
  ],
  expansions: { dispute: { charge: 'by id', payment_intent: 'by id' } },
  jobs: {
    'close-inquiry': closeInquiry,
    'close-unanswered-dispute': closeUnanswered,
    'decide-dispute': decideDispute,
  },
};

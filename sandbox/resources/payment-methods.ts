import type Stripe from 'stripe';
import { need } from '../api/common.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { kinds } from '../kinds.js';

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.PaymentMethod> {
  return (await need(work, kinds.paymentMethod, id)).shown;
}

export const paymentMethods: Resource = {
  routes: [route('GET /v1/payment_methods/:id', retrieve)],
  expansions: { payment_method: { customer: 'by id' } },
};

import type Stripe from 'stripe';
import { listPage, need } from '../api/common.js';
import { invalidRequest, missingParam } from '../api/errors.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { saveChange } from '../events/change.js';
import { kinds } from '../kinds/kinds.js';
import { mergeMetadata } from '../params/metadata.js';
import { declinedError } from '../payments/intents/intent-errors.js';
import { attachMethod } from '../payments/methods/attach-method.js';
import { detachMethod } from '../payments/methods/detach-method.js';
import { usableMethod } from '../payments/methods/usable-method.js';

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.PaymentMethod> {
  return (await need(work, kinds.paymentMethod, id)).shown;
}

async function update({ work, params, id }: Call<Stripe.PaymentMethodUpdateParams>): Promise<Stripe.PaymentMethod> {
  const before = await need(work, kinds.paymentMethod, id, { lock: true });
  const { allow_redisplay, billing_details = {} } = params;
  const shown: Stripe.PaymentMethod = {
    ...before.shown,
    ...(allow_redisplay && { allow_redisplay }),
    billing_details: {
      ...before.shown.billing_details,
      ...(billing_details.email !== undefined && { email: billing_details.email || null }),
      ...(billing_details.name !== undefined && { name: billing_details.name || null }),
    },
    metadata: mergeMetadata(before.shown.metadata, params.metadata),
  };
  await saveChange(work, before.shown, { ...before, shown }, 'payment_method.updated');
  return shown;
}

/** Some cards are declined even at that. */
async function attach({ work, params, id }: Call<Stripe.PaymentMethodAttachParams>): Promise<Stripe.PaymentMethod> {
  if (params.customer === undefined) throw missingParam('customer');
  const customer = await need(work, kinds.customer, params.customer, { param: 'customer' });
  const method = await usableMethod(work, id, customer.shown.id, 'usd', 'id');
  const { decline, declinesSaving } = method.hidden.behaviour;
  if (decline !== undefined && declinesSaving) throw declinedError(decline, { payment_method: method.shown });
  return (await attachMethod(work, method, customer.shown.id)).shown;
}

async function detach({ work, id }: Call<unknown>): Promise<Stripe.PaymentMethod> {
  const method = await need(work, kinds.paymentMethod, id, { lock: true });
  if (method.shown.customer !== null) return detachMethod(work, method);
  throw invalidRequest('The payment method you provided is not attached to a customer so detachment is impossible.', {
    code: 'payment_method_unexpected_state',
  });
}

const list = ({ work, params }: Call<Stripe.PaymentMethodListParams>) => {
  const { allow_redisplay, customer, type } = params;
  return listPage(work, kinds.paymentMethod, '/v1/payment_methods', params, {
    equal: { allow_redisplay, customer, type },
    // Those of nobody are not listed.
    conditions: [{ sql: `(o.shown ->> 'customer' is not null) = $::boolean`, value: true }],
  });
};

export const paymentMethods: Resource = {
  routes: [
    route('GET /v1/payment_methods/:id', retrieve),
    route('POST /v1/payment_methods/:id', update),
    route('GET /v1/payment_methods', list),
    route('POST /v1/payment_methods/:id/attach', attach),
    route('POST /v1/payment_methods/:id/detach', detach),
  ],
  expansions: { payment_method: { customer: 'by id' } },
};

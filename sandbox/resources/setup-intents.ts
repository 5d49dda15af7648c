import type Stripe from 'stripe';
import { listPage, need, withChanges } from '../api/common.js';
import { invalidRequest } from '../api/errors.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { saveChange } from '../events/change.js';
import { kinds } from '../kinds/kinds.js';
import { mergeMetadata } from '../params/metadata.js';
import { checkReturnUrl, isOpen } from '../payments/intents/confirm-own-intent.js';
import { declinedError, unexpectedState } from '../payments/intents/intent-errors.js';
import { usableMethod } from '../payments/methods/usable-method.js';
import { confirmSetup, type SetupIntent } from '../payments/setups/confirm-setup.js';
import { keepSetupIntent } from '../payments/setups/new-setup-intent.js';
import { findObject, saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';

async function create({ work, params }: Call<Stripe.SetupIntentCreateParams>): Promise<Stripe.SetupIntent> {
  if (params.customer !== undefined) await need(work, kinds.customer, params.customer, { param: 'customer' });
  if (params.return_url !== undefined && !params.confirm) {
    throw invalidRequest('`return_url` can only be passed when `confirm` is true.', { param: 'return_url' });
  }
  const { automatic_payment_methods: given } = params;
  const intent = await keepSetupIntent(work, {
    customerId: params.customer ?? null,
    data: params,
    automatic: { allow_redirects: given?.allow_redirects ?? 'always', enabled: true },
  });
  if (params.confirm) return confirmOwn(work, intent, params);
  return params.payment_method === undefined ? intent.shown : withMethod(work, intent, params.payment_method);
}

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.SetupIntent> {
  return (await need(work, kinds.setupIntent, id)).shown;
}

/** Stripe has no event for such a change. */
async function update({ work, params, id }: Call<Stripe.SetupIntentUpdateParams>): Promise<Stripe.SetupIntent> {
  const before = await need(work, kinds.setupIntent, id, { lock: true });
  const { customer, description, payment_method } = params;
  if ((customer ?? payment_method) !== undefined) refuseUnlessOpen(before, 'update');
  if (customer !== undefined) await need(work, kinds.customer, customer, { param: 'customer' });
  const shown = {
    ...withChanges(before.shown, { customer, description }),
    metadata: mergeMetadata(before.shown.metadata, params.metadata),
  };
  await saveObject(work.tx, { ...before, shown });
  return payment_method === undefined ? shown : withMethod(work, { ...before, shown }, payment_method);
}

/** Notes a payment method for the confirmation that is to come. */
async function withMethod(work: Work, { shown, hidden }: SetupIntent, methodId: string): Promise<Stripe.SetupIntent> {
  const method = await usableMethod(work, methodId, customerIdOf(shown));
  const noted: Stripe.SetupIntent = { ...shown, payment_method: method.shown.id, status: 'requires_confirmation' };
  await saveObject(work.tx, { shown: noted, hidden });
  return noted;
}

const customerIdOf = ({ customer }: Stripe.SetupIntent): string | null => (customer === null ? null : String(customer));

async function confirm({ work, params, id }: Call<Stripe.SetupIntentConfirmParams>): Promise<Stripe.SetupIntent> {
  return confirmOwn(work, await need(work, kinds.setupIntent, id, { lock: true }), params);
}

async function confirmOwn(
  work: Work,
  intent: SetupIntent,
  params: Pick<Stripe.SetupIntentConfirmParams, 'payment_method' | 'return_url'>,
): Promise<Stripe.SetupIntent> {
  refuseUnlessOpen(intent, 'confirm');
  checkReturnUrl(intent.shown, params);
  const methodId = params.payment_method ?? intent.shown.payment_method;
  if (methodId === null) {
    throw unexpectedState(
      "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a " +
        'payment method and then confirm it again.',
      intent.shown,
    );
  }
  const method = await usableMethod(work, String(methodId), customerIdOf(intent.shown));
  const outcome = await confirmSetup(work, intent, method, { returnUrl: params.return_url });
  const shown = (await findObject(work.tx, kinds.setupIntent, intent.shown.id))?.shown ?? intent.shown;
  if (outcome.kind !== 'declined') return shown;
  throw declinedError(outcome.decline, { setup_intent: shown, payment_method: method.shown });
}

async function cancel({ work, params, id }: Call<Stripe.SetupIntentCancelParams>): Promise<Stripe.SetupIntent> {
  const before = await need(work, kinds.setupIntent, id, { lock: true });
  refuseUnlessOpen(before, 'cancel');
  const shown: Stripe.SetupIntent = {
    ...before.shown,
    cancellation_reason: params.cancellation_reason ?? null,
    next_action: null,
    status: 'canceled',
  };
  await saveChange(work, before.shown, { ...before, shown }, 'setup_intent.canceled');
  return shown;
}

function refuseUnlessOpen({ shown, hidden }: SetupIntent, verb: string): void {
  if (hidden.sessionId !== undefined) {
    throw unexpectedState(`You cannot ${verb} a SetupIntent that was created by Checkout.`, shown);
  }
  if (isOpen(shown)) return;
  throw unexpectedState(`You cannot ${verb} this SetupIntent because it has a status of ${shown.status}.`, shown);
}

const list = ({ work, params }: Call<Stripe.SetupIntentListParams>) => {
  const { customer, payment_method } = params;
  return listPage(work, kinds.setupIntent, '/v1/setup_intents', params, { equal: { customer, payment_method } });
};

export const setupIntents: Resource = {
  routes: [
    route('POST /v1/setup_intents', create),
    route('GET /v1/setup_intents/:id', retrieve),
    route('POST /v1/setup_intents/:id', update),
    route('GET /v1/setup_intents', list),
    route('POST /v1/setup_intents/:id/confirm', confirm),
    route('POST /v1/setup_intents/:id/cancel', cancel),
  ],
  expansions: { setup_intent: { customer: 'by id', payment_method: 'by id' } },
};

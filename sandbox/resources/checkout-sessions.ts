import type Stripe from 'stripe';
import { listPage, need } from '../api/common.js';
import { invalidRequest } from '../api/errors.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { breakdownOf } from '../checkout/sessions/breakdown.js';
import { checkSessionParams } from '../checkout/sessions/check-session-params.js';
import { expireOverdue, expireSession } from '../checkout/sessions/expire-session.js';
import { keepSession } from '../checkout/sessions/keep-session.js';
import { makeLineItems } from '../checkout/sessions/line-items.js';
import { pageOfLines } from '../checkout/sessions/line-page.js';
import { newSession } from '../checkout/sessions/new-session.js';
import { customerDetailsOf } from '../checkout/sessions/session-customer.js';
import { kinds } from '../kinds/kinds.js';
import type { HiddenSession } from '../kinds/session.js';
import { mergeMetadata } from '../params/metadata.js';
import { keepSetupIntent } from '../payments/setups/new-setup-intent.js';
import { type Stored, saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';

type Session = Stripe.Checkout.Session;

async function create({ work, params }: Call<Stripe.Checkout.SessionCreateParams>): Promise<Session> {
  checkSessionParams(params, work.now);
  const customerDetails = await customerDetailsOf(work, params);
  const setsUp = params.mode === 'setup';
  const lineItems = setsUp ? [] : await makeLineItems(work, params.line_items, params.currency, params.mode);
  const session = await newSession(work, { params, lineItems, customerDetails });
  return keepSession(work, setsUp ? await withSetupIntent(work, session, params) : session);
}

/** Unlike a payment's, the intent is there from the beginning. */
async function withSetupIntent(
  work: Work,
  { shown, hidden }: Stored<Session, HiddenSession>,
  { customer, setup_intent_data }: Stripe.Checkout.SessionCreateParams,
): Promise<Stored<Session, HiddenSession>> {
  const facts = { customerId: customer ?? null, data: setup_intent_data ?? {} };
  const intent = await keepSetupIntent(work, facts, { sessionId: shown.id });
  return { shown: { ...shown, setup_intent: intent.shown.id }, hidden };
}

async function retrieve({ work, id }: Call<unknown>): Promise<Session> {
  return (await need(work, kinds.checkoutSession, id)).shown;
}

async function update({ work, params, id }: Call<Stripe.Checkout.SessionUpdateParams>): Promise<Session> {
  const before = await need(work, kinds.checkoutSession, id, { lock: true });
  const shown = { ...before.shown, metadata: mergeMetadata(before.shown.metadata, params.metadata) };
  // Stripe has no event for a session's change.
  await saveObject(work.tx, { ...before, shown });
  return shown;
}

async function expire({ work, id }: Call<unknown>): Promise<Session> {
  const session = await need(work, kinds.checkoutSession, id, { lock: true });
  if (session.shown.status === 'open') return expireSession(work, session);
  throw invalidRequest(
    'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ' +
      `${session.shown.status}.`,
  );
}

const list = ({ work, params }: Call<Stripe.Checkout.SessionListParams>) => {
  const { customer, customer_details, payment_intent, payment_link, status, subscription } = params;
  return listPage(work, kinds.checkoutSession, '/v1/checkout/sessions', params, {
    equal: { customer, payment_intent, payment_link, status, customer_details, subscription },
  });
};

const urlOfLines = (id: string): string => `/v1/checkout/sessions/${id}/line_items`;

async function listLineItems({ work, params, id }: Call<Stripe.Checkout.SessionListLineItemsParams>) {
  return pageOfLines((await need(work, kinds.checkoutSession, id)).hidden.lineItems, params, urlOfLines(id));
}

const firstLines = async (work: Work, { id }: Session) =>
  pageOfLines((await need(work, kinds.checkoutSession, id)).hidden.lineItems, {}, urlOfLines(id));

const breakdown = async (work: Work, _: unknown, { id }: Session) =>
  breakdownOf(await need(work, kinds.checkoutSession, id));

export const checkoutSessions: Resource = {
  routes: [
    route('POST /v1/checkout/sessions', create),
    route('GET /v1/checkout/sessions/:id', retrieve),
    route('POST /v1/checkout/sessions/:id', update),
    route('GET /v1/checkout/sessions', list),
    route('POST /v1/checkout/sessions/:id/expire', expire),
    route('GET /v1/checkout/sessions/:id/line_items', listLineItems),
  ],
  expansions: {
    'checkout.session': {
      customer: 'by id',
      invoice: 'by id',
      payment_intent: 'by id',
      payment_link: 'by id',
      setup_intent: 'by id',
      subscription: 'by id',
      line_items: firstLines,
    },
    'checkout.session.discounts': { coupon: 'by id', promotion_code: 'by id' },
    'checkout.session.total_details': { breakdown },
  },
  jobs: { 'expire-session': expireOverdue },
};

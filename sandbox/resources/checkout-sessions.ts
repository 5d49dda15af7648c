import type Stripe from 'stripe';
import { listPage, need, pageLimit } from '../api/common.js';
import { invalidRequest, noSuch } from '../api/errors.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { expireOverdue, expireSession } from '../checkout/expire-session.js';
import { makeLineItems } from '../checkout/line-items.js';
import { checkSessionParams, customerDetailsOf, newSession } from '../checkout/new-session.js';
import { scheduleJob } from '../jobs/schedule.js';
import { kinds } from '../kinds.js';
import { mergeMetadata } from '../params/metadata.js';
import { insertObject, saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';

type Session = Stripe.Checkout.Session;

async function create({ work, params }: Call<Stripe.Checkout.SessionCreateParams>): Promise<Session> {
  checkSessionParams(params, work.now);
  const customerDetails = await customerDetailsOf(work, params);
  const lineItems = await makeLineItems(work, params.line_items);
  const session = newSession(work, params, lineItems, customerDetails);
  if (params.currency !== undefined && params.currency.toLowerCase() !== session.currency) {
    throw invalidRequest(`The line items have no price in the currency ${params.currency}.`, { param: 'currency' });
  }
  const hidden = { lineItems, intentData: params.payment_intent_data ?? {} };
  await insertObject(work.tx, kinds.checkoutSession, work.now, session, hidden);
  await scheduleJob(work, 'expire-session', session.id, session.expires_at * 1000);
  return session;
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
    `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.shown.status}.`,
  );
}

const list = ({ work, params }: Call<Stripe.Checkout.SessionListParams>) => {
  const { customer, customer_details, payment_intent, status } = params;
  return listPage(work, kinds.checkoutSession, '/v1/checkout/sessions', params, {
    equal: { customer, payment_intent, status, customer_details },
  });
};

/** Lines are few, so that their pages are cut here. */
async function listLineItems({ work, params, id }: Call<Stripe.Checkout.SessionListLineItemsParams>) {
  const lines = await linesOf(work, id);
  const position = (item: string | undefined, param: string) => {
    if (item === undefined) return undefined;
    const index = lines.findIndex((line) => line.id === item);
    if (index < 0) throw noSuch('item', item, param);
    return index;
  };
  const limit = pageLimit(params);
  const after = position(params.starting_after, 'starting_after');
  const before = position(params.ending_before, 'ending_before');
  const end = before ?? Math.min((after ?? -1) + 1 + limit, lines.length);
  const start = before === undefined ? (after ?? -1) + 1 : Math.max(0, before - limit);
  const hasMore = before === undefined ? end < lines.length : start > 0;
  return lineList(id, lines.slice(start, end), hasMore);
}

async function linesOf(work: Work, id: string): Promise<Stripe.LineItem[]> {
  return (await need(work, kinds.checkoutSession, id)).hidden.lineItems;
}

async function firstLines(work: Work, { id }: Session): Promise<Stripe.ApiList<Stripe.LineItem>> {
  const lines = await linesOf(work, id);
  const limit = pageLimit({});
  return lineList(id, lines.slice(0, limit), lines.length > limit);
}

const lineList = (id: string, data: Stripe.LineItem[], hasMore: boolean): Stripe.ApiList<Stripe.LineItem> => ({
  object: 'list',
  data,
  has_more: hasMore,
  url: `/v1/checkout/sessions/${id}/line_items`,
});

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
    'checkout.session': { customer: 'by id', payment_intent: 'by id', line_items: firstLines },
  },
  jobs: { 'expire-session': expireOverdue },
};

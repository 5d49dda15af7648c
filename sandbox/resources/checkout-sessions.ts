import type Stripe from 'stripe';
import { listPage, need, pageLimit } from '../api/common.js';
import { invalidRequest, noSuch } from '../api/errors.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { breakdownOf } from '../checkout/breakdown.js';
import { checkSessionParams } from '../checkout/check-session-params.js';
import { expireOverdue, expireSession } from '../checkout/expire-session.js';
import { keepSession } from '../checkout/keep-session.js';
import { makeLineItems } from '../checkout/line-items.js';
import { newSession } from '../checkout/new-session.js';
import { customerDetailsOf } from '../checkout/session-customer.js';
import { kinds } from '../kinds.js';
import { mergeMetadata } from '../params/metadata.js';
import { saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';

type Session = Stripe.Checkout.Session;

async function create({ work, params }: Call<Stripe.Checkout.SessionCreateParams>): Promise<Session> {
  checkSessionParams(params, work.now);
  const customerDetails = await customerDetailsOf(work, params);
  const lineItems = await makeLineItems(work, params.line_items, params.currency);
  return keepSession(work, await newSession(work, { params, lineItems, customerDetails }));
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

const breakdown = async (work: Work, _: unknown, { id }: Session) =>
  breakdownOf(await need(work, kinds.checkoutSession, id));

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
    'checkout.session.discounts': { coupon: 'by id', promotion_code: 'by id' },
    'checkout.session.total_details': { breakdown },
  },
  jobs: { 'expire-session': expireOverdue },
};

import type Stripe from 'stripe';
import { listPage, need } from '../api/common.js';
import { invalidRequest, noSuch } from '../api/errors.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { kinds } from '../kinds/kinds.js';
import { type Condition, likePattern } from '../store/list.js';
import type { Work } from '../store/work.js';

const maxTypes = 20;
const daysKept = 30;

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.EventBase> {
  const { shown } = await need(work, kinds.event, id);
  if (shown.created < oldest(work)) throw noSuch('event', id);
  const [event = shown] = await withPending(work, [shown]);
  return event;
}

async function list({ work, params }: Call<Stripe.EventListParams>): Promise<Stripe.ApiList<Stripe.EventBase>> {
  if (params.type !== undefined && params.types !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: type, types.', { param: 'types' });
  }
  const kept = { sql: 'o.created >= $::bigint', value: oldest(work) };
  const conditions = [kept, ...typeConditions(params), ...deliveryConditions(params)];
  const page = await listPage(work, kinds.event, '/v1/events', params, { conditions });
  return { ...page, data: await withPending(work, page.data) };
}

/** Stripe shows nothing that happened before. */
const oldest = ({ now }: Work): number => now - daysKept * 24 * 60 * 60;

/** A type may end in `*`, which stands for any rest. */
function typeConditions({ type, types = [] }: Stripe.EventListParams): Condition[] {
  if (types.length > maxTypes)
    throw invalidRequest(`You may only specify up to ${maxTypes} types.`, { param: 'types' });
  const wanted = type === undefined ? types : [type];
  return wanted.length === 0 ? [] : [{ sql: `o.shown ->> 'type' like any($)`, value: wanted.map(likePattern) }];
}

/** An event counts as undelivered while one of its deliveries is on its way, and when it was given up. */
function deliveryConditions({ delivery_success }: Stripe.EventListParams): Condition[] {
  if (delivery_success === undefined) return [];
  const undelivered = `select from sandbox.deliveries d where d.event_id = o.id and d.state <> 'delivered'`;
  return [{ sql: `not exists (${undelivered}) = $::boolean`, value: delivery_success }];
}

async function withPending(work: Work, shown: Stripe.EventBase[]): Promise<Stripe.EventBase[]> {
  const rows = await work.tx.query<{ event_id: string; pending: number }>(
    `select event_id, count(*)::int as pending
     from sandbox.deliveries
     where event_id = any($1) and state <> 'delivered'
     group by event_id`,
    [shown.map((event) => event.id)],
  );
  const pending = new Map(rows.map((row) => [row.event_id, row.pending]));
  return shown.map((event) => ({ ...event, pending_webhooks: pending.get(event.id) ?? 0 }));
}

export const events: Resource = {
  routes: [route('GET /v1/events/:id', retrieve), route('GET /v1/events', list)],
};

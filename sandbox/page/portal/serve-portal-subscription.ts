import type Stripe from 'stripe';
import { ApiError } from '../../api/errors.js';
import type { ItemPrice } from '../../billing/subscriptions/item-price.js';
import type { Exchange } from '../../http/exchange.js';
import { cancelPlan, changePlan, keepPlan, previewPlan } from '../../portal/change-plan.js';
import type { PortalPlan } from '../../portal/portal-plans.js';
import { inWork } from '../../store/ground.js';
import { nobody } from '../../store/work.js';
import type { World } from '../../world.js';
import { type Page, sendPage } from '../layout.js';
import { unknownPage } from '../notices.js';
import { redirect } from '../redirect.js';
import { cancelPage, confirmPage, type PlanView, plansPage } from './portal-subscriptions.js';

interface Portal {
  /** Where the portal is, without a slash at the end. */
  path: string;
  plans: PortalPlan[];
  features: Stripe.BillingPortal.Configuration.Features;
}

/** Serves what a customer does about one of their subscriptions: `[id]`, `[id, 'cancel']` or `[id, 'keep']`. */
export async function servePortalSubscription(
  world: World,
  exchange: Exchange,
  { path, plans, features }: Portal,
  [id = '', act = 'change', ...rest]: string[],
): Promise<void> {
  const plan = plans.find(({ subscription }) => subscription.id === id);
  const serve = rest.length === 0 ? acts[act] : undefined;
  if (plan === undefined || serve === undefined) return sendPage(exchange, 404, unknownPage);
  const view: PlanView = { plan, at: `${path}/subscriptions/${id}`, back: path };
  const page = await serve(world, exchange, view, features);
  if (page !== undefined) sendPage(exchange, page === unknownPage ? 404 : 200, page);
}

/** Returns the page to show; or nothing, when the customer was sent on. */
type Act = (
  world: World,
  exchange: Exchange,
  view: PlanView,
  features: Stripe.BillingPortal.Configuration.Features,
) => Promise<Page | undefined>;

const acts: Record<string, Act> = {
  change: async (world, exchange, view, features) => {
    if (!features.subscription_update.enabled) return unknownPage;
    const isMade = exchange.method === 'POST';
    const chosen = new URLSearchParams(isMade ? exchange.body : exchange.query).get('price');
    if (chosen === null) return plansPage(view);
    const price = view.plan.options.find(({ shown }) => shown.id === chosen);
    if (price === undefined) return unknownPage;
    return isMade ? change(world, exchange, view, price, features) : confirm(world, view, price, features);
  },
  cancel: async (world, exchange, view, features) => {
    if (!features.subscription_cancel.enabled || view.plan.subscription.cancel_at !== null) return unknownPage;
    if (exchange.method === 'GET') return cancelPage(view, features);
    const feedback = feedbackIn(exchange, features);
    await inWork(world, nobody, (work) => cancelPlan(work, view.plan.subscription.id, features, feedback));
    return done(exchange, view, 'canceled');
  },
  keep: async (world, exchange, view) => {
    if (exchange.method !== 'POST') return unknownPage;
    await inWork(world, nobody, (work) => keepPlan(work, view.plan.subscription.id));
    return done(exchange, view, 'kept');
  },
};

async function confirm(
  world: World,
  view: PlanView,
  price: ItemPrice,
  features: Stripe.BillingPortal.Configuration.Features,
): Promise<Page> {
  const { subscription } = view.plan;
  const preview = await inWork(world, nobody, (work) => previewPlan(work, subscription, price, features));
  return confirmPage({ ...view, price, preview });
}

/** Where the payment has not gone through at once, the customer makes it on the page of the invoice. */
async function change(
  world: World,
  exchange: Exchange,
  view: PlanView,
  price: ItemPrice,
  features: Stripe.BillingPortal.Configuration.Features,
): Promise<Page | undefined> {
  try {
    const { id } = view.plan.subscription;
    const outcome = await inWork(world, nobody, (work) => changePlan(work, id, price.shown.id, features));
    if (outcome.kind !== 'unpaid') return done(exchange, view, outcome.kind);
    redirect(exchange, `/i/${outcome.invoiceId}`);
    return undefined;
  } catch (error) {
    // Somebody has changed it meanwhile, so that this can no longer be done.
    if (!(error instanceof ApiError)) throw error;
    return done(exchange, view, 'unchanged');
  }
}

function feedbackIn(
  { body }: Exchange,
  { subscription_cancel: { cancellation_reason } }: Stripe.BillingPortal.Configuration.Features,
): string | undefined {
  const given = new URLSearchParams(body).get('feedback');
  return given !== null && cancellation_reason.options.includes(given) ? given : undefined;
}

function done(exchange: Exchange, { back }: PlanView, what: string): undefined {
  redirect(exchange, `${back}?done=${what}`);
  return undefined;
}

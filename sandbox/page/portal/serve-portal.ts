import type Stripe from 'stripe';
import { cardsOf } from '../../checkout/paying/saved-methods.js';
import { isEmail } from '../../checkout/sessions/check-session-params.js';
import type { Exchange } from '../../http/exchange.js';
import { type HiddenPortalSession, kinds } from '../../kinds/kinds.js';
import { addCard, type CustomerTexts, changeCustomer, removeCard, useCard } from '../../portal/change-customer.js';
import { portalPlans } from '../../portal/portal-plans.js';
import { inWork } from '../../store/ground.js';
import { listObjects } from '../../store/list.js';
import { findObject, type Stored } from '../../store/objects.js';
import { nobody } from '../../store/work.js';
import type { World } from '../../world.js';
import { emptyForm, type Mistakes, typedIn } from '../form.js';
import { sendPage } from '../layout.js';
import { portalOverPage, unknownPage } from '../notices.js';
import { leadsTo } from '../pay/pay-page.js';
import { readNewMeans } from '../pay/read-payer.js';
import { redirect, withAdvice } from '../redirect.js';
import { changeable, type PortalView, portalPage } from './portal-page.js';
import { servePortalSubscription } from './serve-portal-subscription.js';

const lifeSeconds = 60 * 60;
const mostPayments = 50;

/** What was done, as the page says it after it was sent on. */
const notes: Record<string, string> = {
  saved: 'The card was saved.',
  removed: 'The card was removed.',
  default: 'That is the card for your payments from now on.',
  details: 'Your details were saved.',
  changed: 'Your plan was changed.',
  scheduled: 'Your plan will change with its next period.',
  canceled: 'Your plan was cancelled.',
  kept: 'Your plan goes on as it is.',
  unchanged: 'That could not be done, so that your plan is as it was.',
};

/** Serves the portal of a customer, and takes what they change there. */
export async function servePortal(world: World, exchange: Exchange): Promise<void> {
  const [key = '', act, ...rest] = exchange.path.slice('/p/session/'.length).split('/');
  const session = await sessionOf(world, key);
  const view = session && (await viewOf(world, session.shown, `/p/session/${key}`));
  if (view === undefined || (rest.length > 0 && act !== 'subscriptions')) return sendPage(exchange, 404, unknownPage);
  if (view.session.created + lifeSeconds <= world.clock.nowSeconds()) {
    return sendPage(exchange, 410, portalOverPage(view.session.return_url));
  }
  if (exchange.method === 'GET' && act === undefined) return show(exchange, view);
  if (act === 'subscriptions') return servePortalSubscription(world, exchange, view, rest);
  const change = exchange.method === 'POST' ? changes[act ?? ''] : undefined;
  if (change === undefined) return sendPage(exchange, 404, unknownPage);
  await change(world, exchange, view);
}

/** The session whose address somebody has. */
async function sessionOf(
  world: World,
  key: string,
): Promise<Stored<Stripe.BillingPortal.Session, HiddenPortalSession> | undefined> {
  const [, id = '', secret = ''] = key.match(/^(bps_\w+)_(\w+)$/) ?? [];
  const session = await findObject(world.database, kinds.portalSession, id);
  return session?.hidden.secret === secret ? session : undefined;
}

async function viewOf(
  world: World,
  session: Stripe.BillingPortal.Session,
  path: string,
): Promise<PortalView | undefined> {
  const customer = await findObject(world.database, kinds.customer, session.customer);
  const configuration = await findObject(world.database, kinds.portalConfiguration, String(session.configuration));
  if (customer === undefined || configuration === undefined) return undefined;
  const charges = await listObjects(world.database, kinds.charge, {
    equal: { customer: session.customer },
    limit: mostPayments,
  });
  const { features, business_profile } = configuration.shown;
  return {
    session,
    path,
    features,
    headline: business_profile.headline,
    customer: customer.shown,
    plans: await inWork(world, nobody, (work) => portalPlans(work, session.customer, configuration.hidden)),
    cards: await cardsOf(world.database, session.customer),
    payments: charges.data.filter(({ status }) => status !== 'failed'),
    form: emptyForm,
  };
}

function show(exchange: Exchange, view: PortalView): void {
  const asked = new URLSearchParams(exchange.query);
  const done = notes[asked.get('done') ?? ''];
  send(exchange, 200, { ...view, ...(asked.has('setup_intent') ? challengeNote(asked) : done && { note: done }) });
}

/** The bank has sent the customer back. */
const challengeNote = (asked: URLSearchParams): Partial<PortalView> =>
  asked.get('redirect_status') === 'succeeded'
    ? { note: notes.saved ?? '' }
    : { alert: 'We are unable to authenticate your payment method. Try another card.' };

const send = (exchange: Exchange, status: number, view: PortalView): void =>
  sendPage(exchange, status, { ...portalPage(view), ...leadsTo(view.session.return_url) });

type Change = (world: World, exchange: Exchange, view: PortalView) => Promise<void>;

const changes: Record<string, Change> = {
  cards: async (world, exchange, view) => {
    if (!view.features.payment_method_update.enabled) return sendPage(exchange, 404, unknownPage);
    const form = new URLSearchParams(exchange.body);
    const means = readNewMeans(form, false, world.clock.nowMs());
    if ('mistakes' in means) return refuse(exchange, view, form, means.mistakes);
    const outcome = await inWork(world, nobody, (work) =>
      addCard(work, view.customer, means.read, `${world.baseUrl}${view.path}`),
    );
    if (outcome.kind === 'challenged') return redirect(exchange, outcome.url);
    if (outcome.kind === 'saved') return redirect(exchange, `${view.path}?done=saved`);
    send(exchange, 402, { ...view, alert: withAdvice(outcome.decline.message) });
  },
  remove: (world, exchange, view) => changeCard(world, exchange, view, 'removed', removeCard),
  default: (world, exchange, view) => changeCard(world, exchange, view, 'default', useCard),
  details: async (world, exchange, view) => {
    const form = new URLSearchParams(exchange.body);
    const { enabled, allowed_updates } = view.features.customer_update;
    if (!enabled) return sendPage(exchange, 404, unknownPage);
    const allowed = changeable.filter((name) => allowed_updates.includes(name) && form.has(name));
    const texts: CustomerTexts = Object.fromEntries(allowed.map((name) => [name, textIn(form, name) || null]));
    if (texts.email !== undefined && !isEmail(texts.email ?? '')) {
      return refuse(exchange, view, form, { email: 'Enter a valid email address.' });
    }
    await inWork(world, nobody, (work) => changeCustomer(work, view.customer.id, texts));
    redirect(exchange, `${view.path}?done=details`);
  },
};

async function changeCard(
  world: World,
  exchange: Exchange,
  view: PortalView,
  done: string,
  change: typeof removeCard,
): Promise<void> {
  const card = new URLSearchParams(exchange.body).get('card') ?? '';
  const allowed = view.features.payment_method_update.enabled;
  const changed = allowed && (await inWork(world, nobody, (work) => change(work, view.customer.id, card)));
  if (changed) redirect(exchange, `${view.path}?done=${done}`);
  else sendPage(exchange, 404, unknownPage);
}

const refuse = (exchange: Exchange, view: PortalView, form: URLSearchParams, mistakes: Mistakes): void =>
  send(exchange, 402, { ...view, form: { typed: typedIn(form), mistakes } });

const textIn = (form: URLSearchParams, name: string): string =>
  (form.get(name) ?? '')
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 200);

import type Stripe from 'stripe';
import { applyCode, removeCode } from '../../checkout/discounts/apply-code.js';
import type { PayOutcome } from '../../checkout/paying/pay-outcome.js';
import { paySession } from '../../checkout/paying/pay-session.js';
import { savedMethodsFor } from '../../checkout/paying/saved-methods.js';
import { dueNow } from '../../checkout/sessions/due-now.js';
import { reprice, type Session } from '../../checkout/sessions/reprice.js';
import type { Exchange } from '../../http/exchange.js';
import { kinds } from '../../kinds/kinds.js';
import { inWork } from '../../store/ground.js';
import { findObject, findShown } from '../../store/objects.js';
import { nobody } from '../../store/work.js';
import type { World } from '../../world.js';
import { emptyForm, typedIn } from '../form.js';
import { sendPage } from '../layout.js';
import { closedPage, unknownPage } from '../notices.js';
import { redirect, withAdvice } from '../redirect.js';
import { asksMeans, type PayView, payPage, savesCard } from './pay-page.js';
import { readPayer } from './read-payer.js';

/** As Stripe does, the payer is sent on when the completed session has been taken note of, but not much later. */
const longestWaitMs = 10_000;

/** Serves the page of a checkout session, and takes the payment that is posted to it, or a code. */
export async function serveSession(world: World, exchange: Exchange): Promise<void> {
  const [id = '', part, ...rest] = exchange.path.slice('/c/pay/'.length).split('/');
  const session = await findObject(world.database, kinds.checkoutSession, id);
  const isCode = part === 'promotion-code' && exchange.method === 'POST';
  if (session === undefined || rest.length > 0 || (part !== undefined && !isCode)) {
    return sendPage(exchange, 404, unknownPage);
  }
  if (isCode) return takeCode(world, exchange, session);
  if (exchange.method === 'POST') return takePayment(world, exchange, session);
  if (session.shown.status !== 'open') return sendClosed(exchange, session.shown);
  const alert = new URLSearchParams(exchange.query).has('declined') ? await lastError(world, session) : undefined;
  sendPage(exchange, 200, payPage({ ...(await viewOf(world, session)), ...(alert && { alert }) }));
}

async function viewOf(world: World, stored: Session): Promise<PayView> {
  const session = reprice(stored, { taxed: true });
  const productIds = session.hidden.lineItems.map((item) => String(item.price?.product));
  const products = await findShown(world.database, productIds);
  const described = [...products].flatMap(([id, product]): [string, string][] => {
    const { description } = product as Stripe.Product;
    return description ? [[id, description]] : [];
  });
  const codeId = session.hidden.discount?.promotionCodeId;
  const code = codeId ? await findObject(world.database, kinds.promotionCode, codeId) : undefined;
  return {
    session,
    dueMinor: await dueNow(world.database, session),
    descriptions: new Map(described),
    ...(code && { code: code.shown.code }),
    saved: await savedMethodsFor(world.database, session.shown),
    form: emptyForm,
  };
}

/** What went wrong with the last attempt, when the payer comes back from their bank. */
async function lastError(world: World, session: Session): Promise<string | undefined> {
  const setupId = savesCard(session) ? session.shown.setup_intent : session.hidden.setupIntentId;
  const error = setupId
    ? (await findObject(world.database, kinds.setupIntent, String(setupId)))?.shown.last_setup_error
    : (await findObject(world.database, kinds.paymentIntent, session.hidden.intentId ?? ''))?.shown.last_payment_error;
  return error?.message === undefined ? undefined : withAdvice(error.message);
}

async function takePayment(world: World, exchange: Exchange, session: Session): Promise<void> {
  const form = new URLSearchParams(exchange.body);
  const view = await viewOf(world, session);
  const nowMs = world.clock.nowMs();
  const { saved } = view;
  const payer = readPayer(form, { session: view.session, saved, asksMeans: asksMeans(view), nowMs });
  if ('mistakes' in payer && session.shown.status === 'open') {
    return sendPage(exchange, 402, payPage({ ...view, form: { typed: typedIn(form), mistakes: payer.mistakes } }));
  }
  if ('mistakes' in payer) return sendOn(exchange, session.shown);
  const outcome = await inWork(world, nobody, (work) => paySession(work, session.shown.id, payer.read));
  await answerPayment(world, exchange, outcome, async (alert) => {
    const now = (await findObject(world.database, kinds.checkoutSession, session.shown.id)) ?? session;
    const typed = { typed: typedIn(form), mistakes: {} };
    sendPage(exchange, 402, payPage({ ...(await viewOf(world, now)), form: typed, alert }));
  });
}

/** Sends the payer to where an attempt has led; `refuse` says that it has led nowhere. */
export async function answerPayment(
  world: World,
  exchange: Exchange,
  outcome: PayOutcome,
  refuse: (alert: string, session?: Stripe.Checkout.Session) => Promise<void> | void,
): Promise<void> {
  switch (outcome.kind) {
    case 'unknown':
      return sendPage(exchange, 404, unknownPage);
    case 'declined':
      return refuse(withAdvice(outcome.decline.message), outcome.session);
    case 'refused':
      return refuse(outcome.message);
    case 'challenged':
      return redirect(exchange, outcome.url);
    case 'closed':
      return sendOn(exchange, outcome.session);
    case 'completed':
      await world.deliveries.answered(outcome.eventId, longestWaitMs);
      return sendOn(exchange, outcome.session);
  }
}

async function takeCode(world: World, exchange: Exchange, session: Session): Promise<void> {
  const form = new URLSearchParams(exchange.body);
  const typed = form.get('promotionCode') ?? '';
  const { id } = session.shown;
  const outcome = await inWork(world, nobody, (work) =>
    form.has('remove') ? removeCode(work, id) : applyCode(work, id, typed),
  );
  switch (outcome.kind) {
    case 'unknown':
      return sendPage(exchange, 404, unknownPage);
    case 'closed':
      return sendClosed(exchange, outcome.session);
    case 'changed':
      return redirect(exchange, `/c/pay/${id}`);
    case 'refused': {
      const codeMistake = { typed, message: outcome.message };
      return sendPage(exchange, 422, payPage({ ...(await viewOf(world, session)), codeMistake }));
    }
  }
}

/** To where the seller wants the payer who has paid, or else to the page's own notice. */
function sendOn(exchange: Exchange, session: Stripe.Checkout.Session): void {
  if (session.status === 'complete') redirect(exchange, returnUrl(session) ?? `/c/pay/${session.id}`);
  else sendClosed(exchange, session);
}

const sendClosed = (exchange: Exchange, session: Stripe.Checkout.Session): void =>
  sendPage(exchange, session.status === 'expired' ? 410 : 200, closedPage(session, returnUrl(session)));

/** Written as a URL must be in a header. */
function returnUrl({ id, success_url }: Stripe.Checkout.Session): string | null {
  const filled = success_url?.replaceAll('{CHECKOUT_SESSION_ID}', id);
  return URL.parse(filled ?? '')?.href ?? null;
}

import type Stripe from 'stripe';
import { isEmail } from '../checkout/check-session-params.js';
import { type Payer, paySession } from '../checkout/pay-session.js';
import type { Exchange } from '../http/exchange.js';
import { type HiddenSession, kinds } from '../kinds.js';
import { CardMistakes, readCard } from '../payments/read-card.js';
import { findObject, findShown, type Stored } from '../store/objects.js';
import { nobody } from '../store/work.js';
import { inWork, type World } from '../world.js';
import { sendPage } from './layout.js';
import { closedPage, unknownPage } from './notices.js';
import { type Mistakes, type PayView, payPage } from './pay-page.js';

/** As Stripe does, the payer is sent on when the completed session has been taken note of, but not much later. */
const longestWaitMs = 10_000;

type Session = Stored<Stripe.Checkout.Session, HiddenSession>;

/** Serves the page of a checkout session, and takes the payment that is posted to it. */
export async function servePayPage(world: World, exchange: Exchange): Promise<void> {
  const id = exchange.path.slice('/c/pay/'.length);
  const session = await findObject(world.database, kinds.checkoutSession, id);
  if (session === undefined || !['GET', 'POST'].includes(exchange.method)) return sendPage(exchange, 404, unknownPage);
  if (exchange.method === 'POST') return takePayment(world, exchange, session);
  if (session.shown.status !== 'open') return sendClosed(exchange, session.shown);
  sendPage(exchange, 200, payPage(await viewOf(world, session)));
}

async function viewOf(world: World, { shown, hidden }: Session): Promise<PayView> {
  const productIds = hidden.lineItems.map((item) => String(item.price?.product));
  const products = await findShown(world.database, productIds);
  const described = [...products].flatMap(([id, product]): [string, string][] => {
    const { description } = product as Stripe.Product;
    return description ? [[id, description]] : [];
  });
  return { session: shown, lineItems: hidden.lineItems, descriptions: new Map(described) };
}

async function takePayment(world: World, exchange: Exchange, session: Session): Promise<void> {
  const typed = new URLSearchParams(exchange.body);
  const typedEmail = (typed.get('email') ?? '').trim();
  const refuse = async (why: Partial<PayView>) =>
    sendPage(exchange, 402, payPage({ ...(await viewOf(world, session)), typedEmail, ...why }));
  const payer = readPayer(session.shown, typed, typedEmail, world.clock.nowMs());
  if ('mistakes' in payer && session.shown.status === 'open') return refuse({ mistakes: payer.mistakes });
  if ('mistakes' in payer) return sendOn(exchange, session.shown);
  const outcome = await inWork(world, nobody, (work) => paySession(work, session.shown.id, payer));
  switch (outcome.kind) {
    case 'unknown':
      return sendPage(exchange, 404, unknownPage);
    case 'declined':
      return refuse({ alert: withAdvice(outcome.decline.message) });
    case 'closed':
      return sendOn(exchange, outcome.session);
    case 'paid':
      await world.deliveries.answered(outcome.eventId, longestWaitMs);
      return sendOn(exchange, outcome.session);
  }
}

/** Some sentences of a bank say already what to do. */
const withAdvice = (message: string): string =>
  message.includes('Try again') ? message : `${message.replace(/[.]?$/, '.')} Try another card.`;

/** Who pays and with what, or what is wrong with what was typed. A session that knows the address keeps to it. */
function readPayer(
  session: Stripe.Checkout.Session,
  typed: URLSearchParams,
  typedEmail: string,
  nowMs: number,
): Payer | { mistakes: Mistakes } {
  const email = session.customer_details?.email ?? typedEmail;
  const mistakes: Mistakes = isEmail(email) ? {} : { email: 'Enter a valid email address.' };
  if (session.amount_total === 0) return 'email' in mistakes ? { mistakes } : { email };
  try {
    const field = (name: string) => typed.get(name) ?? '';
    const card = readCard({ cardNumber: field('cardNumber'), expiry: field('expiry'), cvc: field('cvc') }, nowMs);
    return 'email' in mistakes ? { mistakes } : { email, card };
  } catch (error) {
    if (!(error instanceof CardMistakes)) throw error;
    return { mistakes: { ...mistakes, ...error.messages } };
  }
}

/** To where the seller wants the payer who has paid; to the notice when the session ended otherwise. */
function sendOn(exchange: Exchange, session: Stripe.Checkout.Session): void {
  const url = returnUrl(session);
  if (session.status === 'complete' && url !== null) {
    exchange.send(303, { location: url, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }, '');
  } else {
    sendClosed(exchange, session);
  }
}

const sendClosed = (exchange: Exchange, session: Stripe.Checkout.Session): void =>
  sendPage(exchange, session.status === 'expired' ? 410 : 200, closedPage(session, returnUrl(session)));

/** Written as a URL must be in a header. */
function returnUrl({ id, success_url }: Stripe.Checkout.Session): string | null {
  const filled = success_url?.replaceAll('{CHECKOUT_SESSION_ID}', id);
  return URL.parse(filled ?? '')?.href ?? null;
}

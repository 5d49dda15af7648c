import type Stripe from 'stripe';
import type { Exchange } from '../http/exchange.js';
import { kinds } from '../kinds.js';
import { takesDebits } from '../payments/bank-accounts.js';
import type { Intent } from '../payments/charge-intent.js';
import type { Confirmation } from '../payments/confirm-intent.js';
import { isOpen } from '../payments/confirm-own-intent.js';
import { keepMethod, type Means } from '../payments/new-payment-method.js';
import { payIntent } from '../payments/pay-intent.js';
import { findObject } from '../store/objects.js';
import { nobody, type Work } from '../store/work.js';
import { inWork, type World } from '../world.js';
import { elementsPage } from './elements-page.js';
import { emptyForm, typedIn } from './form.js';
import { sendPage } from './layout.js';
import { unknownPage } from './notices.js';
import { leadsTo } from './pay-page.js';
import { readNewMeans } from './read-payer.js';
import { redirect, withAdvice } from './redirect.js';
import { returnTo } from './return-to.js';

/** Serves the card form of an intent that the API has made. Whoever has its client secret may pay it. */
export async function serveElements(world: World, exchange: Exchange): Promise<void> {
  const intent = await intentOf(world, exchange.path.slice('/elements/'.length));
  if (intent === undefined) return sendPage(exchange, 404, unknownPage);
  const page = pageOf(exchange);
  if (!isOpen(intent.shown)) return returnTo(exchange, page.returnUrl, intent.shown, hasPassed(intent.shown));
  if (exchange.method === 'POST') return takePayment(world, exchange, intent.shown, page);
  const error = page.declined ? intent.shown.last_payment_error?.message : undefined;
  const alert = error === undefined ? {} : { alert: withAdvice(error) };
  sendPage(exchange, 200, {
    ...elementsPage({ intent: intent.shown, form: emptyForm, ...page, ...alert }),
    ...page.end,
  });
}

/** An intent of a session is paid on the session's own page. */
async function intentOf(world: World, secret: string): Promise<Intent | undefined> {
  const [id = ''] = secret.split('_secret_');
  const intent = await findObject(world.database, kinds.paymentIntent, id);
  return intent?.shown.client_secret === secret && intent.hidden.sessionId === undefined ? intent : undefined;
}

interface Page {
  /** The page itself, with where the payer goes afterwards. */
  action: string;
  returnUrl: string | undefined;
  declined: boolean;
  end: { leadsTo?: string };
}

function pageOf({ path, query }: Exchange): Page {
  const asked = new URLSearchParams(query);
  const url = URL.parse(asked.get('return_url') ?? '');
  const returnUrl = url !== null && /^https?:$/.test(url.protocol) ? url.href : undefined;
  const action = `${path}?${new URLSearchParams(returnUrl === undefined ? {} : { return_url: returnUrl })}`;
  return { action, returnUrl, declined: asked.has('declined'), end: leadsTo(returnUrl) };
}

const hasPassed = ({ status }: Stripe.PaymentIntent): boolean => status === 'succeeded' || status === 'processing';

async function takePayment(world: World, exchange: Exchange, intent: Stripe.PaymentIntent, page: Page): Promise<void> {
  const form = new URLSearchParams(exchange.body);
  const refuse = (why: { alert?: string; mistakes?: Record<string, string> }) => {
    const view = { intent, action: page.action, form: { typed: typedIn(form), mistakes: why.mistakes ?? {} } };
    const alert = why.alert === undefined ? {} : { alert: why.alert };
    sendPage(exchange, 402, { ...elementsPage({ ...view, ...alert }), ...page.end });
  };
  const means = readNewMeans(form, takesDebits(intent), world.clock.nowMs());
  if ('mistakes' in means) return refuse(means);
  const outcome = await inWork(world, nobody, (work) => pay(work, intent.id, means.read, page));
  if (outcome?.kind === 'declined') return refuse({ alert: withAdvice(outcome.decline.message) });
  if (outcome?.kind === 'challenged') return redirect(exchange, outcome.url);
  const now = (await findObject(world.database, kinds.paymentIntent, intent.id))?.shown ?? intent;
  return returnTo(exchange, page.returnUrl, now, hasPassed(now));
}

/** Pays an intent that is still open, once however often it is submitted. Locks it. */
async function pay(work: Work, intentId: string, means: Means, page: Page): Promise<Confirmation | undefined> {
  const intent = await findObject(work.tx, kinds.paymentIntent, intentId, { lock: true });
  if (intent === undefined || !isOpen(intent.shown)) return undefined;
  const { currency, receipt_email } = intent.shown;
  const method = await keepMethod(work, means, { email: receipt_email }, currency);
  const retryUrl = `${work.baseUrl}${page.action}`;
  return payIntent(work, intent, method, { offSession: false, returnUrl: page.returnUrl, retryUrl });
}

import type Stripe from 'stripe';
import { payByCustomer } from '../../billing/invoices/pay-invoice.js';
import { lockInvoiceOf } from '../../billing/lock.js';
import type { AnyIntent } from '../../checkout/paying/answer-challenge.js';
import type { Exchange } from '../../http/exchange.js';
import { kinds } from '../../kinds/kinds.js';
import type { Confirmation } from '../../payments/intents/confirm-intent.js';
import { isOpen } from '../../payments/intents/confirm-own-intent.js';
import { payIntent } from '../../payments/intents/pay-intent.js';
import { takesDebits } from '../../payments/methods/bank-accounts.js';
import { keepMethod, type Means } from '../../payments/methods/new-payment-method.js';
import { confirmSetup, type Setup } from '../../payments/setups/confirm-setup.js';
import { inWork } from '../../store/ground.js';
import { findObject } from '../../store/objects.js';
import { nobody, type Work } from '../../store/work.js';
import type { World } from '../../world.js';
import { emptyForm, type Mistakes, typedIn } from '../form.js';
import { sendPage } from '../layout.js';
import { unknownPage } from '../notices.js';
import { redirect, withAdvice } from '../redirect.js';
import { returnTo } from '../return-to.js';
import { elementsPage } from './elements-page.js';
import { leadsTo } from './pay-page.js';
import { readNewMeans } from './read-payer.js';

type Shown = Stripe.PaymentIntent | Stripe.SetupIntent;

/** Serves the card form of an intent that the API has made. Whoever has its client secret may pay it. */
export async function serveElements(world: World, exchange: Exchange): Promise<void> {
  const intent = await intentOf(world, exchange.path.slice('/elements/'.length));
  if (intent === undefined) return sendPage(exchange, 404, unknownPage);
  const page = pageOf(exchange);
  if (!isOpen(intent)) return returnTo(exchange, page.returnUrl, intent, hasPassed(intent));
  if (exchange.method === 'POST') return takeForm(world, exchange, intent, page);
  const error = page.declined ? errorOf(intent) : undefined;
  sendForm(exchange, 200, page, { intent, ...(error && { alert: withAdvice(error) }) });
}

/** An intent of a session is paid on the session's own page. */
async function intentOf(world: World, secret: string): Promise<Shown | undefined> {
  const [id = ''] = secret.split('_secret_');
  const found = await findIntent(world, id);
  return found?.shown.client_secret === secret && found.hidden.sessionId === undefined ? found.shown : undefined;
}

const findIntent = (world: World, id: string): Promise<AnyIntent | undefined> =>
  id.startsWith('seti_')
    ? findObject(world.database, kinds.setupIntent, id)
    : findObject(world.database, kinds.paymentIntent, id);

interface Page {
  /** The page itself, with where the payer goes afterwards. */
  action: string;
  returnUrl: string | undefined;
  declined: boolean;
}

function pageOf({ path, query }: Exchange): Page {
  const asked = new URLSearchParams(query);
  const url = URL.parse(asked.get('return_url') ?? '');
  const returnUrl = url !== null && /^https?:$/.test(url.protocol) ? url.href : undefined;
  const action = `${path}?${new URLSearchParams(returnUrl === undefined ? {} : { return_url: returnUrl })}`;
  return { action, returnUrl, declined: asked.has('declined') };
}

const hasPassed = ({ status }: Shown): boolean => status === 'succeeded' || status === 'processing';

const errorOf = (intent: Shown): string | undefined =>
  (intent.object === 'payment_intent' ? intent.last_payment_error : intent.last_setup_error)?.message;

interface FormState {
  intent: Shown;
  alert?: string;
  mistakes?: Mistakes;
  typed?: URLSearchParams;
}

function sendForm(exchange: Exchange, status: number, { action, returnUrl }: Page, state: FormState): void {
  const { intent, alert, mistakes = {}, typed } = state;
  const form = { ...emptyForm, mistakes, ...(typed && { typed: typedIn(typed) }) };
  const page = elementsPage({ intent, action, form, ...(alert && { alert }) });
  sendPage(exchange, status, { ...page, ...leadsTo(returnUrl) });
}

async function takeForm(world: World, exchange: Exchange, intent: Shown, page: Page): Promise<void> {
  const typed = new URLSearchParams(exchange.body);
  const debits = intent.object === 'payment_intent' && takesDebits(intent);
  const means = readNewMeans(typed, debits, world.clock.nowMs());
  if ('mistakes' in means) return sendForm(exchange, 402, page, { intent, typed, mistakes: means.mistakes });
  const outcome = await inWork<Confirmation | Setup | undefined>(world, nobody, (work) =>
    intent.object === 'payment_intent'
      ? pay(work, intent.id, means.read, page)
      : save(work, intent.id, means.read, page),
  );
  if (outcome?.kind === 'declined') {
    return sendForm(exchange, 402, page, { intent, typed, alert: withAdvice(outcome.decline.message) });
  }
  if (outcome?.kind === 'challenged') return redirect(exchange, outcome.url);
  const now = (await findIntent(world, intent.id))?.shown ?? intent;
  return returnTo(exchange, page.returnUrl, now, hasPassed(now));
}

/**
 * Pays an intent that is still open, once however often it is submitted. Locks it, or the invoice that it is for before
 * it.
 */
async function pay(work: Work, intentId: string, means: Means, page: Page): Promise<Confirmation | undefined> {
  const billing = await lockInvoiceOf(work, intentId);
  if (billing !== undefined) {
    const outcome = await payByCustomer(work, billing.invoice.shown.id, means, waysOf(work, page));
    return outcome?.kind === 'nothing' ? undefined : outcome;
  }
  const intent = await findObject(work.tx, kinds.paymentIntent, intentId, { lock: true });
  if (intent === undefined || !isOpen(intent.shown)) return undefined;
  const { currency, receipt_email } = intent.shown;
  const method = await keepMethod(work, means, { email: receipt_email }, currency);
  return payIntent(work, intent, method, { offSession: false, ...waysOf(work, page) });
}

/** Saves a card with an intent that is still open. Locks it. */
async function save(work: Work, intentId: string, means: Means, page: Page) {
  const intent = await findObject(work.tx, kinds.setupIntent, intentId, { lock: true });
  if (intent === undefined || !isOpen(intent.shown)) return undefined;
  const method = await keepMethod(work, means, { email: null }, 'usd');
  return confirmSetup(work, intent, method, waysOf(work, page));
}

const waysOf = (work: Work, { action, returnUrl }: Page) => ({ returnUrl, retryUrl: `${work.baseUrl}${action}` });

import type Stripe from 'stripe';
import { isPayable, payByCustomer } from '../../billing/invoices/pay-invoice.js';
import { cardsOf } from '../../checkout/paying/saved-methods.js';
import type { Exchange } from '../../http/exchange.js';
import { kinds } from '../../kinds/kinds.js';
import { inWork } from '../../store/ground.js';
import { findObject } from '../../store/objects.js';
import { nobody } from '../../store/work.js';
import type { World } from '../../world.js';
import { emptyForm, typedIn } from '../form.js';
import { sendPage } from '../layout.js';
import { settledPage, unknownPage } from '../notices.js';
import { readNewMeans } from '../pay/read-payer.js';
import { redirect, withAdvice } from '../redirect.js';
import { type InvoiceView, invoicePage } from './invoice-page.js';

/** Serves the page of an invoice, to whoever has its address, and takes the payment that is posted to it. */
export async function serveInvoice(world: World, exchange: Exchange): Promise<void> {
  const invoice = await findObject(world.database, kinds.invoice, exchange.path.slice('/i/'.length));
  if (invoice === undefined) return sendPage(exchange, 404, unknownPage);
  const { shown } = invoice;
  if (!isPayable(shown)) return sendPage(exchange, 200, settledPage(shown));
  const saved = await cardsOf(world.database, String(shown.customer));
  const view: InvoiceView = { invoice: shown, saved, form: emptyForm };
  if (exchange.method === 'POST') return takePayment(world, exchange, view);
  // The bank has sent the customer back.
  const failed = new URLSearchParams(exchange.query).get('redirect_status') === 'failed';
  const alert = failed ? await lastError(world, invoice.hidden.intentId) : undefined;
  sendPage(exchange, 200, invoicePage({ ...view, ...(alert !== undefined && { alert }) }));
}

async function lastError(world: World, intentId = ''): Promise<string | undefined> {
  const message = (await findObject(world.database, kinds.paymentIntent, intentId))?.shown.last_payment_error?.message;
  return message === undefined ? undefined : withAdvice(message);
}

async function takePayment(world: World, exchange: Exchange, view: InvoiceView): Promise<void> {
  const form = new URLSearchParams(exchange.body);
  const typed = { typed: typedIn(form), mistakes: {} };
  const means = readMeans(form, view.saved, world.clock.nowMs());
  if ('mistakes' in means) {
    return sendPage(exchange, 402, invoicePage({ ...view, form: { ...typed, mistakes: means.mistakes } }));
  }
  const outcome = await inWork(world, nobody, (work) => payByCustomer(work, view.invoice.id, means.read));
  if (outcome?.kind === 'challenged') return redirect(exchange, outcome.url);
  if (outcome?.kind !== 'declined') return redirect(exchange, exchange.path);
  sendPage(exchange, 402, invoicePage({ ...view, form: typed, alert: withAdvice(outcome.decline.message) }));
}

/** A card that was typed, or one that the customer has kept. */
function readMeans(form: URLSearchParams, saved: Stripe.PaymentMethod[], nowMs: number) {
  const chosen = form.get('paymentMethod') ?? 'card';
  if (saved.some(({ id }) => id === chosen)) return { read: { kind: 'saved' as const, methodId: chosen } };
  return readNewMeans(form, false, nowMs);
}
